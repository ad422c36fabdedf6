//! A value that rows of many tables repeat, renamed in all of them.

use crate::ipam::error::IpamResult;

use super::schema::AREAS;
use super::tables;
use super::transaction::Tx;

/// Replaces `from` by `to` in the column `column` of every table that has one.
pub(crate) fn in_column(tx: &Tx<'_>, column: &str, from: &str, to: &str) -> IpamResult<()> {
    let tables = AREAS.iter().flat_map(|area| tables::tables(area));
    for table in tables {
        if table.columns.iter().any(|own| own.name == column) {
            let name = table.name;
            let sql = format!("UPDATE {name} SET {column} = ?1 WHERE {column} = ?2");
            tx.execute(&sql, [to, from])?;
        }
    }
    Ok(())
}
