//! Import, import-and-update and export of the address space as CSV (domain 6).
//!
//! A file is read row by row, whatever its size: [`text`] brings it to one dialect, [`sheet`]
//! makes rows of it, [`column`] says which column is which, [`kinds`] what a value means. Rows go
//! in by whole batches, each one transaction; import-and-update is one transaction altogether.
//! A row that cannot go in is told with its line, column, value and remedy, and keeps no other row
//! out.
//!
//! It knows no folder and no file name: who calls it opens files and names error reports.
//!
//! Start from [`ImportFile`] and [`ImportAddresses`]; `cmdlets` lists the operations.

mod addresses;
mod batch;
pub mod cmdlets;
mod column;
mod containers;
mod context;
mod custom;
mod export;
pub mod failure;
mod import;
mod kept;
mod kinds;
mod offline;
mod open;
mod owners;
mod ranges;
mod request;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
pub mod tracking;
mod update;
mod value;

pub use column::Vocabulary;
pub use export::{ExportAddresses, ExportObjects, ExportProgress};
pub use failure::{ErrorReport, Failures, RowFailure, report_names};
pub use import::{BATCH, ImportFile, ImportSummary};
pub use offline::{export_from, import_into, update_in};
pub use open::{ImportAddresses, ImportObjects, ImportRanges};
pub use owners::Additions;
pub use request::{Entry, Export, Import, Kind};
