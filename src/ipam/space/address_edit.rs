//! `Set-IpamAddress` (domain 5.6): changing a record, and giving it another address, owner or
//! address space.

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::find;
use crate::ipam::store::{Tx, expiry, key_of_address, params};
use crate::ipam::sync::ledger;

use super::address::{Address, AddressKey};
use super::address_rules::{check, fill_in_scope};
use super::address_types::AddressTypes;
use super::addresses::{StoredAddress, exists, get, insert, put_details, shown};
use super::change::AddressChange;
use super::rules::refuse;
use super::subnet_edit::converts;
use super::{carried, spaces, taken};

/// The key that a record has after the changes, not yet judged.
pub(super) fn goes(
    tx: &Tx<'_>,
    key: &AddressKey,
    changes: &[AddressChange],
) -> IpamResult<AddressKey> {
    let mut goes = key.clone();
    for change in changes {
        change.moves(&mut goes);
    }
    goes.address_space = spaces::canonical(tx, &goes.address_space)?;
    Ok(goes)
}

/// `Set-IpamAddress` after the gate: the changes must leave a record that could be added.
pub(in crate::ipam) fn set(
    tx: &Tx<'_>,
    key: &AddressKey,
    changes: Vec<AddressChange>,
) -> IpamResult<Address> {
    let mut stored = get(tx, key)?;
    let old = stored.clone();
    let mut goes = goes(tx, &stored.key, &changes)?;
    let before = AddressTypes::default().of(tx, &shown(tx, stored.clone())?)?;
    if goes.address_space != stored.key.address_space {
        // In another space the type is that of the space, unless it is given.
        stored.details.network_type = None;
    }
    for change in changes {
        change.apply(tx, &mut stored.details)?;
    }
    carried::spell_owner(tx, &mut goes.owner)?;
    carried::spell_address(tx, &mut stored.details)?;
    fill_in_scope(tx, goes.ip_address, &mut stored.details)?;
    check(tx, &goes, &stored.details)?;
    if goes == old.key {
        put_details(tx, &goes, &stored.details)?;
        carried::keep_address(tx, &goes, &old.details, &stored.details)?;
    } else {
        stored.key = goes;
        rekey(tx, &old, &mut stored)?;
    }
    let after = shown(tx, stored)?;
    converts(before, AddressTypes::default().of(tx, &after)?)?;
    Ok(after)
}

/// Puts a record in the place of another one that it was.
///
/// What was written for it goes along while it is the same address, so that it can be deleted
/// from the servers still. Under another address nothing was ever written: what the old one left
/// on servers stays in the ledger as that of a record that is gone.
fn rekey(tx: &Tx<'_>, old: &StoredAddress, new: &mut StoredAddress) -> IpamResult<()> {
    let (from, to) = (&old.key, &new.key);
    // Another spelling of the same owner is the same record.
    let same_place = place(from) == place(to);
    if !same_place && exists(tx, to)? {
        return refuse(
            ErrorId::IpamApiIPAddressExists,
            format!("address `{to}` is in the IPAM database already"),
        );
    }
    let told = expiry::told_of(tx, &from.to_string())?;
    find::move_request(tx, from, to)?;
    let sql = "DELETE FROM ip_address WHERE address = ?1 AND managed_by = ?2 AND \
               instance_key = ?3 AND space = ?4";
    let row = params![
        key_of_address(from.ip_address),
        from.owner.managed_by_service.word(),
        from.owner.instance_key(),
        from.address_space.as_str()
    ];
    tx.execute(sql, row)?;
    carried::forget_address(tx, from)?;
    expiry::put_told(tx, &from.to_string(), None)?;
    taken::release(tx, &from.address_space, from.ip_address)?;
    if from.ip_address == to.ip_address {
        ledger::move_lines(tx, from, to)?;
        expiry::put_told(tx, &to.to_string(), told)?;
    } else {
        new.sync = Default::default();
    }
    insert(tx, new)?;
    taken::note(tx, &to.address_space, to.ip_address)?;
    carried::note_address(tx, to, &new.details)
}

fn place(key: &AddressKey) -> (&str, std::net::IpAddr, &str, String) {
    let owner = &key.owner;
    (
        key.address_space.as_str(),
        key.ip_address,
        owner.managed_by_service.word(),
        owner.instance_key(),
    )
}
