//! The scenario language: what a file says, what it means, what is wrong with it.
//!
//! [`file`] is the file as written, [`model`] what it means, [`load`] the way from one to the
//! other with every problem in its place, [`lint`] what is allowed but probably a mistake. It
//! does not know how a scenario is run or reported.

mod check;
pub mod diagnostic;
pub mod dynamic_dns_file;
pub mod estate_file;
pub mod fault_file;
pub mod file;
pub mod fleet_file;
pub mod insert;
pub mod load;
pub mod machine_file;
mod model;
pub mod parse;
pub mod place;
pub mod source;

pub use diagnostic::{Diagnostic, Severity};
pub use load::{Loaded, load, load_text};
pub use model::Scenario;

#[cfg(test)]
mod estate_tests;
#[cfg(test)]
mod tests;
