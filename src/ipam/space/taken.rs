//! Which addresses are recorded, as runs: what a search for free ones goes by.
//!
//! A run is a longest span of consecutive addresses that each have a record, whoever owns it. The
//! runs are rows beside the records, written in the same transaction as these, so the first free
//! address behind any other is one look-up however full the range is: a run is followed by a free
//! address, always. [`note`] and [`release`] keep them for single records, [`Bulk`] for many at
//! once.
//!
//! It knows nothing of ranges, leases or reservations.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::addr::{AddressRange, AddressSet, Family, successor};
use crate::ipam::error::IpamResult;
use crate::ipam::store::{Tx, key_of_address, params};

use super::addresses::is_recorded;
use super::rows::{self, span};
use super::spaces::AddressSpaceName;

pub const DDL: &str = "
CREATE TABLE taken_run (
    space TEXT NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL,
    PRIMARY KEY (space, first)) WITHOUT ROWID;
";

/// The run that holds `address`, or else the last one before it.
fn at_or_before(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    address: IpAddr,
) -> IpamResult<Option<AddressRange>> {
    let sql = "SELECT first, last FROM taken_run WHERE space = ?1 AND first <= ?2 \
               ORDER BY first DESC LIMIT 1";
    let place = params![space.as_str(), key_of_address(address)];
    let found = tx.query_one(sql, place, |row| span(row, 0))?;
    // Next to the other family's addresses there is none of this one's.
    Ok(found.filter(|run| run.family() == Family::of(address)))
}

/// Up to `count` runs that begin behind `from` and not behind `last`, in order.
fn behind(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    from: IpAddr,
    last: IpAddr,
    count: usize,
) -> IpamResult<Vec<AddressRange>> {
    let sql = "SELECT first, last FROM taken_run WHERE space = ?1 AND first > ?2 AND \
               first <= ?3 ORDER BY first LIMIT ?4";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let bounds = params![
        space.as_str(),
        key_of_address(from),
        key_of_address(last),
        count
    ];
    let mut runs = tx.query(sql, bounds, |row| span(row, 0))?;
    runs.retain(|run| run.family() == Family::of(from));
    Ok(runs)
}

/// The first address of `within`, from `from` on, that has no record.
pub fn first_free(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    within: &AddressRange,
    from: IpAddr,
) -> IpamResult<Option<IpAddr>> {
    if Family::of(from) != within.family() {
        return Ok(None);
    }
    let from = from.max(within.first());
    if !within.contains(from) {
        return Ok(None);
    }
    Ok(match at_or_before(tx, space, from)? {
        Some(run) if run.contains(from) => {
            successor(run.last()).filter(|next| within.contains(*next))
        }
        _ => Some(from),
    })
}

/// What is recorded of `within` from its start, but no more than the first `count` runs; and how
/// far that goes.
pub fn recorded_from(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    within: &AddressRange,
    count: usize,
) -> IpamResult<(AddressSet, IpAddr)> {
    let (first, last) = (within.first(), within.last());
    let before = at_or_before(tx, space, first)?;
    let runs = behind(tx, space, first, last, count)?;
    let until = match runs.last() {
        Some(run) if runs.len() == count => run.last().min(last),
        _ => last,
    };
    let runs = before.into_iter().chain(runs);
    let set = runs.filter_map(|run| run.intersection(within)).collect();
    Ok((set, until))
}

/// Up to `count` spans of `within` that have no record in them, in order.
pub fn free_spans(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    within: &AddressRange,
    count: usize,
) -> IpamResult<Vec<AddressRange>> {
    let mut free = Vec::new();
    let mut rest = Some(*within);
    while let Some(part) = rest {
        let (recorded, until) = recorded_from(tx, space, &part, count.saturating_add(1))?;
        if let Ok(known) = AddressRange::new(part.first(), until) {
            free.extend(recorded.gaps(&known));
        }
        rest = successor(until).and_then(|next| AddressRange::new(next, within.last()).ok());
        if free.len() >= count {
            break;
        }
    }
    free.truncate(count);
    Ok(free)
}

/// The address spaces that have records.
pub fn spaces(tx: &Tx<'_>) -> IpamResult<Vec<AddressSpaceName>> {
    let sql = "SELECT space FROM taken_run WHERE space > ?1 ORDER BY space LIMIT 1";
    let mut found: Vec<AddressSpaceName> = Vec::new();
    loop {
        let last = found.last().map_or("", AddressSpaceName::as_str);
        match tx.query_one(sql, [last], |row| rows::space(row, 0))? {
            Some(next) => found.push(next),
            None => return Ok(found),
        }
    }
}

fn insert(tx: &Tx<'_>, space: &AddressSpaceName, run: &AddressRange) -> IpamResult<()> {
    let sql = "INSERT INTO taken_run (space, first, last) VALUES (?1, ?2, ?3)";
    let keys = [run.first(), run.last()].map(key_of_address);
    tx.execute(sql, params![space.as_str(), keys[0], keys[1]])
        .map(drop)
}

/// Lets the run that begins at `first` end at `last`.
fn stretch(tx: &Tx<'_>, space: &AddressSpaceName, first: IpAddr, last: IpAddr) -> IpamResult<()> {
    let sql = "UPDATE taken_run SET last = ?3 WHERE space = ?1 AND first = ?2";
    let keys = [first, last].map(key_of_address);
    tx.execute(sql, params![space.as_str(), keys[0], keys[1]])
        .map(drop)
}

fn delete(tx: &Tx<'_>, space: &AddressSpaceName, first: IpAddr) -> IpamResult<()> {
    let sql = "DELETE FROM taken_run WHERE space = ?1 AND first = ?2";
    tx.execute(sql, params![space.as_str(), key_of_address(first)])
        .map(drop)
}

/// To be called after a record of `address` was inserted; the address may have others.
pub fn note(tx: &Tx<'_>, space: &AddressSpaceName, address: IpAddr) -> IpamResult<()> {
    let here = AddressRange::single(address);
    let upper = successor(address).unwrap_or(address);
    let sql = "SELECT first, last FROM taken_run WHERE space = ?1 AND first <= ?2 \
               ORDER BY first DESC LIMIT 2";
    let near = tx.query(sql, params![space.as_str(), key_of_address(upper)], |row| {
        span(row, 0)
    })?;
    if near.iter().any(|run| run.contains(address)) {
        return Ok(());
    }
    let left = near.iter().find(|run| run.touches(&here));
    let right = near.iter().find(|run| here.touches(run));
    if let Some(right) = right {
        delete(tx, space, right.first())?;
    }
    let last = right.map_or(address, AddressRange::last);
    match (left, AddressRange::new(address, last)) {
        (Some(left), _) => stretch(tx, space, left.first(), last),
        (None, Ok(run)) => insert(tx, space, &run),
        (None, Err(_)) => Ok(()),
    }
}

/// To be called after a record of `address` was deleted. It stays taken as long as it has another.
pub fn release(tx: &Tx<'_>, space: &AddressSpaceName, address: IpAddr) -> IpamResult<()> {
    if is_recorded(tx, space, address)? {
        return Ok(());
    }
    let Some(run) = at_or_before(tx, space, address)?.filter(|run| run.contains(address)) else {
        return Ok(());
    };
    let pieces = run.without(&AddressRange::single(address));
    match pieces.iter().find(|piece| piece.first() == run.first()) {
        Some(left) => stretch(tx, space, left.first(), left.last())?,
        None => delete(tx, space, run.first())?,
    }
    let right = pieces.iter().find(|piece| piece.first() != run.first());
    right.map_or(Ok(()), |piece| insert(tx, space, piece))
}

/// Runs a bulk load may hold in memory before they are written: some ten megabytes. A test meets
/// the bound sooner.
const BULK_MAX: usize = if cfg!(test) { 200 } else { 1 << 17 };
/// Runs merged with the stored ones in one go.
const MERGED_AT_ONCE: usize = if cfg!(test) { 50 } else { 1 << 14 };

/// The addresses of records inserted in a mass load, whose runs are written together.
///
/// Addresses may come in any order and more than once, and it does not matter which of them had a
/// record before. [`Bulk::finish`] belongs before the commit of the transaction in which the
/// records were inserted; the same value can then serve the next one.
#[derive(Debug, Default)]
pub struct Bulk {
    held: BTreeMap<AddressSpaceName, AddressSet>,
}

impl Bulk {
    pub fn new() -> Bulk {
        Bulk::default()
    }

    /// Notes that a record of `address` was inserted. Writes the runs when they become many.
    pub fn note(
        &mut self,
        tx: &Tx<'_>,
        space: &AddressSpaceName,
        address: IpAddr,
    ) -> IpamResult<()> {
        let held = match self.held.get_mut(space) {
            Some(held) => held,
            None => self.held.entry(space.clone()).or_default(),
        };
        held.insert(address);
        match held.span_count() > BULK_MAX {
            true => self.finish(tx),
            false => Ok(()),
        }
    }

    /// Writes what is held.
    pub fn finish(&mut self, tx: &Tx<'_>) -> IpamResult<()> {
        for (space, held) in std::mem::take(&mut self.held) {
            let spans: Vec<AddressRange> = held.spans().collect();
            let families = spans.chunk_by(|one, next| one.family() == next.family());
            for chunk in families.flat_map(|family| family.chunks(MERGED_AT_ONCE)) {
                merge(tx, &space, chunk)?;
            }
        }
        Ok(())
    }
}

/// A run in the making: what it covers, and the stored runs that go into it.
struct Merged {
    whole: AddressRange,
    stored: Vec<AddressRange>,
}

/// Adds `spans`, of one family and in order, to the stored runs.
fn merge(tx: &Tx<'_>, space: &AddressSpaceName, spans: &[AddressRange]) -> IpamResult<()> {
    let ends = spans.first().zip(spans.last());
    let Some((first, last)) = ends.map(|(one, other)| (one.first(), other.last())) else {
        return Ok(());
    };
    let upper = successor(last).unwrap_or(last);
    let before = at_or_before(tx, space, first)?;
    let stored = behind(tx, space, first, upper, usize::MAX)?;
    let stored = before.into_iter().chain(stored);
    let mut pieces: Vec<(AddressRange, bool)> = stored.map(|run| (run, true)).collect();
    pieces.extend(spans.iter().map(|span| (*span, false)));
    // Two ascending lists one after the other are what a stable sort merges in one pass.
    pieces.sort_by_key(|(span, _)| *span);
    let mut open: Option<Merged> = None;
    for (span, is_stored) in pieces {
        let joined = open.as_ref().and_then(|open| join(&open.whole, &span));
        match (joined, &mut open) {
            (Some(whole), Some(open)) => open.whole = whole,
            (_, open) => {
                let begun = Merged {
                    whole: span,
                    stored: Vec::new(),
                };
                if let Some(done) = open.replace(begun) {
                    write(tx, space, &done)?;
                }
            }
        }
        if let Some(open) = open.as_mut().filter(|_| is_stored) {
            open.stored.push(span);
        }
    }
    open.map_or(Ok(()), |done| write(tx, space, &done))
}

/// Both as one span, when `next`, which begins no earlier than `run`, overlaps or follows it.
fn join(run: &AddressRange, next: &AddressRange) -> Option<AddressRange> {
    let joins = run.overlaps(next) || run.touches(next);
    joins
        .then(|| AddressRange::new(run.first(), run.last().max(next.last())).ok())
        .flatten()
}

/// Replaces the stored runs that went into a merged one.
fn write(tx: &Tx<'_>, space: &AddressSpaceName, merged: &Merged) -> IpamResult<()> {
    let whole = &merged.whole;
    let mut begins_there = false;
    for run in &merged.stored {
        if run.first() != whole.first() {
            delete(tx, space, run.first())?;
        } else {
            begins_there = true;
            if run.last() != whole.last() {
                stretch(tx, space, whole.first(), whole.last())?;
            }
        }
    }
    match begins_there {
        true => Ok(()),
        false => insert(tx, space, whole),
    }
}
