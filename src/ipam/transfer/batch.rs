//! Rows of a file on their way into one transaction.

use std::io::Read;

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::store::Tx;

use super::failure::RowFailure;
use super::import::{BATCH, ImportSummary, Loader};
use super::kept::KeptRows;
use super::sheet::{Next, Sheet};

/// Bytes of rows that are held at once: a batch of rows with long texts goes in piece by piece. A
/// test meets the bound sooner.
const HELD_MAX: usize = if cfg!(test) { 1 << 16 } else { 32 << 20 };

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
            let (rows, order) = self.gather(sheet, loader, room)?;
            for index in order {
                match loader.take(tx, &rows.get(index))? {
                    Ok(change) => self.summary.count(change),
                    Err(failure) => self.refuse(failure),
                }
            }
            self.bad.sort_by_key(|failure| failure.row);
        }
        Ok(())
    }

    /// The rows among the next `room`, as far as memory goes, and the order in which they go in.
    fn gather(
        &mut self,
        sheet: &mut Sheet<&mut dyn Read>,
        loader: &mut impl Loader,
        room: u64,
    ) -> IpamResult<(KeptRows, Vec<usize>)> {
        let mut rows = KeptRows::default();
        let mut places = Vec::new();
        for _ in 0..room {
            if rows.size() > HELD_MAX {
                break;
            }
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
                    places.push((loader.place(&row), rows.len()));
                    rows.push(&row);
                }
            }
        }
        // Rows of one place stay in the order of the file: the first of them is the one that is.
        places.sort_unstable();
        let order = places.into_iter().map(|(_, index)| index).collect();
        Ok((rows, order))
    }

    fn refuse(&mut self, failure: RowFailure) {
        self.summary.count_failure(&failure);
        self.bad.push(failure);
    }
}
