//! Rows of address expiry: what each address was last told as, and how often it is told.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::ipam::error::IpamResult;
use crate::ipam::space::rows::{address, from_json, owner, space};
use crate::ipam::space::{AddressDetails, AddressKey, ExpiryStatus};
use crate::ipam::tasks::ExpiryLogging;

use super::params::params;
use super::transaction::Tx;
use super::words::word;

pub(super) const DDL: &str = "
CREATE TABLE expiry_told (
    address TEXT PRIMARY KEY,
    state TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE expiry_logging (
    id INTEGER PRIMARY KEY,
    frequency TEXT NOT NULL
);
";

pub(crate) fn logging(tx: &Tx<'_>) -> IpamResult<ExpiryLogging> {
    let sql = "SELECT frequency FROM expiry_logging";
    let set = tx.query_one(sql, [], |row| word(row, 0, ExpiryLogging::ALL))?;
    Ok(set.unwrap_or_default())
}

pub(crate) fn put_logging(tx: &Tx<'_>, logging: ExpiryLogging) -> IpamResult<()> {
    let sql = "INSERT INTO expiry_logging VALUES (1, ?1)
        ON CONFLICT (id) DO UPDATE SET frequency = excluded.frequency";
    tx.execute(sql, [logging.to_string()]).map(drop)
}

/// How many address records there are.
pub(crate) fn count_addresses(tx: &Tx<'_>) -> IpamResult<usize> {
    let sql = "SELECT count(*) FROM ip_address";
    let count: Option<i64> = tx.query_one(sql, [], |row| row.get(0))?;
    Ok(count.and_then(|count| count.try_into().ok()).unwrap_or(0))
}

/// Every address record that has an expiry date, by its key in words. The date is in the text of
/// the details, so that of a million records only those with one are read.
pub(crate) fn dates(tx: &Tx<'_>) -> IpamResult<Vec<(String, Option<Date>)>> {
    let sql = "SELECT space, address, managed_by, instance, details FROM ip_address
        WHERE details LIKE '%\"expiry_date\":%' ORDER BY space, address, managed_by, instance";
    tx.query(sql, [], |row| {
        let key = AddressKey {
            address_space: space(row, 0)?,
            ip_address: address(row, 1)?,
            owner: owner(row, 2)?,
        };
        let details: AddressDetails = from_json(row, 4)?;
        Ok((key.to_string(), details.expiry_date))
    })
}

/// What each address was last told as; Active ones are not there.
pub(crate) fn told(tx: &Tx<'_>) -> IpamResult<BTreeMap<String, ExpiryStatus>> {
    let sql = "SELECT address, state FROM expiry_told";
    let rows = tx.query(sql, [], |row| {
        Ok((row.get(0)?, word(row, 1, ExpiryStatus::ALL)?))
    })?;
    Ok(rows.into_iter().collect())
}

/// What one address was last told as.
pub(crate) fn told_of(tx: &Tx<'_>, address: &str) -> IpamResult<Option<ExpiryStatus>> {
    let sql = "SELECT state FROM expiry_told WHERE address = ?1";
    tx.query_one(sql, [address], |row| word(row, 0, ExpiryStatus::ALL))
}

/// Keeps what one address was told as; `None` for one that is Active again.
pub(crate) fn put_told(tx: &Tx<'_>, address: &str, state: Option<ExpiryStatus>) -> IpamResult<()> {
    let Some(state) = state else {
        let sql = "DELETE FROM expiry_told WHERE address = ?1";
        return tx.execute(sql, [address]).map(drop);
    };
    let sql = "INSERT INTO expiry_told VALUES (?1, ?2)
        ON CONFLICT (address) DO UPDATE SET state = excluded.state";
    tx.execute(sql, params![address, state.to_string()])
        .map(drop)
}

/// Keeps what all addresses were told as, and forgets those that are gone.
pub(crate) fn replace_told(tx: &Tx<'_>, told: &BTreeMap<String, ExpiryStatus>) -> IpamResult<()> {
    tx.execute("DELETE FROM expiry_told", [])?;
    told.iter()
        .try_for_each(|(address, state)| put_told(tx, address, Some(*state)))
}
