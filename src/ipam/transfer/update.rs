//! Import-and-update: what is stored becomes what the file has, all at once (domain 6.3).
//!
//! A row that is refused deletes nothing. When it is known which object the row is about, that
//! object stays; when it is not, nothing at all is deleted, because it might be any.
//!
//! Whoever watches may end it at any row: then nothing of it is stored, because half of it would
//! be neither what there was nor what the file has.

use std::collections::BTreeSet;
use std::io::Read;
use std::ops::ControlFlow;

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::rbac::{Action, Object, OperationGroup};
use crate::ipam::space::{RangeKey, addresses, bulk, ranges};
use crate::ipam::store::{Store, Tx};

use super::addresses::{AddressLoader, Within};
use super::batch::Batch;
use super::failure::{Failures, RowFailure};
use super::import::{BATCH, ImportSummary, Loader as _, denied, report};
use super::kept::KeptRows;
use super::ranges::RangeLoader;
use super::sheet::{Next, Sheet};

/// Rows after which whoever watches is told.
const TOLD_EVERY: u64 = 1000;

/// Whoever watches: told of every so many rows, and asked whether to go on.
type Progress<'a> = &'a mut dyn FnMut(&ImportSummary) -> ControlFlow<()>;

/// What is left of an import-and-update that was ended: nothing went in.
fn ended() -> ImportSummary {
    ImportSummary {
        through_line: 1,
        interrupted: true,
        ..ImportSummary::default()
    }
}

/// Makes the records that map to `range` those of a file.
pub(super) fn addresses(
    store: &Store,
    sheet: &mut Sheet<&mut dyn Read>,
    mut loader: AddressLoader<'_>,
    range: &RangeKey,
    failures: &mut dyn Failures,
    progress: Progress<'_>,
) -> IpamResult<ImportSummary> {
    loader.owner = range.owner.clone();
    loader.space = range.address_space.clone();
    loader.within = Some(Within::new(range.span));
    let mut batch = Batch::default();
    let mut stopped = false;
    let stored = store.transaction(|tx| {
        while !batch.ended {
            let most = batch.summary.rows + BATCH;
            batch.take_rows(tx, sheet, &mut loader, most)?;
            if progress(&batch.summary).is_break() {
                stopped = true;
                return Err(taken_back());
            }
        }
        loader.end_batch(tx, &batch.summary)?;
        let absent = match &loader.within {
            Some(within) => within.absent(bulk::mapped_to(tx, range)?),
            None => Vec::new(),
        };
        let unread = loader.within.as_ref().map_or(0, |within| within.unread);
        if unread > 0 && !absent.is_empty() {
            batch.summary.kept = Some(kept(unread, absent.len(), "addresses"));
        } else {
            for key in absent {
                let object = || Object::Address(key.clone());
                loader.context.check(tx, Action::Delete, object)?;
                addresses::remove(tx, &key)?;
                batch.summary.deleted += 1;
            }
        }
        if batch.summary.deleted > 0 {
            let (gone, name) = (batch.summary.deleted, sheet.name());
            let done = format!("deleted {gone} addresses of {range} that {name} does not have");
            loader.context.changed(tx, done)?;
        }
        Ok(())
    });
    if stopped {
        return Ok(ended());
    }
    stored?;
    report(failures, &batch.bad, sheet.name())?;
    let first = batch.first_denied();
    denied(batch.summary, first)
}

/// Makes the ranges of an owner those of a file.
///
/// What goes is deleted before anything is added, because a new range may lie where an old one
/// was. So the rows are held in memory; files of ranges are small beside those of addresses.
pub(super) fn ranges(
    store: &Store,
    sheet: &mut Sheet<&mut dyn Read>,
    mut loader: RangeLoader<'_>,
    with_addresses: bool,
    failures: &mut dyn Failures,
    progress: Progress<'_>,
) -> IpamResult<ImportSummary> {
    let Some((rows, mut bad)) = read(sheet, progress)? else {
        return Ok(ended());
    };
    let mut summary = ImportSummary::default();
    let unreadable = bad.len();
    let mut stopped = false;
    let stored = store.transaction(|tx| {
        let mut present = BTreeSet::new();
        let mut unread = unreadable as u64;
        for row in rows.iter() {
            match loader.key(tx, &row) {
                Some(key) => drop(present.insert(key)),
                None => unread += 1,
            }
        }
        let absent = RangeLoader::absent(tx, &loader.owner, &present)?;
        if unread > 0 && !absent.is_empty() {
            summary.kept = Some(kept(unread, absent.len(), "ranges"));
        } else {
            delete(tx, &loader, &absent, with_addresses, &mut summary)?;
        }
        for (row, count) in rows.iter().zip(1_u64..) {
            summary.through_line = row.line;
            match loader.take(tx, &row)? {
                Ok(change) => summary.count(change),
                Err(failure) => bad.push(failure),
            }
            if count.is_multiple_of(TOLD_EVERY) && progress(&summary).is_break() {
                stopped = true;
                return Err(taken_back());
            }
        }
        loader.end_batch(tx, &summary)
    });
    if stopped {
        return Ok(ended());
    }
    stored?;
    bad.sort_by_key(|failure| failure.row);
    for failure in &bad {
        summary.count_failure(failure);
    }
    report(failures, &bad, sheet.name())?;
    let first = bad
        .into_iter()
        .find(|one| one.id == ErrorId::IpamApiAccessDenied);
    denied(summary, first)
}

/// The error that undoes what an ended import has stored; nobody is shown it.
fn taken_back() -> IpamError {
    IpamError::parameter("the import was ended")
}

/// The rows of a file, and those that are none; `None` when somebody ended it.
fn read(
    sheet: &mut Sheet<&mut dyn Read>,
    progress: Progress<'_>,
) -> IpamResult<Option<(KeptRows, Vec<RowFailure>)>> {
    let (mut rows, mut bad) = (KeptRows::default(), Vec::new());
    let mut so_far = ImportSummary::default();
    loop {
        match sheet.next()? {
            Next::End => return Ok(Some((rows, bad))),
            Next::Failure(failure) => bad.push(failure),
            Next::Row(row) => rows.push(&row),
        }
        so_far.rows += 1;
        if so_far.rows.is_multiple_of(TOLD_EVERY) && progress(&so_far).is_break() {
            return Ok(None);
        }
    }
}

fn delete(
    tx: &Tx<'_>,
    loader: &RangeLoader<'_>,
    absent: &[RangeKey],
    with_addresses: bool,
    summary: &mut ImportSummary,
) -> IpamResult<()> {
    for key in absent {
        let network_id = ranges::get(tx, key)?.network_id;
        let object = || Object::Range {
            key: key.clone(),
            network_id,
        };
        loader.context.check(tx, Action::Delete, object)?;
        if with_addresses {
            let addresses = loader.context.of(OperationGroup::Address);
            addresses.check(tx, Action::Delete, object)?;
        }
        let gone = ranges::remove(tx, key, with_addresses)?;
        summary.deleted += 1;
        summary.deleted_with += gone.len() as u64;
        let done = format!(
            "deleted the range {key}, which {} does not have",
            loader.file
        );
        loader.context.changed(tx, done)?;
    }
    Ok(())
}

/// Why nothing was deleted.
pub(super) fn kept(unread: u64, absent: usize, what: &str) -> String {
    format!(
        "{absent} {what} that the file does not have were kept, because {unread} of its rows \
         cannot be read: correct the rows and import again"
    )
}
