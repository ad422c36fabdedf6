//! Reading a file into the database, in whole batches of rows.

use std::io::Read;
use std::ops::ControlFlow;

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::{Store, Tx};

use super::batch::Batch;
use super::failure::{Failures, RowFailure};
use super::sheet::{Row, Sheet};

/// Rows that go in together: large enough that a commit costs little, small enough that a stop
/// loses little. A test meets the bound sooner.
pub const BATCH: u64 = if cfg!(test) { 10_000 } else { 50_000 };

/// A file to import, and who is told of it.
pub struct ImportFile<'a> {
    /// Its name, as refusals tell it.
    pub name: &'a str,
    pub content: &'a mut dyn Read,
    /// Where rows go that do not go in.
    pub failures: &'a mut dyn Failures,
    /// Told after every batch; a break ends the import there. Import-and-update stores all or
    /// nothing: it tells of rows as it reads them and again as it stores them, and a break undoes
    /// it.
    pub progress: &'a mut dyn FnMut(&ImportSummary) -> ControlFlow<()>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportSummary {
    /// Rows read, the header and empty ones left out.
    pub rows: u64,
    pub added: u64,
    pub updated: u64,
    /// Rows that say what is stored already.
    pub unchanged: u64,
    /// Objects that import-and-update deleted because the file does not have them.
    pub deleted: u64,
    /// Of addresses deleted with their ranges, or left without a range.
    pub deleted_with: u64,
    /// Rows that did not go in.
    pub failed: u64,
    /// Of those, how many for want of a right.
    pub denied: u64,
    /// The line of the last row of the last whole batch: everything up to it is in the database
    /// or among the failures.
    pub through_line: u64,
    /// Why nothing was deleted, when something might have been.
    pub kept: Option<String>,
    /// It was ended before the end of the file.
    pub interrupted: bool,
}

impl ImportSummary {
    /// Rows that went in, or were in already.
    pub fn succeeded(&self) -> u64 {
        self.added + self.updated + self.unchanged
    }

    fn add(&mut self, batch: &ImportSummary) {
        self.rows += batch.rows;
        self.added += batch.added;
        self.updated += batch.updated;
        self.unchanged += batch.unchanged;
        self.failed += batch.failed;
        self.denied += batch.denied;
        self.through_line = self.through_line.max(batch.through_line);
    }

    pub(super) fn count(&mut self, change: Change) {
        self.rows += 1;
        match change {
            Change::Added => self.added += 1,
            Change::Updated => self.updated += 1,
            Change::Unchanged => self.unchanged += 1,
        }
    }

    pub(super) fn count_failure(&mut self, failure: &RowFailure) {
        self.rows += 1;
        self.failed += 1;
        self.denied += u64::from(failure.id == ErrorId::IpamApiAccessDenied);
    }
}

/// What a row changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Added,
    Updated,
    Unchanged,
}

/// Stores the rows of one kind of object.
pub(super) trait Loader {
    /// Stores a row whole, or says why not and has stored nothing of it.
    ///
    /// # Errors
    /// Only those of the database itself, which end the import.
    fn take(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> IpamResult<Result<Change, RowFailure>>;

    /// Where the object of a row lies in the database, if its rows may go in by that order and
    /// not by the file's. Then rows that are far apart in the file and near in the database share
    /// the work of getting there.
    fn place(&self, _row: &Row<'_>) -> Option<[u8; 16]> {
        None
    }

    /// A row that is none has been passed over.
    fn unreadable(&mut self) {}

    /// Ends a batch: what was gathered over its rows is written, and what it did is logged.
    fn end_batch(&mut self, tx: &Tx<'_>, batch: &ImportSummary) -> IpamResult<()>;
}

/// Whether an error is one of the database itself and not of what was to be stored.
pub(super) fn is_fatal(error: ErrorId) -> bool {
    matches!(
        error,
        ErrorId::IpamApiDatabaseConnectionLost | ErrorId::IpamApiErrorDatabaseSchemaIsModified
    )
}

/// Takes every row of a file, batch by batch. Good rows go in, bad ones to the failures.
///
/// # Errors
/// Those of the database and of the file; the batches before them stay in.
pub(super) fn load(
    store: &Store,
    sheet: &mut Sheet<&mut dyn Read>,
    loader: &mut impl Loader,
    failures: &mut dyn Failures,
    progress: &mut dyn FnMut(&ImportSummary) -> ControlFlow<()>,
) -> IpamResult<ImportSummary> {
    let mut summary = ImportSummary {
        through_line: 1,
        ..ImportSummary::default()
    };
    let mut first_denied = None;
    loop {
        let mut batch = Batch::default();
        let stored = store.transaction(|tx| {
            batch.take_rows(tx, sheet, loader, BATCH)?;
            loader.end_batch(tx, &batch.summary)
        });
        stored.map_err(|error| told(error, sheet, &summary))?;
        report(failures, &batch.bad, sheet.name())?;
        summary.add(&batch.summary);
        first_denied = first_denied.or(batch.first_denied());
        if batch.ended {
            return denied(summary, first_denied);
        }
        if progress(&summary).is_break() {
            summary.interrupted = true;
            return Ok(summary);
        }
    }
}

/// A file of which a caller may have no row is refused like any other operation.
pub(super) fn denied(
    summary: ImportSummary,
    first: Option<RowFailure>,
) -> IpamResult<ImportSummary> {
    let nothing = summary.denied > 0 && summary.denied == summary.rows;
    match first.filter(|_| nothing) {
        Some(failure) => Err(IpamError::new(failure.id, failure.reason)),
        None => Ok(summary),
    }
}

pub(super) fn report(
    failures: &mut dyn Failures,
    bad: &[RowFailure],
    file: &str,
) -> IpamResult<()> {
    for failure in bad {
        failures.take(failure).map_err(|error| {
            IpamError::new(
                ErrorId::IpamApiImportInvalidFile,
                format!("the error report of `{file}` cannot be written: {error}"),
            )
        })?;
    }
    Ok(())
}

/// The error with what a person needs to go on: how far the file went in.
fn told(error: IpamError, sheet: &Sheet<&mut dyn Read>, so_far: &ImportSummary) -> IpamError {
    let (name, line) = (sheet.name(), so_far.through_line);
    let words = match line {
        0 | 1 => format!("{}; no row of `{name}` went in", error.message),
        line => format!(
            "{}; of `{name}` the rows up to line {line} are in, and no row after it",
            error.message
        ),
    };
    IpamError::new(error.id, words)
}
