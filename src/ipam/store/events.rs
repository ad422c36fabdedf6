//! Rows of IPAM's own event channels and of the catalogue made from one of them.

use jiff::Timestamp;

use crate::base::AccountName;
use crate::ipam::error::IpamResult;
use crate::ipam::events::{Category, Channel, IpamEvent};

use super::params::params;
use super::row::Row;
use super::transaction::Tx;
use super::value::RowResult;
use super::words::{instant, parsed, word};

pub(super) const DDL: &str = "
CREATE TABLE own_channel (
    channel TEXT PRIMARY KEY,
    enabled INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE own_event (
    channel TEXT NOT NULL,
    record INTEGER NOT NULL,
    at INTEGER NOT NULL,
    account TEXT NOT NULL,
    category TEXT NOT NULL,
    message TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    PRIMARY KEY (channel, record)
) WITHOUT ROWID;
";

const COLUMNS: &str = "record, at, account, category, message";

fn event(row: &Row<'_>) -> RowResult<IpamEvent> {
    let record: i64 = row.get(0)?;
    Ok(IpamEvent {
        record: record.unsigned_abs(),
        at: instant(row, 1)?.unwrap_or(Timestamp::UNIX_EPOCH),
        user: parsed::<AccountName>(row, 2)?,
        category: word(row, 3, Category::ALL)?,
        message: row.get(4)?,
    })
}

/// Whether a channel takes records.
pub(crate) fn is_enabled(tx: &Tx<'_>, channel: Channel) -> IpamResult<bool> {
    let sql = "SELECT enabled FROM own_channel WHERE channel = ?1";
    let set = tx.query_one(sql, [channel.to_string()], |row| row.get(0))?;
    Ok(set.unwrap_or(channel.enabled_by_default()))
}

pub(crate) fn set_enabled(tx: &Tx<'_>, channel: Channel, enabled: bool) -> IpamResult<()> {
    let sql = "INSERT INTO own_channel VALUES (?1, ?2)
        ON CONFLICT (channel) DO UPDATE SET enabled = excluded.enabled";
    tx.execute(sql, params![channel.to_string(), enabled])
        .map(drop)
}

/// Adds a record; its number follows from those before it.
pub(crate) fn append(tx: &Tx<'_>, channel: Channel, event: &IpamEvent) -> IpamResult<()> {
    let channel = channel.to_string();
    let sql = "SELECT coalesce(max(record), 0) + 1 FROM own_event WHERE channel = ?1";
    let record: i64 = tx
        .query_one(sql, [&channel], |row| row.get(0))?
        .unwrap_or(1);
    tx.execute(
        "INSERT INTO own_event VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'no')",
        params![
            channel,
            record,
            event.at.as_millisecond(),
            event.user.to_string(),
            event.category.to_string(),
            event.message,
        ],
    )
    .map(drop)
}

/// Every record of a channel, oldest first.
pub(crate) fn records(tx: &Tx<'_>, channel: Channel) -> IpamResult<Vec<IpamEvent>> {
    let sql = format!("SELECT {COLUMNS} FROM own_event WHERE channel = ?1 ORDER BY record");
    tx.query(&sql, [channel.to_string()], event)
}

/// Takes what is new in the ConfigurationChange channel over into the catalogue; how many.
pub(crate) fn take_over(tx: &Tx<'_>) -> IpamResult<usize> {
    let sql = "UPDATE own_event SET catalogue = 'yes' WHERE channel = ?1 AND catalogue = 'no'";
    tx.execute(sql, [Channel::ConfigurationChange.to_string()])
}

/// What the catalogue holds of a span, both ends included, by time.
pub(crate) fn catalogue(
    tx: &Tx<'_>,
    (from, until): (Timestamp, Timestamp),
) -> IpamResult<Vec<IpamEvent>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM own_event WHERE catalogue = 'yes' AND at BETWEEN ?1 AND ?2
         ORDER BY at, record"
    );
    let bounds = params![from.as_millisecond(), until.as_millisecond()];
    tx.query(&sql, bounds, event)
}

/// Takes the records up to `until` out of the catalogue for good; the channel keeps them.
pub(crate) fn purge_catalogue(tx: &Tx<'_>, until: Timestamp) -> IpamResult<usize> {
    let sql = "UPDATE own_event SET catalogue = 'purged' WHERE catalogue = 'yes' AND at <= ?1";
    tx.execute(sql, [until.as_millisecond()])
}
