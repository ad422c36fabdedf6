//! Observations in, text out.
//!
//! A report sees [`crate::lab::observation`], [`crate::lab::scene`] and [`crate::lab::trace`],
//! which are plain data, and neither the laboratory nor scenario files. To add a format, implement
//! [`format::Format`] in `report/<format>.rs` and name it in the list of `--format`.

pub mod case;
pub mod console;
pub mod edit;
mod fold;
pub mod format;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod pcap;
pub mod snapshot;
pub mod table;
pub mod tap;
pub mod transcript;
