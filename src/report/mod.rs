//! Observations in, text out.
//!
//! A report sees [`crate::lab::observation`], which is plain data, and neither the laboratory nor
//! scenario files. To add a format, write `report/<format>.rs` over [`RunRecord`] and register it
//! with `--format`.
//!
//! [`RunRecord`]: crate::lab::observation::RunRecord

pub mod console;
mod fold;
pub mod json;
pub mod snapshot;
pub mod table;
pub mod transcript;
