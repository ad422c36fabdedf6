//! Keyed hashes over the rows that say who may do what, so that an edit of the database that went
//! past the engine is noticed (domain 2.1, P13).
//!
//! Each row carries an HMAC-SHA256 (RFC 2104) over its kind, name and body. A row that was
//! changed, renamed or put in has no valid hash, and from then on every operation is refused.
//! One that was deleted is not missed. Mostly that takes a permission away, but the scope set on
//! an object goes with its row, and the object then inherits the scope of its parent.
//!
//! The key stands in the same database. It protects against whoever edits rows, by hand or by
//! restoring a few of them from a backup, and not against whoever also reads the key.

use std::cell::Cell;

use jiff::Timestamp;
use ring::hmac;

use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::Tx;
use crate::ipam::store::access_rows::{self, AccessRow};
use crate::ipam::store::database::Database;
use crate::ipam::store::secret_key::{self, SecretKeyRow};

use super::secret::SecretKey;

/// Sets the key the hashes are made with from now on. No row is hashed anew.
pub(crate) fn set_key(tx: &Tx<'_>, key: SecretKey, at: Timestamp) -> IpamResult<()> {
    secret_key::put_secret_key(tx, &SecretKeyRow { key, set_at: at })
}

/// The key, in the form hashes are made with.
///
/// # Errors
/// `IpamApiSecretKeyUnavailableOperationDenied` when there is none, or none that is a key.
fn key(tx: &Tx<'_>) -> IpamResult<hmac::Key> {
    let row = secret_key::secret_key(tx)?.ok_or_else(unavailable)?;
    Ok(hmac::Key::new(hmac::HMAC_SHA256, row.key.bytes()))
}

pub(super) fn unavailable() -> IpamError {
    IpamError::new(
        ErrorId::IpamApiSecretKeyUnavailableOperationDenied,
        "the database holds no secret key; give one with `Set-IpamConfiguration -HmacKey`, and \
         `-UpdateTables` unless it is the key of before",
    )
}

/// What is hashed: each part with its length before it, so that no two rows read the same.
fn hashed(row: &AccessRow) -> Vec<u8> {
    let kind = row.kind.to_string();
    let parts = [kind.as_str(), &row.name, &row.body];
    let length = |part: &str| u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes();
    let part = |part: &str| [&length(part)[..], part.as_bytes()].concat();
    parts.into_iter().flat_map(part).collect()
}

fn hash(key: &hmac::Key, row: &AccessRow) -> String {
    data_encoding::HEXLOWER.encode(hmac::sign(key, &hashed(row)).as_ref())
}

/// The hash a row must carry; every writer of access rows puts it into `hash`.
///
/// # Errors
/// `IpamApiSecretKeyUnavailableOperationDenied`.
pub(crate) fn seal(tx: &Tx<'_>, row: &AccessRow) -> IpamResult<String> {
    Ok(hash(&key(tx)?, row))
}

/// Whether every row carries the hash it must.
///
/// # Errors
/// `IpamApiSecretKeyUnavailableOperationDenied` without a key, and
/// `IpamApiOperationDeniedDueToAccessScopeTampering` for the first row whose hash is wrong.
pub(crate) fn verify(tx: &Tx<'_>) -> IpamResult<()> {
    let key = key(tx)?;
    let sound = |row: &AccessRow| {
        let claimed = data_encoding::HEXLOWER.decode(row.hash.as_bytes());
        claimed.is_ok_and(|claimed| hmac::verify(&key, &hashed(row), &claimed).is_ok())
    };
    match access_rows::all(tx)?.into_iter().find(|row| !sound(row)) {
        None => Ok(()),
        Some(row) => Err(IpamError::new(
            ErrorId::IpamApiOperationDeniedDueToAccessScopeTampering,
            format!(
                "the {} `{}` in the database was not written by IPAM with its present key; \
                 undo the edit, or accept it with `Set-IpamConfiguration -UpdateTables`",
                row.kind, row.name
            ),
        )),
    }
}

/// Gives every row the hash it must carry, accepting the rows as they are; how many there are.
///
/// # Errors
/// `IpamApiSecretKeyUnavailableOperationDenied`.
pub(crate) fn reseal_all(tx: &Tx<'_>) -> IpamResult<usize> {
    let key = key(tx)?;
    let rows = access_rows::all(tx)?;
    for row in &rows {
        access_rows::set_hash(tx, row.kind, &row.name, &hash(&key, row))?;
    }
    Ok(rows.len())
}

/// What an engine knows about the rows, so that not every operation reads them all.
#[derive(Debug, Default)]
pub(crate) struct IntegrityState {
    /// They were found sound. What the engine itself writes after that keeps them so; whatever
    /// goes past it makes this false.
    sound: Cell<bool>,
    /// A recomputation is under way.
    pub(super) recomputing: Cell<bool>,
}

impl Ipam {
    /// Refuses every operation while a row that says who may do what is not as IPAM wrote it.
    ///
    /// # Errors
    /// Those of [`verify`].
    pub(crate) fn check_integrity(&self) -> IpamResult<()> {
        if self.integrity.sound.get() {
            return Ok(());
        }
        self.store.read(verify)?;
        // Into a database of its own nobody writes unseen; one on a server is open to others.
        let own = !matches!(self.options.database, Database::Server(_));
        self.integrity.sound.set(own);
        Ok(())
    }

    /// The rows, their hashes or the key may have changed: the next operation looks again.
    pub(crate) fn doubt_integrity(&self) {
        self.integrity.sound.set(false);
    }

    /// A key that nobody has chosen. Each instant has one, so that it can be told in a test which
    /// call made it, and no two calls of a run have the same.
    pub(crate) fn new_secret_key(&self) -> SecretKey {
        let label = format!("secret-key/{}", self.wall().as_millisecond());
        SecretKey::generate(&mut self.options.seed.stream(&label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipam::store::Store;
    use crate::ipam::store::access_rows::AccessKind;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn some_key(text: &str) -> SecretKey {
        text.parse().unwrap()
    }

    fn one() -> SecretKey {
        some_key("0f8fad5b-d9cb-469f-a165-70867728950e")
    }

    fn other() -> SecretKey {
        some_key("7c9e6679-7425-40de-944b-e07fc1f90ae7")
    }

    fn row(kind: AccessKind, name: &str, body: &str) -> AccessRow {
        AccessRow {
            kind,
            name: name.to_owned(),
            body: body.to_owned(),
            hash: String::new(),
        }
    }

    fn put(tx: &Tx<'_>, mut row: AccessRow) -> IpamResult<()> {
        row.hash = seal(tx, &row)?;
        access_rows::put(tx, &row)
    }

    /// A store with a key and two sound rows.
    fn sound() -> Store {
        let store = Store::open(&crate::ipam::store::Database::Memory).unwrap();
        let filled = store.transaction(|tx| {
            set_key(tx, one(), AT)?;
            put(tx, row(AccessKind::Role, "Helpdesk", "{}"))?;
            put(tx, row(AccessKind::Policy, r"CORP\ann", "{}"))
        });
        filled.unwrap();
        store
    }

    fn refusal(store: &Store) -> Option<ErrorId> {
        store.read(verify).err().map(|error| error.id)
    }

    const TAMPERING: Option<ErrorId> =
        Some(ErrorId::IpamApiOperationDeniedDueToAccessScopeTampering);

    #[test]
    fn rows_as_they_were_written_are_sound() {
        assert_eq!(refusal(&sound()), None);
    }

    #[test]
    fn a_row_whose_body_name_kind_or_hash_was_changed_is_noticed() {
        for sql in [
            "UPDATE access_rows SET body = '{ }' WHERE kind = 'role'",
            "UPDATE access_rows SET name = 'Admins' WHERE kind = 'role'",
            "UPDATE access_rows SET kind = 'access scope' WHERE kind = 'role'",
            "UPDATE access_rows SET hash = '' WHERE kind = 'role'",
            "UPDATE access_rows SET hash = 'not a hash' WHERE kind = 'policy'",
            "UPDATE access_rows SET hash = (SELECT hash FROM access_rows WHERE kind = 'role')",
            "INSERT INTO access_rows SELECT kind, 'copy', body, hash FROM access_rows
             WHERE kind = 'role'",
        ] {
            let store = sound();
            store.transaction(|tx| tx.execute(sql, [])).unwrap();
            assert_eq!(refusal(&store), TAMPERING, "{sql}");
            let accepted = store.transaction(reseal_all);
            assert!(accepted.is_ok_and(|rows| rows >= 2));
            assert_eq!(refusal(&store), None, "{sql}");
        }
    }

    #[test]
    fn a_character_may_not_move_from_the_name_to_the_body() {
        let (one, other) = (
            row(AccessKind::Role, "ab", "c"),
            row(AccessKind::Role, "a", "bc"),
        );
        assert_ne!(hashed(&one), hashed(&other));
    }

    #[test]
    fn another_key_makes_every_row_unsound_until_hashes_are_made_with_it() {
        let store = sound();
        store.transaction(|tx| set_key(tx, other(), AT)).unwrap();
        assert_eq!(refusal(&store), TAMPERING);
        store.transaction(|tx| set_key(tx, one(), AT)).unwrap();
        assert_eq!(refusal(&store), None, "the key of before is given back");
        store.transaction(|tx| set_key(tx, other(), AT)).unwrap();
        assert_eq!(store.transaction(reseal_all), Ok(2));
        assert_eq!(refusal(&store), None);
    }

    #[test]
    fn without_a_key_nothing_is_sealed_verified_or_hashed_anew() {
        let store = sound();
        store.transaction(secret_key::delete_secret_key).unwrap();
        let id = ErrorId::IpamApiSecretKeyUnavailableOperationDenied;
        assert_eq!(refusal(&store), Some(id));
        let sealed = store.read(|tx| seal(tx, &row(AccessKind::Role, "x", "{}")));
        assert_eq!(sealed.unwrap_err().id, id);
        assert_eq!(store.transaction(reseal_all).unwrap_err().id, id);
    }

    #[test]
    fn the_hash_is_the_one_of_rfc_4231() {
        // Test case 2 of section 4.3.
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
        let tag = hmac::sign(&key, b"what do ya want for nothing?");
        assert_eq!(
            data_encoding::HEXLOWER.encode(tag.as_ref()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
