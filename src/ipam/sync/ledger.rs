//! The ledger: every entry that a push of this engine has put on a server, or may have.
//!
//! A line is written before the first message of a push and goes when a server has confirmed that
//! the entry is not there. It outlives the address record, so that what a reclaimed address left
//! behind can be named. It is no proof that an entry is still there: whoever wants to know asks
//! the server ([`crate::ipam::reconcile`]).

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::space::AddressKey;
use crate::ipam::space::rows::{address, from_json, owner, parsed, space, to_json};
use crate::ipam::store::{Row, RowResult, Tx, key_of_address, params};

use super::report::RecordKind;
use super::written::Written;

pub(in crate::ipam) const DDL: &str = "
CREATE TABLE sync_written (
    space TEXT NOT NULL, address BLOB NOT NULL,
    managed_by TEXT NOT NULL, instance TEXT NOT NULL, instance_key TEXT NOT NULL,
    kind TEXT NOT NULL, server TEXT NOT NULL, entry TEXT NOT NULL,
    PRIMARY KEY (space, address, managed_by, instance_key, kind, server, entry)) WITHOUT ROWID;
CREATE INDEX sync_written_by_server ON sync_written (server, kind);
";

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ipam) struct Line {
    pub(in crate::ipam) key: AddressKey,
    pub(in crate::ipam) kind: RecordKind,
    pub(in crate::ipam) written: Written,
}

const COLUMNS: &str = "space, address, managed_by, instance, kind, entry";

/// The key of an address record and the kind of its record, as the parameters 1 to 5.
macro_rules! of_params {
    ($key:expr, $kind:expr) => {
        params![
            $key.address_space.as_str(),
            key_of_address($key.ip_address),
            $key.owner.managed_by_service.word(),
            $key.owner.instance_key(),
            $kind.to_string(),
        ]
    };
    ($key:expr, $kind:expr, $($more:expr),+) => {
        params![
            $key.address_space.as_str(),
            key_of_address($key.ip_address),
            $key.owner.managed_by_service.word(),
            $key.owner.instance_key(),
            $kind.to_string(),
            $($more),+
        ]
    };
}

fn read(row: &Row<'_>) -> RowResult<Line> {
    Ok(Line {
        key: AddressKey {
            address_space: space(row, 0)?,
            ip_address: address(row, 1)?,
            owner: owner(row, 2)?,
        },
        kind: parsed(row, 4)?,
        written: from_json(row, 5)?,
    })
}

/// Notes an entry; whether it was not there yet.
pub(super) fn note(
    tx: &Tx<'_>,
    key: &AddressKey,
    kind: RecordKind,
    written: &Written,
) -> IpamResult<bool> {
    let sql = "INSERT INTO sync_written \
               (space, address, managed_by, instance_key, kind, server, entry, instance) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    let entry = to_json(written);
    let row = of_params!(
        key,
        kind,
        written.server.as_str(),
        entry,
        key.owner.service_instance
    );
    Ok(tx.execute(sql, row)? > 0)
}

/// Forgets an entry that is known not to be on its server.
pub(super) fn forget(
    tx: &Tx<'_>,
    key: &AddressKey,
    kind: RecordKind,
    written: &Written,
) -> IpamResult<()> {
    let sql = "DELETE FROM sync_written WHERE space = ?1 AND address = ?2 AND managed_by = ?3 AND \
               instance_key = ?4 AND kind = ?5 AND server = ?6 AND entry = ?7";
    let entry = to_json(written);
    let row = of_params!(key, kind, written.server.as_str(), entry);
    tx.execute(sql, row).map(drop)
}

/// The record of an address has another owner or address space: what was written for it is still
/// its own.
pub(in crate::ipam) fn move_lines(
    tx: &Tx<'_>,
    from: &AddressKey,
    to: &AddressKey,
) -> IpamResult<()> {
    for (kind, written) in of_record(tx, from)? {
        forget(tx, from, kind, &written)?;
        note(tx, to, kind, &written)?;
    }
    Ok(())
}

/// What was written for one address record.
pub(super) fn of(tx: &Tx<'_>, key: &AddressKey, kind: RecordKind) -> IpamResult<Vec<Written>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sync_written WHERE space = ?1 AND address = ?2 AND \
         managed_by = ?3 AND instance_key = ?4 AND kind = ?5 ORDER BY server, entry"
    );
    let row = of_params!(key, kind);
    let lines = tx.query(&sql, row, read)?;
    Ok(lines.into_iter().map(|line| line.written).collect())
}

/// Everything that was written for one address record.
pub(in crate::ipam) fn of_record(
    tx: &Tx<'_>,
    key: &AddressKey,
) -> IpamResult<Vec<(RecordKind, Written)>> {
    let mut found = Vec::new();
    for kind in RecordKind::ALL {
        let written = of(tx, key, *kind)?;
        found.extend(written.into_iter().map(|written| (*kind, written)));
    }
    Ok(found)
}

/// Everything, by address.
pub(in crate::ipam) fn all(tx: &Tx<'_>) -> IpamResult<Vec<Line>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sync_written \
         ORDER BY space, address, managed_by, instance_key, kind, server, entry"
    );
    tx.query(&sql, [], read)
}

/// The reservations written on one server.
pub(super) fn reservations_on(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<Vec<Line>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sync_written WHERE server = ?1 AND kind = ?2 \
         ORDER BY space, address, managed_by, instance_key, entry"
    );
    let kind = RecordKind::DhcpReservation.to_string();
    tx.query(&sql, [server.as_str(), kind.as_str()], read)
}

/// Another address record, one that still exists, for which the same entry was written.
pub(super) fn shared_with(
    tx: &Tx<'_>,
    key: &AddressKey,
    written: &Written,
) -> IpamResult<Option<AddressKey>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sync_written WHERE server = ?1 AND entry = ?2 AND address = ?3 \
         ORDER BY space, managed_by, instance_key"
    );
    let row = params![
        written.server.as_str(),
        to_json(written),
        key_of_address(key.ip_address),
    ];
    for line in tx.query(&sql, row, read)? {
        if line.key != *key && crate::ipam::space::addresses::exists(tx, &line.key)? {
            return Ok(Some(line.key));
        }
    }
    Ok(None)
}
