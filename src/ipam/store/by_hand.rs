//! Edits of the database by somebody with a SQL tool: past the engine, its rules and its hashes.
//!
//! A laboratory plays that somebody. Nothing in the engine may call this.

use crate::ipam::error::{IpamError, IpamResult};

use super::access_rows::{self, AccessKind, AccessRow};
use super::params::params;
use super::secret_key;
use super::transaction::Tx;

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HandEdit {
    /// Replaces text in the body of an access row; its hash stays as it is.
    Replace {
        kind: AccessKind,
        name: String,
        text: String,
        by: String,
    },
    DeleteRow {
        kind: AccessKind,
        name: String,
    },
    DeleteSecretKey,
    SetPort(i64),
}

/// Carries out an edit.
///
/// # Errors
/// `IpamApiObjectNotFound` when there is nothing to edit.
pub(crate) fn edit(tx: &Tx<'_>, edit: &HandEdit) -> IpamResult<()> {
    let done = match edit {
        HandEdit::Replace {
            kind,
            name,
            text,
            by,
        } => {
            let rows = access_rows::all(tx)?;
            let found = rows.into_iter().find(|row| {
                row.kind == *kind && row.name == *name && row.body.contains(text.as_str())
            });
            let Some(row) = found else {
                return Err(missing(&format!("{kind} `{name}` with `{text}` in it")));
            };
            let body = row.body.replace(text.as_str(), by);
            access_rows::put(tx, &AccessRow { body, ..row }).map(|()| true)?
        }
        HandEdit::DeleteRow { kind, name } => access_rows::delete(tx, *kind, name)?,
        HandEdit::DeleteSecretKey => secret_key::delete_secret_key(tx)?,
        HandEdit::SetPort(port) => {
            tx.execute("UPDATE configuration SET port = ?1", params![*port])? > 0
        }
    };
    match done {
        true => Ok(()),
        false => Err(missing(&format!("what `{edit:?}` is about"))),
    }
}

/// Puts rows of a backup back, hashes and all, and takes away those it does not have.
pub(crate) fn restore(tx: &Tx<'_>, backup: &[AccessRow]) -> IpamResult<()> {
    for row in access_rows::all(tx)? {
        access_rows::delete(tx, row.kind, &row.name)?;
    }
    backup.iter().try_for_each(|row| access_rows::put(tx, row))
}

fn missing(what: &str) -> IpamError {
    IpamError::not_found(format!("the database has no {what}"))
}

impl crate::ipam::Ipam {
    /// Carries out an edit past the engine, which will look at the rows again.
    pub(crate) fn edit_database_by_hand(&self, change: &HandEdit) -> IpamResult<()> {
        self.doubt_integrity();
        self.store().transaction(|tx| edit(tx, change))
    }

    /// The rows that say who may do what, as a backup keeps them.
    pub(crate) fn back_up_access_rows(&self) -> IpamResult<Vec<AccessRow>> {
        self.store().read(access_rows::all)
    }

    /// Puts the rows of a backup back past the engine, and nothing else of it.
    pub(crate) fn restore_access_rows(&self, backup: &[AccessRow]) -> IpamResult<()> {
        self.doubt_integrity();
        self.store().transaction(|tx| restore(tx, backup))
    }
}
