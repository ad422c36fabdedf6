//! Rows collected from Managed servers: event records, and the bookmarks that say how far each
//! source was read.

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::wire::windows::eventlog::EventRecord;

use super::params::params;
use super::transaction::Tx;
use super::words::{instant, json, parsed, to_json};

pub(super) const DDL: &str = "
CREATE TABLE event (
    server TEXT NOT NULL,
    channel TEXT NOT NULL,
    record INTEGER NOT NULL,
    event INTEGER NOT NULL,
    at INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (server, channel, record)
) WITHOUT ROWID;
CREATE TABLE purged (
    source TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE bookmark (
    server TEXT NOT NULL,
    source TEXT NOT NULL,
    position INTEGER NOT NULL,
    anchor TEXT NOT NULL,
    PRIMARY KEY (server, source)
) WITHOUT ROWID;
";

/// How far a source was read: a record number or a byte offset, and for files the last line that
/// was read, by which a file that began anew is recognised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Bookmark {
    pub position: u64,
    pub anchor: String,
}

pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Where reading `source` (a channel or a file) of `server` goes on; its start when unknown.
pub(crate) fn bookmark(tx: &Tx<'_>, server: &Fqdn, source: &str) -> IpamResult<Bookmark> {
    let found = tx.query_one(
        "SELECT position, anchor FROM bookmark WHERE server = ?1 AND source = ?2",
        [server.as_str(), source],
        |row| {
            let position: i64 = row.get(0)?;
            Ok(Bookmark {
                position: position.unsigned_abs(),
                anchor: row.get(1)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

pub(crate) fn put_bookmark(
    tx: &Tx<'_>,
    server: &Fqdn,
    source: &str,
    mark: &Bookmark,
) -> IpamResult<()> {
    tx.execute(
        "INSERT OR REPLACE INTO bookmark VALUES (?1, ?2, ?3, ?4)",
        params![server.as_str(), source, number(mark.position), mark.anchor],
    )
    .map(drop)
}

/// Adds event records and moves the bookmark of their channel.
pub(crate) fn add_events(
    tx: &Tx<'_>,
    server: &Fqdn,
    channel: &str,
    records: &[EventRecord],
) -> IpamResult<()> {
    let purged = purged_until(tx, channel)?;
    for record in records.iter().filter(|record| record.at > purged) {
        tx.execute(
            "INSERT OR REPLACE INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                server.as_str(),
                channel,
                number(record.record),
                record.event,
                record.at.as_millisecond(),
                to_json(&record.data),
            ],
        )?;
    }
    let Some(last) = records.iter().map(|record| record.record).max() else {
        return Ok(());
    };
    let mark = Bookmark {
        position: last,
        anchor: String::new(),
    };
    put_bookmark(tx, server, channel, &mark)
}

/// The collected records of a channel of all servers from `from` to `until`, both included, by
/// time.
pub(crate) fn events_between(
    tx: &Tx<'_>,
    channel: &str,
    (from, until): (Timestamp, Timestamp),
) -> IpamResult<Vec<(Fqdn, EventRecord)>> {
    tx.query(
        "SELECT server, record, event, at, data FROM event
         WHERE channel = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at, server, record",
        params![channel, from.as_millisecond(), until.as_millisecond()],
        |row| {
            let record: i64 = row.get(1)?;
            let found = EventRecord {
                record: record.unsigned_abs(),
                event: row.get(2)?,
                at: instant(row, 3)?.unwrap_or(Timestamp::UNIX_EPOCH),
                data: json(row, 4)?,
            };
            Ok((parsed(row, 0)?, found))
        },
    )
}

/// Up to when `source` was purged: what is older is not taken in again, also not from a server
/// that is read from its start.
pub(crate) fn purged_until(tx: &Tx<'_>, source: &str) -> IpamResult<Timestamp> {
    let sql = "SELECT until FROM purged WHERE source = ?1";
    let until = tx.query_one(sql, [source], |row| instant(row, 0))?;
    Ok(until.flatten().unwrap_or(Timestamp::MIN))
}

pub(crate) fn put_purged(tx: &Tx<'_>, source: &str, until: Timestamp) -> IpamResult<()> {
    let later = until.max(purged_until(tx, source)?);
    let sql = "INSERT INTO purged VALUES (?1, ?2)
        ON CONFLICT (source) DO UPDATE SET until = excluded.until";
    tx.execute(sql, params![source, later.as_millisecond()])
        .map(drop)
}

/// Deletes the records of a channel up to `until` for good; how many.
pub(crate) fn purge_events_until(
    tx: &Tx<'_>,
    channel: &str,
    until: Timestamp,
) -> IpamResult<usize> {
    put_purged(tx, channel, until)?;
    let sql = "DELETE FROM event WHERE channel = ?1 AND at <= ?2";
    tx.execute(sql, params![channel, until.as_millisecond()])
}

/// Deletes everything collected from a server; how many rows that were. The bookmarks go too, so
/// a server that is managed again is read from its start.
pub(crate) fn purge(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<usize> {
    let mut rows = 0;
    for sql in [
        "DELETE FROM zone_status WHERE server = ?1",
        "DELETE FROM event WHERE server = ?1",
        "DELETE FROM tracked WHERE server = ?1",
    ] {
        rows += tx.execute(sql, [server.as_str()])?;
    }
    let sql = "DELETE FROM bookmark WHERE server = ?1";
    tx.execute(sql, [server.as_str()])?;
    Ok(rows)
}
