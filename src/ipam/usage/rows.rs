//! Rows of utilization: the samples of each block and range, and the status it had last.
//!
//! A sample is three numbers and the number of its object: at ten thousand ranges and a sample
//! every two hours there are more of them than of anything else the engine keeps.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ipam::error::IpamResult;
use crate::ipam::space::{BlockKey, RangeKey, SubnetKey, UtilizationStatus};
use crate::ipam::store::{ColumnError, Row, RowResult, Tx, params};

use super::period::Sample;
use super::view::UsageObject;

pub const DDL: &str = "
CREATE TABLE usage_object (
    id INTEGER PRIMARY KEY,
    object TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL
);
CREATE TABLE usage_sample (
    object INTEGER NOT NULL,
    at INTEGER NOT NULL,
    assigned INTEGER NOT NULL,
    utilized INTEGER NOT NULL,
    PRIMARY KEY (object, at)
) WITHOUT ROWID;
";

/// An object that has been seen by a run of AddressUtilization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub id: i64,
    pub status: UtilizationStatus,
}

fn status(row: &Row<'_>, column: usize) -> RowResult<UtilizationStatus> {
    let text = row.text(column)?;
    text.parse().map_err(|_| ColumnError::foreign(column, text))
}

/// Everything that was ever sampled and still exists, by its name.
pub(super) fn objects(tx: &Tx<'_>) -> IpamResult<BTreeMap<String, Known>> {
    let sql = "SELECT object, id, status FROM usage_object";
    let rows = tx.query(sql, [], |row| {
        let known = Known {
            id: row.get(1)?,
            status: status(row, 2)?,
        };
        Ok((row.get(0)?, known))
    })?;
    Ok(rows.into_iter().collect())
}

pub(super) fn put_object(
    tx: &Tx<'_>,
    id: i64,
    object: &str,
    status: UtilizationStatus,
) -> IpamResult<()> {
    let sql = "INSERT OR REPLACE INTO usage_object (id, object, status) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![id, object, status.word()])
        .map(drop)
}

/// Keeps a sample; one of the same instant is replaced.
pub(super) fn add_sample(tx: &Tx<'_>, id: i64, sample: &Sample) -> IpamResult<()> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let sql = "INSERT OR REPLACE INTO usage_sample (object, at, assigned, utilized) \
               VALUES (?1, ?2, ?3, ?4)";
    let at = sample.at.as_millisecond();
    let row = params![id, at, number(sample.assigned), number(sample.utilized)];
    tx.execute(sql, row).map(drop)
}

/// The samples of one object after `from`, oldest first.
pub(super) fn samples(
    tx: &Tx<'_>,
    object: &UsageObject,
    from: Timestamp,
) -> IpamResult<Vec<Sample>> {
    let sql = "SELECT s.at, s.assigned, s.utilized FROM usage_sample s, usage_object o \
               WHERE o.object = ?1 AND s.object = o.id AND s.at > ?2 ORDER BY s.at";
    tx.query(sql, params![object.name(), from.as_millisecond()], sample)
}

/// The `count` newest samples of one object and the one before them, oldest first.
pub(super) fn newest(tx: &Tx<'_>, object: &UsageObject, count: u32) -> IpamResult<Vec<Sample>> {
    let sql = "SELECT s.at, s.assigned, s.utilized FROM usage_sample s, usage_object o \
               WHERE o.object = ?1 AND s.object = o.id ORDER BY s.at DESC LIMIT ?2";
    let mut found = tx.query(sql, params![object.name(), count + 1], sample)?;
    found.reverse();
    Ok(found)
}

fn sample(row: &Row<'_>) -> RowResult<Sample> {
    let at: i64 = row.get(0)?;
    let (assigned, utilized): (i64, i64) = (row.get(1)?, row.get(2)?);
    Ok(Sample {
        at: Timestamp::from_millisecond(at).map_err(|_| ColumnError::foreign(0, at))?,
        assigned: assigned.unsigned_abs(),
        utilized: utilized.unsigned_abs(),
    })
}

/// Deletes every sample up to `until`; how many. Utilization can be purged by date only
/// (domain 5.8).
pub(super) fn purge(tx: &Tx<'_>, until: Timestamp) -> IpamResult<usize> {
    let sql = "DELETE FROM usage_sample WHERE at <= ?1";
    tx.execute(sql, params![until.as_millisecond()])
}

/// Forgets an object with all its samples.
pub(super) fn forget(tx: &Tx<'_>, object: &str) -> IpamResult<()> {
    let sql = "DELETE FROM usage_sample WHERE object IN \
               (SELECT id FROM usage_object WHERE object = ?1)";
    tx.execute(sql, params![object])?;
    let sql = "DELETE FROM usage_object WHERE object = ?1";
    tx.execute(sql, params![object]).map(drop)
}

/// The trends of a block whose network, start or end changes, or which is removed, are lost
/// (domain 5.2, S18). To be called in the transaction of the change, with the key it had.
pub(in crate::ipam) fn forget_trends(tx: &Tx<'_>, block: &BlockKey) -> IpamResult<()> {
    forget(tx, &UsageObject::Block(block.clone()).name())
}

/// The same for ranges that are removed or get other bounds.
pub(in crate::ipam) fn forget_ranges(tx: &Tx<'_>, range: &RangeKey) -> IpamResult<()> {
    forget(tx, &UsageObject::Range(range.clone()).name())
}

/// Forgets what is known of a subnet.
pub(in crate::ipam) fn forget_subnet(tx: &Tx<'_>, subnet: &SubnetKey) -> IpamResult<()> {
    forget(tx, &UsageObject::Subnet(subnet.clone()).name())
}

/// Keeps what is known of an object under another name. What an object of that name has left
/// behind was another one's.
pub(super) fn rename(tx: &Tx<'_>, from: &str, to: &str) -> IpamResult<()> {
    if from == to {
        return Ok(());
    }
    let sql = "SELECT 1 FROM usage_object WHERE object = ?1";
    if tx.query_one(sql, [from], |_| Ok(()))?.is_none() {
        return Ok(());
    }
    forget(tx, to)?;
    let sql = "UPDATE usage_object SET object = ?2 WHERE object = ?1";
    tx.execute(sql, [from, to]).map(drop)
}
