//! The text of a CSV file as Windows programs write it, brought to one form (domain 6.1).
//!
//! Two readers stand before the CSV parser: [`decode`] makes UTF-8 of the file's encoding,
//! [`dialect`] makes plain CSV of quotes as word processors set them and of spaces around fields.
//! Both hold one piece of the file, whatever its size. Neither knows what a column means.

mod decode;
mod dialect;
pub mod marks;
#[cfg(test)]
mod tests;

pub use dialect::{Dialect, MAX_FIELD};
