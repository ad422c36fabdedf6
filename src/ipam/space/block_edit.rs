//! `Set-IpamBlock` (domain 5.2).

use crate::addr::AddressRange;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::{Object, move_object};
use crate::ipam::store::Tx;
use crate::ipam::usage::forget_trends;

use super::block::{Block, BlockChange, BlockKey, NewBlock};
use super::block_rules::{check, fits};
use super::blocks::{self, StoredBlock};
use super::rules::invalid;

/// Changes a block; what comes of it must be a block that could be added. With another network or
/// other bounds it is another container: ranges and blocks map anew, and its trend begins anew.
pub(super) fn set(tx: &Tx<'_>, key: &BlockKey, changes: Vec<BlockChange>) -> IpamResult<Block> {
    let old = blocks::get(tx, key)?;
    if changes.is_empty() {
        return invalid(format!(
            "nothing is to be changed of the block `{}`",
            key.span
        ));
    }
    let new = changed(&old, changes);
    let stored = StoredBlock {
        key: check(tx, &new)?,
        details: new.details,
    };
    if stored.key != old.key {
        fits(tx, &stored.key, Some(&old.key))?;
        blocks::delete(tx, &old.key)?;
        let (from, to) = (old.key.clone(), stored.key.clone());
        move_object(tx, &Object::Block(from), &Object::Block(to))?;
        forget_trends(tx, &old.key)?;
    }
    blocks::put(tx, &stored)?;
    blocks::shown(tx, stored)
}

/// The key that a block would have after the changes; `None` when there is no such block.
pub(super) fn goes(
    tx: &Tx<'_>,
    key: &BlockKey,
    changes: &[BlockChange],
) -> IpamResult<Option<BlockKey>> {
    let old = blocks::find(tx, key)?;
    Ok(old.map(|old| changed(&old, changes.to_vec()).key()))
}

/// The block with its changes, not yet judged.
fn changed(old: &StoredBlock, changes: Vec<BlockChange>) -> NewBlock {
    let mut new = NewBlock {
        address_space: old.key.address_space.clone(),
        details: old.details.clone(),
        ..NewBlock::new(old.key.network_id)
    };
    for change in changes {
        let details = &mut new.details;
        match change {
            BlockChange::NetworkId(network_id) => new.network_id = network_id,
            BlockChange::StartIpAddress(first) => new.start_ip_address = Some(first),
            BlockChange::EndIpAddress(last) => new.end_ip_address = Some(last),
            BlockChange::Rir(rir) => details.rir = rir,
            BlockChange::RirReceivedDate(date) => details.rir_received_date = date,
            BlockChange::LastAssignedDate(date) => details.last_assigned_date = date,
            BlockChange::Owner(owner) => details.owner = owner,
            BlockChange::Description(description) => details.description = description,
        }
    }
    keep_bounds(&mut new, &old.key);
    new
}

/// A bound that is not given stays, unless the network changes: then both are given, or neither.
fn keep_bounds(new: &mut NewBlock, old: &BlockKey) {
    let same_network = new.network_id == old.network_id;
    let whole = AddressRange::of_prefix(new.network_id);
    match (new.start_ip_address, new.end_ip_address) {
        (None, None) if !same_network => {
            new.start_ip_address = Some(whole.first());
            new.end_ip_address = Some(whole.last());
        }
        _ if same_network => {
            new.start_ip_address = new.start_ip_address.or(Some(old.span.first()));
            new.end_ip_address = new.end_ip_address.or(Some(old.span.last()));
        }
        _ => {}
    }
}
