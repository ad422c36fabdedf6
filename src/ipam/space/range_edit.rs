//! `Set-IpamRange` (domain 5.5).

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::fields::CustomValues;
use crate::ipam::rbac::move_object;
use crate::ipam::store::Tx;
use crate::ipam::usage::forget_ranges;

use super::range::{NewRange, Range, RangeChange, RangeDetails, RangeKey};
use super::range_list::{self, shown};
use super::range_rules::{check, details, vacant};
use super::ranges::{self, StoredRange};
use super::reverse_zone;
use super::rules::{invalid, refuse};
use super::spaces;
use super::subnet::SubnetKey;
use super::subnet_edit::converts;
use super::subnets;
use super::words::{ManagedByService, NetworkType};

/// Changes a range; what comes of it must be a range that could be added. Addresses are not
/// touched: each maps to whatever range of its owner holds it afterwards.
pub(super) fn set(
    tx: &Tx<'_>,
    key: &RangeKey,
    changes: Vec<RangeChange>,
    create_subnet_if_not_found: bool,
) -> IpamResult<Range> {
    let old = ranges::get(tx, key)?;
    if changes.is_empty() {
        return invalid(format!(
            "nothing is to be changed of the range `{}`",
            old.key
        ));
    }
    let custom = custom(tx, &old, &changes)?;
    if old.key.owner.managed_by_service == ManagedByService::MsDhcp {
        return set_discovered(tx, old, changes, custom);
    }
    let mut new = changed(&old, changes);
    new.details.custom = custom;
    let wanted = new.network_type;
    let mut stored = check(tx, new)?;
    vacant(tx, &stored.key, Some(&old.key))?;
    keep_in_subnet(tx, &old, &stored, wanted, create_subnet_if_not_found)?;
    reverse_zone::check(tx, &mut stored, Some(&old))?;
    if stored.key != old.key {
        ranges::delete(tx, &old.key)?;
        move_object(tx, &old.object(), &stored.object())?;
        forget_ranges(tx, &old.key)?;
    }
    ranges::put(tx, &stored)?;
    shown(tx, stored)
}

/// The custom fields of the range after the changes.
fn custom(tx: &Tx<'_>, old: &StoredRange, changes: &[RangeChange]) -> IpamResult<CustomValues> {
    let mut custom = old.details.custom.clone();
    for change in changes {
        if let RangeChange::CustomConfiguration(change) = change {
            custom = change.apply(tx, &custom)?;
        }
    }
    Ok(custom)
}

/// A discovered range says what its scope says; only an administrator's own notes can be edited.
fn set_discovered(
    tx: &Tx<'_>,
    mut range: StoredRange,
    changes: Vec<RangeChange>,
    custom: CustomValues,
) -> IpamResult<Range> {
    let mut new = as_new(&range);
    for change in changes {
        if let Some(what) = of_scope(&change) {
            return refuse(
                ErrorId::IpamApiCannotUpdateDiscoveredRange,
                format!(
                    "{what} of `{}` comes from its DHCP server: change the scope there",
                    range.key
                ),
            );
        }
        apply(change, &mut new);
    }
    details(&new.details, &range.key.span)?;
    let before = range.clone();
    range.details = RangeDetails {
        custom,
        ..new.details
    };
    reverse_zone::check(tx, &mut range, Some(&before))?;
    ranges::put(tx, &range)?;
    shown(tx, range)
}

/// What a change is of, where discovery says it.
fn of_scope(change: &RangeChange) -> Option<&'static str> {
    Some(match change {
        RangeChange::NetworkId(_) => "the network id",
        RangeChange::StartIpAddress(_) => "the start address",
        RangeChange::EndIpAddress(_) => "the end address",
        RangeChange::ManagedByService(_) => "the Managed by service value",
        RangeChange::ServiceInstance(_) => "the service instance",
        RangeChange::NetworkType(_) => "the network type",
        RangeChange::AddressSpace(_) => "the address space",
        RangeChange::AssignmentType(_) => "the assignment type",
        RangeChange::UtilizationCalculation(_) => "the utilization",
        RangeChange::Gateway(_) => "the gateway",
        RangeChange::DnsServers(_) => "the list of DNS servers",
        RangeChange::DnsSuffix(_) => "the DNS suffix",
        RangeChange::ConnectionSpecificDnsSuffix(_) => "the connection-specific DNS suffix",
        RangeChange::WinsServers(_) => "the list of WINS servers",
        RangeChange::AssignmentDate(_)
        | RangeChange::Owner(_)
        | RangeChange::Description(_)
        | RangeChange::Vip(_)
        | RangeChange::ReservedAddress(_)
        | RangeChange::AssociatedReverseLookupZone(_)
        | RangeChange::CustomConfiguration(_) => return None,
    })
}

/// The range that would be after the changes; `None` when there is no such range.
pub(super) fn goes(
    tx: &Tx<'_>,
    key: &RangeKey,
    changes: &[RangeChange],
) -> IpamResult<Option<NewRange>> {
    let old = ranges::find(tx, key)?;
    Ok(old.map(|old| changed(&old, changes.to_vec())))
}

/// The range with its changes, not yet judged.
fn changed(old: &StoredRange, changes: Vec<RangeChange>) -> NewRange {
    let mut new = as_new(old);
    for change in changes {
        apply(change, &mut new);
    }
    keep_bounds(&mut new, old);
    new
}

fn as_new(old: &StoredRange) -> NewRange {
    NewRange {
        address_space: old.key.address_space.clone(),
        owner: old.key.owner.clone(),
        assignment_type: old.assignment_type,
        details: old.details.clone(),
        ..NewRange::new(old.network_id)
    }
}

fn apply(change: RangeChange, new: &mut NewRange) {
    let details = &mut new.details;
    match change {
        RangeChange::NetworkId(network_id) => new.network_id = network_id,
        RangeChange::StartIpAddress(first) => new.start_ip_address = Some(first),
        RangeChange::EndIpAddress(last) => new.end_ip_address = Some(last),
        RangeChange::ManagedByService(service) => new.owner.managed_by_service = service,
        RangeChange::ServiceInstance(instance) => new.owner.service_instance = instance,
        RangeChange::NetworkType(network_type) => new.network_type = Some(network_type),
        RangeChange::AddressSpace(space) => new.address_space = space,
        RangeChange::AssignmentType(kind) => new.assignment_type = kind,
        RangeChange::UtilizationCalculation(how) => details.utilization_calculation = how,
        RangeChange::Gateway(gateway) => details.gateway = gateway,
        RangeChange::DnsServers(servers) => details.dns_servers = servers,
        RangeChange::DnsSuffix(suffix) => details.dns_suffix = suffix,
        RangeChange::ConnectionSpecificDnsSuffix(suffix) => {
            details.connection_specific_dns_suffix = suffix;
        }
        RangeChange::WinsServers(servers) => details.wins_servers = servers,
        RangeChange::AssignmentDate(date) => details.assignment_date = date,
        RangeChange::Owner(owner) => details.owner = owner,
        RangeChange::Description(description) => details.description = description,
        RangeChange::Vip(vip) => details.vip = vip,
        RangeChange::ReservedAddress(reserved) => details.reserved_address = reserved,
        RangeChange::AssociatedReverseLookupZone(zone) => {
            details.associated_reverse_lookup_zone = zone;
        }
        // Which fields and values there are the database says: see [`custom`].
        RangeChange::CustomConfiguration(_) => {}
    }
}

/// A bound that is not given stays; the network, if it changes, must hold both.
fn keep_bounds(new: &mut NewRange, old: &StoredRange) {
    let span = old.key.span;
    new.start_ip_address = new.start_ip_address.or(Some(span.first()));
    new.end_ip_address = new.end_ip_address.or(Some(span.last()));
}

/// The subnet of the range as it will be, which decides its network type. A subnet of which it is
/// the only range is converted with it; one with others has to be changed itself.
fn keep_in_subnet(
    tx: &Tx<'_>,
    old: &StoredRange,
    new: &StoredRange,
    wanted: Option<NetworkType>,
    create: bool,
) -> IpamResult<()> {
    if !tx.rules().generation.has_subnets() {
        return wanted.map_or(Ok(()), |_| spaces::need_subnets(tx, "network types"));
    }
    let own = range_list::network_type(tx, old)?;
    let subnet = SubnetKey {
        address_space: new.key.address_space.clone(),
        network_id: new.network_id,
    };
    let moved = old.key.address_space != new.key.address_space;
    // In the same space it stays what it is; another one decides unless it is told.
    let kind = wanted.or((!moved).then_some(own));
    if let Some(kind) = kind {
        converts(own, kind)?;
    }
    let stays = !moved && old.network_id == new.network_id;
    if let (true, Some(kind), Some(mut stored)) = (stays, kind, subnets::find(tx, &subnet)?)
        && kind != stored.network_type
    {
        if ranges::stored_of_subnet(tx, &subnet)?.len() > 1 {
            return invalid(format!(
                "the subnet `{subnet}` has other ranges of the type {}: change the subnet",
                stored.network_type
            ));
        }
        spaces::network_type(tx, &subnet.address_space, Some(kind))?;
        stored.network_type = kind;
        return subnets::put(tx, &stored);
    }
    let found = subnets::for_range(tx, subnet, kind, create)?;
    converts(own, found)
}
