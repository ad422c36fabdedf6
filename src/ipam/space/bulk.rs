//! Storing many address records, one statement a record.
//!
//! The rules are those of `addresses`; what is left out is what nobody looks at in a mass load:
//! the range of each record, and whether it is a duplicate.

use crate::ipam::error::IpamResult;
use crate::ipam::store::{Tx, key_of_address, params};

use super::address::{AddressDetails, AddressKey, AddressQuery};
use super::address_rules::{check, fill_in_scope};
use super::addresses::{self, StoredAddress};
use super::carried;
use super::range::RangeKey;
use super::rows::{self, to_json};

/// Adds a record unless there is one with its key; whether it did.
///
/// # Errors
/// The refusals of `Add-IpamAddress`, with nothing stored.
pub(in crate::ipam) fn add_new(
    tx: &Tx<'_>,
    key: &AddressKey,
    details: &mut AddressDetails,
) -> IpamResult<bool> {
    carried::spell_address(tx, details)?;
    fill_in_scope(tx, key.ip_address, details)?;
    check(tx, key, details)?;
    let sql = "INSERT INTO ip_address \
               (space, address, managed_by, instance, instance_key, details) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    let row = params![
        key.address_space.as_str(),
        key_of_address(key.ip_address),
        key.owner.managed_by_service.word(),
        key.owner.service_instance,
        key.owner.instance_key(),
        to_json(details)
    ];
    let added = tx.execute(sql, row)? > 0;
    if added {
        carried::note_address(tx, key, details)?;
    }
    Ok(added)
}

/// Writes new details over those that a record had before.
///
/// # Errors
/// The refusals of `Set-IpamAddress`, with nothing stored.
pub(in crate::ipam) fn replace(
    tx: &Tx<'_>,
    key: &AddressKey,
    before: &AddressDetails,
    details: &mut AddressDetails,
) -> IpamResult<()> {
    carried::spell_address(tx, details)?;
    fill_in_scope(tx, key.ip_address, details)?;
    check(tx, key, details)?;
    let sql = "UPDATE ip_address SET details = ?5 WHERE address = ?1 AND managed_by = ?2 AND \
               instance_key = ?3 AND space = ?4";
    let row = params![
        key_of_address(key.ip_address),
        key.owner.managed_by_service.word(),
        key.owner.instance_key(),
        key.address_space.as_str(),
        to_json(details)
    ];
    tx.execute(sql, row)?;
    carried::keep_address(tx, key, before, details)
}

/// The keys of the records that map to a range, by address.
pub(in crate::ipam) fn mapped_to(tx: &Tx<'_>, range: &RangeKey) -> IpamResult<Vec<AddressKey>> {
    let sql = "SELECT space, address, managed_by, instance FROM ip_address WHERE \
               address BETWEEN ?3 AND ?4 AND managed_by = ?1 AND instance_key = ?2 AND \
               space = ?5 ORDER BY address";
    tx.query(sql, super::ranges::key_params!(range), |row| {
        Ok(AddressKey {
            address_space: rows::space(row, 0)?,
            ip_address: rows::address(row, 1)?,
            owner: rows::owner(row, 2)?,
        })
    })
}

/// Hands the records that match to `each` one by one, by address space, address and owner.
///
/// # Errors
/// What `each` refuses with, which ends it.
pub(in crate::ipam) fn each(
    tx: &Tx<'_>,
    query: &AddressQuery,
    mut each: impl FnMut(StoredAddress) -> IpamResult<()>,
) -> IpamResult<()> {
    let bounds = match (query.ip_address, &query.mapped_to) {
        (Some(address), _) => [key_of_address(address); 2],
        (None, Some(range)) => [range.span.first(), range.span.last()].map(key_of_address),
        (None, None) => [[0; 16], [0xff; 16]],
    };
    let sql = format!(
        "SELECT {} FROM ip_address WHERE address BETWEEN ?1 AND ?2 \
         ORDER BY space, address, managed_by, instance_key",
        addresses::COLUMNS
    );
    tx.each(&sql, bounds, addresses::read, |stored| {
        match query.is_met_by(&stored.key) {
            true => each(stored),
            false => Ok(()),
        }
    })
}
