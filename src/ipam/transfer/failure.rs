//! What is wrong with a row, and the error report of an import (domain 6.1).

use std::io::{self, Write};

use crate::ipam::error::ErrorId;

/// Why a row did not go in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFailure {
    /// The line of the file that the row begins on; the header is on line 1.
    pub row: u64,
    /// The column as the file names it; empty when it is about the row as a whole.
    pub column: String,
    /// What the file has there.
    pub value: String,
    pub id: ErrorId,
    /// What is wrong, and the remedy.
    pub reason: String,
}

/// Longest piece of a value that a report repeats, in characters.
const SHOWN: usize = 200;

impl RowFailure {
    /// The value as a person is shown it: not the whole of a novel.
    fn shown(&self) -> String {
        match self.value.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}...", &self.value[..end]),
            None => self.value.clone(),
        }
    }
}

/// `row 3, IP address "10.0.0.300": ...`
impl std::fmt::Display for RowFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}", self.row)?;
        if !self.column.is_empty() {
            write!(f, ", {} `{}`", self.column, self.shown().escape_debug())?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Takes the rows that did not go in.
pub trait Failures {
    /// # Errors
    /// When it can take no more; the import ends.
    fn take(&mut self, failure: &RowFailure) -> io::Result<()>;
}

impl Failures for Vec<RowFailure> {
    fn take(&mut self, failure: &RowFailure) -> io::Result<()> {
        self.push(failure.clone());
        Ok(())
    }
}

/// The names that the error report of a file may have: `Error_<name>_<time>.csv`, and for imports
/// within the same second `..._2.csv` and so on. The first that is free is the one.
///
/// `stem` is the file's name without its ending, `time` the second as `20260302080000`.
pub fn report_names(stem: &str, time: &str) -> impl Iterator<Item = String> + use<> {
    let first = format!("Error_{stem}_{time}");
    let later = first.clone();
    std::iter::once(format!("{first}.csv"))
        .chain((2_u32..).map(move |number| format!("{later}_{number}.csv")))
}

/// The error report file: CSV, one line a failure. Nothing is written before the first one, so
/// that an import without a failure leaves no file.
pub struct ErrorReport<F, W: Write> {
    create: Option<F>,
    writer: Option<csv::Writer<W>>,
}

impl<F: FnOnce() -> io::Result<W>, W: Write> ErrorReport<F, W> {
    /// A report in the file that `create` makes when it is needed.
    pub fn new(create: F) -> ErrorReport<F, W> {
        ErrorReport {
            create: Some(create),
            writer: None,
        }
    }

    /// Ends the report and gives what it was written to, if there is one.
    ///
    /// # Errors
    /// When the end of it cannot be written.
    pub fn finish(self) -> io::Result<Option<W>> {
        let ended = self.writer.map(csv::Writer::into_inner).transpose();
        ended.map_err(|error| error.into_error())
    }
}

impl<F: FnOnce() -> io::Result<W>, W: Write> Failures for ErrorReport<F, W> {
    fn take(&mut self, failure: &RowFailure) -> io::Result<()> {
        if let Some(create) = self.create.take() {
            let mut writer = csv::Writer::from_writer(create()?);
            writer.write_record(["Row", "Column", "Value", "Error", "Reason"])?;
            self.writer = Some(writer);
        }
        let Some(writer) = &mut self.writer else {
            return Err(io::Error::other("the error report could not be made"));
        };
        let (row, id) = (failure.row.to_string(), failure.id.to_string());
        let value = failure.shown();
        writer.write_record([&row, &failure.column, &value, &id, &failure.reason])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_as_many_names_as_there_are_imports_in_a_second() {
        let names: Vec<String> = report_names("hosts", "20260302080000").take(3).collect();
        assert_eq!(
            names,
            [
                "Error_hosts_20260302080000.csv",
                "Error_hosts_20260302080000_2.csv",
                "Error_hosts_20260302080000_3.csv",
            ]
        );
    }
}
