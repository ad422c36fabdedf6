//! Properties of the server by name: what provisioning initialised and what an administrator
//! switched (domain 2.3). What a value means is the affair of whoever wrote it.

use std::collections::BTreeMap;

use crate::ipam::error::IpamResult;

use super::transaction::Tx;

pub(super) const DDL: &str = "
CREATE TABLE property (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
";

/// A property's value.
pub(crate) fn get(tx: &Tx<'_>, name: &str) -> IpamResult<Option<String>> {
    let sql = "SELECT value FROM property WHERE name = ?1";
    tx.query_one(sql, [name], |row| row.get(0))
}

/// Every property.
pub(crate) fn all(tx: &Tx<'_>) -> IpamResult<BTreeMap<String, String>> {
    let sql = "SELECT name, value FROM property ORDER BY name";
    let rows = tx.query(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// Writes a property, in place of the value before.
pub(crate) fn put(tx: &Tx<'_>, name: &str, value: &str) -> IpamResult<()> {
    let sql = "INSERT INTO property VALUES (?1, ?2)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, [name, value]).map(drop)
}

/// Forgets a property.
pub(crate) fn remove(tx: &Tx<'_>, name: &str) -> IpamResult<()> {
    let sql = "DELETE FROM property WHERE name = ?1";
    tx.execute(sql, [name]).map(drop)
}
