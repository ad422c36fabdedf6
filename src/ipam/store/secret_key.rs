//! The key that the hashes of the access rows are made with.

use jiff::Timestamp;

use crate::ipam::configuration::SecretKey;
use crate::ipam::error::IpamResult;

use super::params::params;
use super::transaction::Tx;
use super::words::{instant, parsed};

pub(super) const DDL: &str = "
CREATE TABLE secret_key (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    secret TEXT NOT NULL,
    set_at INTEGER NOT NULL
);
";

/// The key, and when it was set.
pub(crate) struct SecretKeyRow {
    pub key: SecretKey,
    pub set_at: Timestamp,
}

/// The key, or `None` while there is none.
pub(crate) fn secret_key(tx: &Tx<'_>) -> IpamResult<Option<SecretKeyRow>> {
    tx.query_one("SELECT secret, set_at FROM secret_key", [], |row| {
        Ok(SecretKeyRow {
            key: parsed(row, 0)?,
            set_at: instant(row, 1)?.unwrap_or(Timestamp::UNIX_EPOCH),
        })
    })
}

/// Writes the key, in place of the one before.
pub(crate) fn put_secret_key(tx: &Tx<'_>, row: &SecretKeyRow) -> IpamResult<()> {
    tx.execute(
        "INSERT INTO secret_key (single, secret, set_at) VALUES (1, ?1, ?2)
         ON CONFLICT (single) DO UPDATE SET secret = excluded.secret, set_at = excluded.set_at",
        params![row.key.reveal(), row.set_at.as_millisecond()],
    )
    .map(drop)
}

/// Removes the key; whether there was one.
pub(crate) fn delete_secret_key(tx: &Tx<'_>) -> IpamResult<bool> {
    Ok(tx.execute("DELETE FROM secret_key", [])? > 0)
}
