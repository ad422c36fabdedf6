//! Rows that say who may do what: roles, access scopes, policies and the scopes set on objects.
//!
//! Every row carries a keyed hash of the rest of it, so that an edit that went past the engine is
//! noticed (domain 2.1). This module keeps body and hash as text and judges neither.

use std::fmt;

use crate::ipam::error::IpamResult;

use super::params::params;
use super::row::Row;
use super::transaction::Tx;
use super::value::RowResult;
use super::words::word;

pub(super) const DDL: &str = "
CREATE TABLE access_rows (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;
";

/// What a row describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AccessKind {
    Role,
    AccessScope,
    Policy,
    /// The access scope set on one object.
    Object,
}

impl AccessKind {
    pub const ALL: &[AccessKind] = &[
        AccessKind::Role,
        AccessKind::AccessScope,
        AccessKind::Policy,
        AccessKind::Object,
    ];
}

impl fmt::Display for AccessKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AccessKind::Role => "role",
            AccessKind::AccessScope => "access scope",
            AccessKind::Policy => "policy",
            AccessKind::Object => "object",
        })
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessRow {
    pub kind: AccessKind,
    /// Unique within its kind: the name of a role or policy, the path of a scope, an object's key.
    pub name: String,
    /// JSON with its members in one fixed order, so that equal content has equal text.
    pub body: String,
    /// Hash over kind, name and body; empty while it has none.
    pub hash: String,
}

fn access_row(row: &Row<'_>) -> RowResult<AccessRow> {
    Ok(AccessRow {
        kind: word(row, 0, AccessKind::ALL)?,
        name: row.get(1)?,
        body: row.get(2)?,
        hash: row.get(3)?,
    })
}

/// All rows, ordered by kind and name.
pub(crate) fn all(tx: &Tx<'_>) -> IpamResult<Vec<AccessRow>> {
    let sql = "SELECT kind, name, body, hash FROM access_rows ORDER BY kind, name";
    tx.query(sql, [], access_row)
}

/// The rows of one kind, ordered by name.
pub(crate) fn of_kind(tx: &Tx<'_>, kind: AccessKind) -> IpamResult<Vec<AccessRow>> {
    let sql = "SELECT kind, name, body, hash FROM access_rows WHERE kind = ?1 ORDER BY name";
    tx.query(sql, [kind.to_string()], access_row)
}

/// One row.
pub(crate) fn one(tx: &Tx<'_>, kind: AccessKind, name: &str) -> IpamResult<Option<AccessRow>> {
    let sql = "SELECT kind, name, body, hash FROM access_rows WHERE kind = ?1 AND name = ?2";
    tx.query_one(sql, [kind.to_string().as_str(), name], access_row)
}

/// Whether there is any row of a kind.
pub(crate) fn any(tx: &Tx<'_>, kind: AccessKind) -> IpamResult<bool> {
    let sql = "SELECT 1 FROM access_rows WHERE kind = ?1 LIMIT 1";
    let found = tx.query_one(sql, [kind.to_string()], |row| row.get::<i64>(0))?;
    Ok(found.is_some())
}

/// Writes a row, in place of the one of the same kind and name.
pub(crate) fn put(tx: &Tx<'_>, row: &AccessRow) -> IpamResult<()> {
    tx.execute(
        "INSERT INTO access_rows (kind, name, body, hash) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body, hash = excluded.hash",
        params![row.kind.to_string(), row.name, row.body, row.hash],
    )
    .map(drop)
}

/// Writes the hash of a row; whether the row is there.
pub(crate) fn set_hash(tx: &Tx<'_>, kind: AccessKind, name: &str, hash: &str) -> IpamResult<bool> {
    let sql = "UPDATE access_rows SET hash = ?3 WHERE kind = ?1 AND name = ?2";
    Ok(tx.execute(sql, params![kind.to_string(), name, hash])? > 0)
}

/// Removes a row; whether it was there.
pub(crate) fn delete(tx: &Tx<'_>, kind: AccessKind, name: &str) -> IpamResult<bool> {
    let sql = "DELETE FROM access_rows WHERE kind = ?1 AND name = ?2";
    Ok(tx.execute(sql, params![kind.to_string(), name])? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipam::store::Store;

    fn row(kind: AccessKind, name: &str, body: &str) -> AccessRow {
        AccessRow {
            kind,
            name: name.to_owned(),
            body: body.to_owned(),
            hash: format!("hash of {body}"),
        }
    }

    #[test]
    fn rows_of_different_kinds_share_a_name_and_a_second_put_replaces() {
        let store = Store::open(&crate::ipam::store::Database::Memory).unwrap();
        let role = row(AccessKind::Role, "Helpdesk", "1");
        let policy = row(AccessKind::Policy, "Helpdesk", "2");
        let newer = row(AccessKind::Role, "Helpdesk", "3");
        let kept = store.transaction(|tx| {
            [&role, &policy, &newer]
                .into_iter()
                .try_for_each(|row| put(tx, row))?;
            all(tx)
        });
        assert_eq!(kept.unwrap(), [policy, newer]);
    }

    #[test]
    fn a_hash_is_changed_and_a_row_removed_only_where_there_is_one() {
        let store = Store::open(&crate::ipam::store::Database::Memory).unwrap();
        let scope = row(AccessKind::AccessScope, r"\Global", "{}");
        let (kind, name) = (scope.kind, scope.name.as_str());
        let kept = store.transaction(|tx| {
            put(tx, &scope)?;
            assert!(set_hash(tx, kind, name, "other")?);
            assert!(!set_hash(tx, AccessKind::Role, name, "other")?);
            assert_eq!(all(tx)?[0].hash, "other");
            assert!(!delete(tx, kind, r"\Global\Europe")?);
            assert!(delete(tx, kind, name)?);
            all(tx)
        });
        assert_eq!(kept.unwrap(), []);
    }
}
