//! Rows collected from Managed servers: zone status, event records, audit log lines,
//! utilization, and the bookmarks that say how far each source was read.

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::collect::ZoneStatus;
use crate::ipam::error::IpamResult;
use crate::wire::windows::dhcpm::ScopeInfo;
use crate::wire::windows::eventlog::EventRecord;

use super::params::params;
use super::transaction::Tx;
use super::words::{instant, json, parsed, to_json, word};

pub(super) const DDL: &str = "
CREATE TABLE zone_status (
    server TEXT NOT NULL,
    zone TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (server, zone)
) WITHOUT ROWID;
CREATE TABLE event (
    server TEXT NOT NULL,
    channel TEXT NOT NULL,
    record INTEGER NOT NULL,
    event INTEGER NOT NULL,
    at INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (server, channel, record)
) WITHOUT ROWID;
CREATE TABLE audit_line (
    server TEXT NOT NULL,
    number INTEGER NOT NULL,
    file TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (server, number)
) WITHOUT ROWID;
CREATE TABLE utilization (
    server TEXT NOT NULL,
    scope TEXT NOT NULL,
    at INTEGER NOT NULL,
    in_use INTEGER NOT NULL,
    PRIMARY KEY (server, scope, at)
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

fn number(value: u64) -> i64 {
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

fn put_bookmark(tx: &Tx<'_>, server: &Fqdn, source: &str, mark: &Bookmark) -> IpamResult<()> {
    tx.execute(
        "INSERT OR REPLACE INTO bookmark VALUES (?1, ?2, ?3, ?4)",
        params![server.as_str(), source, number(mark.position), mark.anchor],
    )
    .map(drop)
}

/// Writes the status of the zones of a server, in place of what was known before.
pub(crate) fn put_zone_status(
    tx: &Tx<'_>,
    server: &Fqdn,
    zones: &[(Fqdn, ZoneStatus)],
) -> IpamResult<()> {
    let sql = "DELETE FROM zone_status WHERE server = ?1";
    tx.execute(sql, [server.as_str()])?;
    for (zone, status) in zones {
        tx.execute(
            "INSERT OR REPLACE INTO zone_status VALUES (?1, ?2, ?3)",
            params![server.as_str(), zone.as_str(), status.to_string()],
        )?;
    }
    Ok(())
}

/// The status of the zones of a server, ordered by zone.
pub(crate) fn zone_status(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<Vec<(Fqdn, ZoneStatus)>> {
    let sql = "SELECT zone, status FROM zone_status WHERE server = ?1 ORDER BY zone";
    tx.query(sql, [server.as_str()], |row| {
        Ok((parsed(row, 0)?, word(row, 1, ZoneStatus::ALL)?))
    })
}

/// Adds event records and moves the bookmark of their channel.
pub(crate) fn add_events(
    tx: &Tx<'_>,
    server: &Fqdn,
    channel: &str,
    records: &[EventRecord],
) -> IpamResult<()> {
    for record in records {
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

/// Adds audit log lines and moves the bookmark of their file.
pub(crate) fn add_audit_lines(
    tx: &Tx<'_>,
    server: &Fqdn,
    file: &str,
    lines: &[String],
    mark: &Bookmark,
) -> IpamResult<()> {
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM audit_line WHERE server = ?1";
    let first: i64 = tx
        .query_one(sql, [server.as_str()], |row| row.get(0))?
        .unwrap_or(1);
    for (number, line) in (first..).zip(lines) {
        tx.execute(
            "INSERT INTO audit_line VALUES (?1, ?2, ?3, ?4)",
            params![server.as_str(), number, file, line],
        )?;
    }
    put_bookmark(tx, server, file, mark)
}

/// Adds one utilization sample for every scope.
pub(crate) fn add_utilization(
    tx: &Tx<'_>,
    server: &Fqdn,
    at: Timestamp,
    scopes: &[ScopeInfo],
) -> IpamResult<()> {
    for scope in scopes {
        tx.execute(
            "INSERT OR REPLACE INTO utilization VALUES (?1, ?2, ?3, ?4)",
            params![
                server.as_str(),
                scope.scope.to_string(),
                at.as_millisecond(),
                number(scope.in_use),
            ],
        )?;
    }
    Ok(())
}

/// The collected audit log lines of a server, in the order in which they were read.
pub(crate) fn audit_lines(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<Vec<String>> {
    let sql = "SELECT line FROM audit_line WHERE server = ?1 ORDER BY number";
    tx.query(sql, [server.as_str()], |row| row.get(0))
}

/// The collected records of a channel of a server, oldest first.
pub(crate) fn events(tx: &Tx<'_>, server: &Fqdn, channel: &str) -> IpamResult<Vec<EventRecord>> {
    tx.query(
        "SELECT record, event, at, data FROM event WHERE server = ?1 AND channel = ?2
         ORDER BY record",
        [server.as_str(), channel],
        |row| {
            let record: i64 = row.get(0)?;
            Ok(EventRecord {
                record: record.unsigned_abs(),
                event: row.get(1)?,
                at: instant(row, 2)?.unwrap_or(Timestamp::UNIX_EPOCH),
                data: json(row, 3)?,
            })
        },
    )
}

/// Deletes everything collected from a server; how many rows that were. The bookmarks go too, so
/// a server that is managed again is read from its start.
pub(crate) fn purge(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<usize> {
    let mut rows = 0;
    for sql in [
        "DELETE FROM zone_status WHERE server = ?1",
        "DELETE FROM event WHERE server = ?1",
        "DELETE FROM audit_line WHERE server = ?1",
        "DELETE FROM utilization WHERE server = ?1",
    ] {
        rows += tx.execute(sql, [server.as_str()])?;
    }
    let sql = "DELETE FROM bookmark WHERE server = ?1";
    tx.execute(sql, [server.as_str()])?;
    Ok(rows)
}
