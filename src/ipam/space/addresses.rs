//! Storing address records: the rules of domain 5.6, and the range each maps to.

use std::net::IpAddr;

use crate::addr::AddressRange;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::find;
use crate::ipam::store::{Row, RowResult, Tx, expiry, key_of_address, params};

use super::address::{Address, AddressDetails, AddressKey, AddressQuery, NewAddress, SyncState};
pub(in crate::ipam) use super::address_edit::set;
pub(in crate::ipam) use super::address_list::list;
use super::address_rules::{check, fill_in_scope};
use super::carried;
use super::range::RangeKey;
use super::ranges;
use super::rows::{address, from_json, from_json_or_null, owner, space, to_json};
use super::rules::{not_found, refuse};
use super::spaces::{self, AddressSpaceName};
use super::taken;
use super::words::ExpiryStatus;

pub(super) const COLUMNS: &str =
    "space, address, managed_by, instance, details, reservation_sync, host_sync, ptr_sync";

macro_rules! key_params {
    ($key:expr) => {
        params![
            key_of_address($key.ip_address),
            $key.owner.managed_by_service.word(),
            $key.owner.instance_key(),
            $key.address_space.as_str()
        ]
    };
}

/// An address record as it is stored.
#[derive(Debug, Clone)]
pub(in crate::ipam) struct StoredAddress {
    pub(in crate::ipam) key: AddressKey,
    pub(in crate::ipam) details: AddressDetails,
    /// Reservation, host record, PTR record.
    pub(in crate::ipam) sync: [SyncState; 3],
}

pub(super) fn read(row: &Row<'_>) -> RowResult<StoredAddress> {
    let sync = |index| from_json_or_null(row, index).map(Option::unwrap_or_default);
    Ok(StoredAddress {
        key: AddressKey {
            address_space: space(row, 0)?,
            ip_address: address(row, 1)?,
            owner: owner(row, 2)?,
        },
        details: from_json(row, 4)?,
        sync: [sync(5)?, sync(6)?, sync(7)?],
    })
}

/// The record with this key.
pub(in crate::ipam) fn get(tx: &Tx<'_>, key: &AddressKey) -> IpamResult<StoredAddress> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_address WHERE address = ?1 AND managed_by = ?2 AND \
         instance_key = ?3 AND space = ?4"
    );
    tx.query_one(&sql, key_params!(key), read)?
        .ok_or_else(|| not_found(&format!("address `{key}`")))
}

/// The record with this key, as it is shown.
pub(in crate::ipam) fn find(tx: &Tx<'_>, key: &AddressKey) -> IpamResult<Address> {
    shown(tx, get(tx, key)?)
}

/// Whether there is a record with this key.
pub(in crate::ipam) fn exists(tx: &Tx<'_>, key: &AddressKey) -> IpamResult<bool> {
    let sql = "SELECT 1 FROM ip_address WHERE address = ?1 AND managed_by = ?2 AND \
               instance_key = ?3 AND space = ?4";
    Ok(tx.query_one(sql, key_params!(key), |_| Ok(()))?.is_some())
}

/// Whether any address is recorded at all.
pub(in crate::ipam) fn any(tx: &Tx<'_>) -> IpamResult<bool> {
    let found = tx.query_one("SELECT 1 FROM ip_address LIMIT 1", [], |_| Ok(()))?;
    Ok(found.is_some())
}

/// The records within `span` that name a reservation server, in order. The text of the details is
/// looked at before it is read, because most records have none.
pub(in crate::ipam) fn with_reservation(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    span: &AddressRange,
) -> IpamResult<Vec<StoredAddress>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_address WHERE space = ?1 AND address BETWEEN ?2 AND ?3 AND \
         details LIKE '%\"reservation_server\"%' ORDER BY address, managed_by, instance_key"
    );
    let bounds = params![
        space.as_str(),
        key_of_address(span.first()),
        key_of_address(span.last())
    ];
    let mut found = tx.query(&sql, bounds, read)?;
    found.retain(|stored| stored.details.reservation_server.is_some());
    Ok(found)
}

/// The records that map to a range and were made from PTR records, in order.
pub(super) fn made_from_ptr(tx: &Tx<'_>, range: &RangeKey) -> IpamResult<Vec<StoredAddress>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_address WHERE address BETWEEN ?3 AND ?4 AND \
         managed_by = ?1 AND instance_key = ?2 AND space = ?5 AND \
         details LIKE '%\"created_from_dns_resource_record\"%' ORDER BY address"
    );
    tx.query(&sql, ranges::key_params!(range), read)
}

/// The records of an address in an address space, by owner.
pub(in crate::ipam) fn at(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    address: IpAddr,
) -> IpamResult<Vec<StoredAddress>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_address WHERE space = ?1 AND address = ?2 \
         ORDER BY managed_by, instance_key"
    );
    tx.query(&sql, params![space.as_str(), key_of_address(address)], read)
}

/// The records of which something was ever pushed to a server, in order.
pub(in crate::ipam) fn pushed(tx: &Tx<'_>) -> IpamResult<Vec<StoredAddress>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_address WHERE reservation_sync IS NOT NULL OR \
         host_sync IS NOT NULL OR ptr_sync IS NOT NULL \
         ORDER BY space, address, managed_by, instance_key"
    );
    tx.query(&sql, [], read)
}

/// `Add-IpamAddress` after the gate. The same address under another owner is allowed and will
/// show as a duplicate; under the same owner it is a conflict (domain 5.6).
pub(in crate::ipam) fn add(tx: &Tx<'_>, new: NewAddress) -> IpamResult<Address> {
    let mut key = AddressKey {
        address_space: spaces::canonical(tx, &new.address_space)?,
        ip_address: new.ip_address,
        owner: new.owner,
    };
    let mut details = new.details;
    carried::spell_owner(tx, &mut key.owner)?;
    carried::spell_address(tx, &mut details)?;
    fill_in_scope(tx, key.ip_address, &mut details)?;
    check(tx, &key, &details)?;
    let stored = StoredAddress {
        key,
        details,
        sync: Default::default(),
    };
    let added = insert(tx, &stored)?;
    let StoredAddress { key, details, .. } = stored;
    if !added {
        return refuse(
            ErrorId::IpamApiInvalidIPAddressConflict,
            format!("address `{key}` is in the IPAM database already"),
        );
    }
    taken::note(tx, &key.address_space, key.ip_address)?;
    carried::note_address(tx, &key, &details)?;
    shown(tx, get(tx, &key)?)
}

/// Inserts the row of a record, unless there is one of its key; whether it did.
pub(super) fn insert(tx: &Tx<'_>, stored: &StoredAddress) -> IpamResult<bool> {
    let StoredAddress { key, details, sync } = stored;
    let sql = "INSERT INTO ip_address (space, address, managed_by, instance, instance_key, \
               details, reservation_sync, host_sync, ptr_sync) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    // Most records were never pushed, and have no state.
    let [reservation, host, ptr] = sync
        .each_ref()
        .map(|state| (*state != SyncState::default()).then(|| to_json(state)));
    let row = params![
        key.address_space.as_str(),
        key_of_address(key.ip_address),
        key.owner.managed_by_service.word(),
        key.owner.service_instance,
        key.owner.instance_key(),
        to_json(details),
        reservation,
        host,
        ptr
    ];
    Ok(tx.execute(sql, row)? > 0)
}

/// Whether any record of the address space has this address, whoever owns it.
pub(in crate::ipam) fn is_recorded(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    address: IpAddr,
) -> IpamResult<bool> {
    let sql = "SELECT 1 FROM ip_address WHERE address = ?1 AND space = ?2 LIMIT 1";
    let key = params![key_of_address(address), space.as_str()];
    let found = tx.query_one(sql, key, |_| Ok(()))?;
    Ok(found.is_some())
}

/// Writes what a record holds, its key and sync states apart.
pub(super) fn put_details(
    tx: &Tx<'_>,
    key: &AddressKey,
    details: &AddressDetails,
) -> IpamResult<()> {
    let sql = "UPDATE ip_address SET details = ?5 WHERE address = ?1 AND managed_by = ?2 AND \
               instance_key = ?3 AND space = ?4";
    let row = params![
        key_of_address(key.ip_address),
        key.owner.managed_by_service.word(),
        key.owner.instance_key(),
        key.address_space.as_str(),
        to_json(details)
    ];
    tx.execute(sql, row).map(drop)
}

/// Changes how something in a record is spelled, which breaks no rule.
pub(in crate::ipam) fn respell(
    tx: &Tx<'_>,
    key: &AddressKey,
    change: impl FnOnce(&mut AddressDetails),
) -> IpamResult<()> {
    let mut stored = get(tx, key)?;
    change(&mut stored.details);
    put_details(tx, key, &stored.details)
}

/// `Remove-IpamAddress` after the gate.
pub(in crate::ipam) fn remove(tx: &Tx<'_>, key: &AddressKey) -> IpamResult<()> {
    let sql = "DELETE FROM ip_address WHERE address = ?1 AND managed_by = ?2 AND \
               instance_key = ?3 AND space = ?4";
    if tx.execute(sql, key_params!(key))? == 0 {
        return Err(not_found(&format!("address `{key}`")));
    }
    taken::release(tx, &key.address_space, key.ip_address)?;
    // Another record at this address is told of anew.
    expiry::put_told(tx, &key.to_string(), None)?;
    find::forget_request(tx, key)?;
    carried::forget_address(tx, key)
}

/// How many records map to a range.
pub(super) fn count_mapped(tx: &Tx<'_>, range: &RangeKey) -> IpamResult<u128> {
    let sql = "SELECT count(*) FROM ip_address WHERE address BETWEEN ?3 AND ?4 AND \
               managed_by = ?1 AND instance_key = ?2 AND space = ?5";
    let count: Option<i64> = tx.query_one(sql, ranges::key_params!(range), |row| row.get(0))?;
    Ok(count
        .and_then(|count| u128::try_from(count).ok())
        .unwrap_or(0))
}

/// Deletes the records that map to a range.
pub(super) fn delete_mapped(tx: &Tx<'_>, range: &RangeKey) -> IpamResult<Vec<AddressKey>> {
    let query = AddressQuery {
        mapped_to: Some(range.clone()),
        ..AddressQuery::default()
    };
    let gone: Vec<AddressKey> = list(tx, &query)?
        .into_iter()
        .map(|found| found.key)
        .collect();
    for key in &gone {
        remove(tx, key)?;
    }
    Ok(gone)
}

/// The record with what is derived: its range, and whether it is a duplicate.
pub(super) fn shown(tx: &Tx<'_>, stored: StoredAddress) -> IpamResult<Address> {
    let key = &stored.key;
    let sql = "SELECT count(*) FROM ip_address WHERE address = ?1 AND space = ?2";
    let place = params![key_of_address(key.ip_address), key.address_space.as_str()];
    let same: Option<i64> = tx.query_one(sql, place, |row| row.get(0))?;
    let range = ranges::holding(tx, key)?;
    Ok(derived(stored, range, same.is_some_and(|count| count > 1)))
}

/// A record as it is shown, with what was derived of it.
pub(super) fn derived(stored: StoredAddress, range: Option<RangeKey>, duplicate: bool) -> Address {
    let [
        dhcp_reservation_sync,
        dns_host_record_sync,
        dns_ptr_record_sync,
    ] = stored.sync;
    Address {
        range,
        duplicate,
        // Its date and the settings of the console decide; who asks for the record asks those.
        expiry_status: ExpiryStatus::None,
        key: stored.key,
        details: stored.details,
        dhcp_reservation_sync,
        dns_host_record_sync,
        dns_ptr_record_sync,
    }
}

/// Stores what became of a push of the record in `column`.
pub(in crate::ipam) fn put_sync(
    tx: &Tx<'_>,
    key: &AddressKey,
    column: SyncColumn,
    state: &SyncState,
) -> IpamResult<()> {
    let sql = match column {
        SyncColumn::Reservation => {
            "UPDATE ip_address SET reservation_sync = ?5 WHERE address = ?1 AND managed_by = ?2 \
             AND instance_key = ?3 AND space = ?4"
        }
        SyncColumn::Host => {
            "UPDATE ip_address SET host_sync = ?5 WHERE address = ?1 AND managed_by = ?2 AND \
             instance_key = ?3 AND space = ?4"
        }
        SyncColumn::Ptr => {
            "UPDATE ip_address SET ptr_sync = ?5 WHERE address = ?1 AND managed_by = ?2 AND \
             instance_key = ?3 AND space = ?4"
        }
    };
    let (by, instance) = (
        key.owner.managed_by_service.word(),
        key.owner.instance_key(),
    );
    let (address, space) = (key_of_address(key.ip_address), key.address_space.as_str());
    let row = params![address, by, instance, space, to_json(state)];
    tx.execute(sql, row).map(|_| ())
}

/// Which of the three sync states of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ipam) enum SyncColumn {
    Reservation,
    Host,
    Ptr,
}
