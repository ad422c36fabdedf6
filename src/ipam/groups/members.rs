//! What is in each level of a group.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ipam::error::IpamResult;
use crate::ipam::fields::{BuiltInField, CustomValues, FieldRow, field_by_id};
use crate::ipam::inventory::AddressFamily;
use crate::ipam::space::rows::{address, from_json, owner, space};
use crate::ipam::space::{
    AddressDetails, AddressKey, AddressState, DeviceType, Owner, SubnetDetails, SubnetKey, ranges,
    subnets,
};
use crate::ipam::store::{Tx, key_of_address, servers};

use super::edit::known;
use super::group::GroupKind;
use super::level::{Level, Member, Tree};
use super::view::Detail;

/// The tree of a group in one family: the group itself, its levels, and what is in them.
///
/// This is also where whoever works out the utilization of a group gets its ranges from: see
/// [`Level::range_keys`].
///
/// # Errors
/// `IpamApiObjectNotFound` for an unknown group.
pub(in crate::ipam) fn members(
    tx: &Tx<'_>,
    group: &str,
    family: AddressFamily,
    detail: Detail,
) -> IpamResult<Level> {
    let group = known(tx, group)?;
    let mut criteria = Vec::new();
    for id in &group.fields {
        criteria.extend(field_by_id(tx, *id)?);
    }
    let mut branches = Branches {
        tree: Tree::default(),
        criteria,
        detail,
    };
    match group.kind {
        GroupKind::Range => put_ranges(tx, family, &mut branches)?,
        GroupKind::IpAddress => put_addresses(tx, family, &mut branches)?,
        GroupKind::Subnet => put_subnets(tx, family, &mut branches)?,
        GroupKind::ManagedServer => put_servers(tx, family, &mut branches)?,
    }
    Ok(branches.tree.rooted(&group.name))
}

/// A tree and the criteria that lead through it.
struct Branches {
    tree: Tree,
    criteria: Vec<FieldRow>,
    detail: Detail,
}

impl Branches {
    /// Puts an object where its columns and its custom fields lead.
    fn put(
        &mut self,
        member: impl FnOnce() -> Member,
        custom: &CustomValues,
        column: impl Fn(BuiltInField) -> Option<String>,
    ) {
        let values = self.criteria.iter().map(|field| {
            let of_column = field.built_in().and_then(&column);
            match of_column {
                Some(value) => vec![value],
                None => custom.get(field.name()).to_vec(),
            }
        });
        let values: Vec<Vec<String>> = values.collect();
        let member = (self.detail == Detail::Members).then(member);
        self.tree.put(member.as_ref(), &values);
    }
}

fn of_owner(owner: &Owner, field: BuiltInField) -> Option<String> {
    match field {
        BuiltInField::ManagedByService => Some(owner.managed_by_service.word().to_owned()),
        BuiltInField::ServiceInstance => Some(owner.service_instance.clone()),
        _ => None,
    }
}

fn of_subnet(details: &SubnetDetails, field: BuiltInField) -> Option<String> {
    let word = match field {
        BuiltInField::VmmLogicalNetwork => &details.vmm_logical_network,
        BuiltInField::NetworkSite => &details.network_site,
        _ => return None,
    };
    (!word.is_empty()).then(|| word.clone())
}

/// A range inherits logical network and network site of its subnet unless it has its own.
fn put_ranges(tx: &Tx<'_>, family: AddressFamily, into: &mut Branches) -> IpamResult<()> {
    let subnets = subnets::all(tx)?.into_iter();
    let subnets: BTreeMap<SubnetKey, SubnetDetails> =
        subnets.map(|subnet| (subnet.key, subnet.details)).collect();
    for range in ranges::all(tx)? {
        if !family.has(range.key.span.first()) {
            continue;
        }
        let subnet = subnets.get(&SubnetKey {
            address_space: range.key.address_space.clone(),
            network_id: range.network_id,
        });
        let custom = &range.details.custom;
        let column = |field: BuiltInField| {
            let inherited = subnet.and_then(|details| of_subnet(details, field));
            let inherited = inherited.filter(|_| custom.get(field.name()).is_empty());
            of_owner(&range.key.owner, field).or(inherited)
        };
        into.put(|| Member::Range(range.key.clone()), custom, column);
    }
    Ok(())
}

fn put_subnets(tx: &Tx<'_>, family: AddressFamily, into: &mut Branches) -> IpamResult<()> {
    for subnet in subnets::all(tx)? {
        if family.has(subnet.key.network_id.addr()) {
            let details = &subnet.details;
            let member = || Member::Subnet(subnet.key.clone());
            into.put(member, &details.custom, |field| of_subnet(details, field));
        }
    }
    Ok(())
}

/// The part of an address record that it can be grouped by. A million of them are read without
/// the rest.
#[derive(Deserialize)]
#[serde(default)]
struct Grouped {
    device_type: DeviceType,
    ip_address_state: AddressState,
    custom: CustomValues,
}

impl Default for Grouped {
    fn default() -> Grouped {
        let details = AddressDetails::default();
        Grouped {
            device_type: details.device_type,
            ip_address_state: details.ip_address_state,
            custom: details.custom,
        }
    }
}

fn put_addresses(tx: &Tx<'_>, family: AddressFamily, into: &mut Branches) -> IpamResult<()> {
    each_address(tx, family, |key, details: Grouped| {
        let column = |field| match field {
            BuiltInField::DeviceType => Some(details.device_type.word().to_owned()),
            BuiltInField::IpAddressState => Some(details.ip_address_state.word().to_owned()),
            field => of_owner(&key.owner, field),
        };
        into.put(|| Member::Address(key.clone()), &details.custom, column);
    })
}

/// Goes through the address records of a family in order, each with the part of it that `D`
/// reads.
pub(super) fn each_address<D: serde::de::DeserializeOwned>(
    tx: &Tx<'_>,
    family: AddressFamily,
    mut each: impl FnMut(&AddressKey, D),
) -> IpamResult<()> {
    // Keys of IPv4 addresses lie together, and IPv6 addresses on both sides of them.
    let v4 = [[0; 4], [255; 4]].map(|ip| key_of_address(std::net::Ipv4Addr::from(ip).into()));
    let within = match family {
        AddressFamily::IPv4 => "address BETWEEN ?1 AND ?2",
        AddressFamily::IPv6 => "(address < ?1 OR address > ?2)",
    };
    let sql = format!(
        "SELECT space, address, managed_by, instance, details FROM ip_address WHERE {within} \
         ORDER BY space, address, managed_by, instance_key"
    );
    tx.query(&sql, v4, |row| {
        let key = AddressKey {
            address_space: space(row, 0)?,
            ip_address: address(row, 1)?,
            owner: owner(row, 2)?,
        };
        each(&key, from_json(row, 4)?);
        Ok(())
    })
    .map(drop)
}

fn put_servers(tx: &Tx<'_>, family: AddressFamily, into: &mut Branches) -> IpamResult<()> {
    for server in servers::servers(tx)? {
        if server.addresses.iter().any(|address| family.has(*address)) {
            let name = || Member::Server(server.name.clone());
            into.put(name, &server.custom_configuration, |_| None);
        }
    }
    Ok(())
}
