//! Changing and removing subnets (domain 5.3).

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::rbac::{Object, forget_object, move_object};
use crate::ipam::store::Tx;

use super::carried;
use super::ranges::{self, StoredRange};
use super::rules::{invalid, network, refuse};
use super::spaces;
use super::subnet::{RemovedSubnet, Subnet, SubnetChange, SubnetKey};
use super::subnets::{self, StoredSubnet};
use super::words::{ManagedByService, NetworkType};

/// `Set-IpamSubnet` after the gate. The ranges of a subnet are found by its network, so neither
/// that nor the address space changes while there are any; the network type does, and theirs with
/// it.
pub(super) fn set(tx: &Tx<'_>, key: &SubnetKey, change: SubnetChange) -> IpamResult<Subnet> {
    let old = subnets::get(tx, key)?;
    if change == SubnetChange::default() {
        return invalid(format!("nothing is to be changed of the subnet `{key}`"));
    }
    let mut stored = moved(tx, &old, &change)?;
    if let Some(name) = change.name {
        stored.details.name = name;
    }
    if let Some(vlan_id) = change.vlan_id {
        stored.details.vlan_id = vlan_id;
    }
    if let Some(id) = change.virtual_subnet_id {
        stored.details.virtual_subnet_id = Some(id);
    }
    if let Some(logical_network) = change.vmm_logical_network {
        stored.details.vmm_logical_network = logical_network;
    }
    if let Some(site) = change.network_site {
        stored.details.network_site = site;
    }
    if let Some(owner) = change.owner {
        stored.details.owner = owner;
    }
    if let Some(description) = change.description {
        stored.details.description = description;
    }
    let custom = &change.custom_configuration;
    stored.details.custom = custom.apply(tx, &stored.details.custom)?;
    carried::spell_subnet(tx, &mut stored.details)?;
    subnets::details(&stored.details)?;
    if stored.key != old.key {
        subnets::vacant(tx, &stored.key)?;
        no_ranges(
            tx,
            &old.key,
            "`NewNetworkId` and `NewAddressSpace` wait until it has none",
        )?;
        subnets::delete(tx, &old.key)?;
        let (from, to) = (Object::Subnet(old.key), Object::Subnet(stored.key.clone()));
        move_object(tx, &from, &to)?;
    }
    subnets::put(tx, &stored)?;
    subnets::shown(tx, stored)
}

/// The subnet with its new key and type. Only types that are not a customer's turn into each
/// other, and what is not virtualized is in `Default` (domain 5.3).
fn moved(tx: &Tx<'_>, old: &StoredSubnet, change: &SubnetChange) -> IpamResult<StoredSubnet> {
    let mut stored = old.clone();
    if let Some(network_id) = change.new_network_id {
        network(tx, network_id)?;
        stored.key.network_id = network_id;
    }
    if let Some(space) = &change.new_address_space {
        stored.key.address_space = spaces::canonical(tx, space)?;
    }
    let wanted = change.new_network_type.unwrap_or(old.network_type);
    converts(old.network_type, wanted)?;
    stored.network_type = spaces::network_type(tx, &stored.key.address_space, Some(wanted))?;
    Ok(stored)
}

/// Whether objects of the one network type may become objects of the other (domain 5.3).
pub(super) fn converts(from: NetworkType, to: NetworkType) -> IpamResult<()> {
    let physical = |kind| kind != NetworkType::Customer;
    if from == to || (physical(from) && physical(to)) {
        return Ok(());
    }
    invalid(format!(
        "{from} does not become {to}: only NonVirtualized and Provider turn into each other"
    ))
}

/// Refuses while ranges are part of the subnet.
fn no_ranges(tx: &Tx<'_>, key: &SubnetKey, remedy: &str) -> IpamResult<()> {
    let ranges = ranges::stored_of_subnet(tx, key)?;
    if let Some(scope) = ranges.iter().find(|range| is_scope(range)) {
        return refuse(
            ErrorId::IpamApiMsDhcpRangesDependentOnSubnet,
            format!(
                "`{}` of a DHCP server is part of the subnet `{key}`",
                scope.key
            ),
        );
    }
    match ranges.first() {
        None => Ok(()),
        Some(range) => refuse(
            ErrorId::IpamApiRangesDependentOnSubnet,
            format!(
                "the range `{}` is part of the subnet `{key}`: {remedy}",
                range.key
            ),
        ),
    }
}

fn is_scope(range: &StoredRange) -> bool {
    range.key.owner.managed_by_service == ManagedByService::MsDhcp
}

/// `Remove-IpamSubnet` after the gate. Ranges go along if asked for, and their addresses. The
/// scope of a DHCP server never does: it would be back with the next collection (domain 5.3).
pub(super) fn remove(
    tx: &Tx<'_>,
    key: &SubnetKey,
    with_ranges: bool,
    with_addresses: bool,
) -> IpamResult<RemovedSubnet> {
    let stored = subnets::get(tx, key)?;
    let ranges = ranges::stored_of_subnet(tx, &stored.key)?;
    if !with_ranges || ranges.iter().any(is_scope) {
        no_ranges(tx, key, "`DeleteAssociatedRanges` deletes it too")?;
    }
    let mut removed = RemovedSubnet::default();
    for range in ranges {
        let gone = ranges::remove(tx, &range.key, with_addresses)?;
        removed.addresses.extend(gone);
        removed.ranges.push(range.key);
    }
    subnets::delete(tx, key)?;
    forget_object(tx, &Object::Subnet(stored.key))?;
    Ok(removed)
}
