//! Rows of a file on their way into one transaction.

use std::io::Read;

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::store::Tx;

use super::failure::RowFailure;
use super::import::{BATCH, ImportSummary, Loader};
use super::sheet::{KeptRow, Next, Sheet};

/// Rows that are stored in one transaction.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub summary: ImportSummary,
    /// In the order of the file.
    pub bad: Vec<RowFailure>,
    /// The file has no more.
    pub ended: bool,
}

impl Batch {
    pub fn first_denied(&self) -> Option<RowFailure> {
        let denied = |failure: &&RowFailure| failure.id == ErrorId::IpamApiAccessDenied;
        self.bad.iter().find(denied).cloned()
    }

    /// Takes up to `most` rows.
    ///
    /// # Errors
    /// Those of the database and of the file.
    pub fn take_rows(
        &mut self,
        tx: &Tx<'_>,
        sheet: &mut Sheet<&mut dyn Read>,
        loader: &mut impl Loader,
        most: u64,
    ) -> IpamResult<()> {
        while !self.ended && self.summary.rows < most {
            let room = (most - self.summary.rows).min(BATCH);
            let rows = self.gather(sheet, loader, room)?;
            for row in &rows {
                match loader.take(tx, &row.row())? {
                    Ok(change) => self.summary.count(change),
                    Err(failure) => self.refuse(failure),
                }
            }
            self.bad.sort_by_key(|failure| failure.row);
        }
        Ok(())
    }

    /// The rows among the next `room`, in the order in which they go in.
    fn gather(
        &mut self,
        sheet: &mut Sheet<&mut dyn Read>,
        loader: &mut impl Loader,
        room: u64,
    ) -> IpamResult<Vec<KeptRow>> {
        let mut rows = Vec::new();
        for _ in 0..room {
            match sheet.next()? {
                Next::End => {
                    self.ended = true;
                    break;
                }
                Next::Failure(failure) => {
                    loader.unreadable();
                    self.summary.through_line = failure.row;
                    self.refuse(failure);
                }
                Next::Row(row) => {
                    self.summary.through_line = row.line;
                    rows.push((loader.place(&row), row.kept()));
                }
            }
        }
        // Rows of one place stay in the order of the file: the first of them is the one that is.
        rows.sort_by_key(|(place, _)| *place);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn refuse(&mut self, failure: RowFailure) {
        self.summary.count_failure(&failure);
        self.bad.push(failure);
    }
}
