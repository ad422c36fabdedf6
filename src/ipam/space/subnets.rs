//! Storing subnets: the rules of domain 5.3, and the block each maps to.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::addr::AddressRange;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::store::{Row, RowResult, Tx, key_of_address, params};
use crate::ipam::usage::forget_subnet;

use super::block_map::Place;
use super::blocks;
use super::carried;
use super::range::{Range, RangeKey};
use super::ranges;
use super::rows::{from_json, parsed, space, to_json};
use super::rules::{invalid, length, network, not_found, refuse};
use super::spaces::{self, AddressSpaceName};
use super::subnet::{NewSubnet, Subnet, SubnetDetails, SubnetKey, SubnetQuery};
use super::touching::{Shelf, size_class, touching};
use super::utilization::Utilization;
use super::words::NetworkType;

pub const DDL: &str = "
CREATE TABLE ip_subnet (
    space TEXT NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL, size_class INTEGER NOT NULL,
    network TEXT NOT NULL, network_type TEXT NOT NULL, details TEXT NOT NULL,
    PRIMARY KEY (space, first, last)) WITHOUT ROWID;
CREATE INDEX ip_subnet_by_size ON ip_subnet (space, size_class, first);
";

const COLUMNS: &str = "space, network, network_type, details";

const SHELF: Shelf = Shelf {
    table: "ip_subnet",
    columns: COLUMNS,
};

/// A subnet as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ipam) struct StoredSubnet {
    pub(in crate::ipam) key: SubnetKey,
    pub(in crate::ipam) network_type: NetworkType,
    pub(in crate::ipam) details: SubnetDetails,
}

fn read(row: &Row<'_>) -> RowResult<StoredSubnet> {
    Ok(StoredSubnet {
        key: SubnetKey {
            address_space: space(row, 0)?,
            network_id: parsed(row, 1)?,
        },
        network_type: parsed(row, 2)?,
        details: from_json(row, 3)?,
    })
}

/// Space and bounds of a subnet as the parameters 1 to 3.
macro_rules! key_params {
    ($key:expr) => {
        params![
            $key.address_space.as_str(),
            key_of_address($key.span().first()),
            key_of_address($key.span().last())
        ]
    };
}

/// The subnet with this key, if there is one.
pub(in crate::ipam) fn find(tx: &Tx<'_>, key: &SubnetKey) -> IpamResult<Option<StoredSubnet>> {
    let sql =
        format!("SELECT {COLUMNS} FROM ip_subnet WHERE space = ?1 AND first = ?2 AND last = ?3");
    tx.query_one(&sql, key_params!(key), read)
}

/// The same where it must be there.
pub(in crate::ipam) fn get(tx: &Tx<'_>, key: &SubnetKey) -> IpamResult<StoredSubnet> {
    find(tx, key)?.ok_or_else(|| not_found(&format!("subnet `{key}`")))
}

/// The subnet that a range is part of: the one of its network.
pub(in crate::ipam) fn of_range(
    tx: &Tx<'_>,
    key: &RangeKey,
    network_id: IpNet,
) -> IpamResult<Option<StoredSubnet>> {
    let key = SubnetKey {
        address_space: key.address_space.clone(),
        network_id,
    };
    find(tx, &key)
}

/// Every subnet, by space and network, the larger of two with the same start first.
pub(in crate::ipam) fn all(tx: &Tx<'_>) -> IpamResult<Vec<StoredSubnet>> {
    let sql = format!("SELECT {COLUMNS} FROM ip_subnet ORDER BY space, first, last DESC");
    tx.query(&sql, [], read)
}

/// Writes a subnet, over one with the same key.
pub(super) fn put(tx: &Tx<'_>, subnet: &StoredSubnet) -> IpamResult<()> {
    let sql = "INSERT OR REPLACE INTO ip_subnet \
               (space, first, last, size_class, network, network_type, details) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let span = subnet.key.span();
    let row = params![
        subnet.key.address_space.as_str(),
        key_of_address(span.first()),
        key_of_address(span.last()),
        size_class(&span),
        subnet.key.network_id.to_string(),
        subnet.network_type.word(),
        to_json(&subnet.details)
    ];
    tx.execute(sql, row)?;
    carried::keep_subnet(tx, &subnet.key, &subnet.details)
}

/// Changes how something in a subnet's details is spelled, which breaks no rule.
pub(in crate::ipam) fn respell(
    tx: &Tx<'_>,
    key: &SubnetKey,
    change: impl FnOnce(&mut SubnetDetails),
) -> IpamResult<()> {
    let mut stored = get(tx, key)?;
    change(&mut stored.details);
    put(tx, &stored)
}

pub(super) fn delete(tx: &Tx<'_>, key: &SubnetKey) -> IpamResult<()> {
    let sql = "DELETE FROM ip_subnet WHERE space = ?1 AND first = ?2 AND last = ?3";
    tx.execute(sql, key_params!(key))?;
    forget_subnet(tx, key)?;
    carried::forget_subnet(tx, key)
}

/// `Add-IpamSubnet` after the gate.
pub(in crate::ipam) fn add(tx: &Tx<'_>, new: NewSubnet) -> IpamResult<Subnet> {
    spaces::need_subnets(tx, "subnets")?;
    network(tx, new.network_id)?;
    let key = SubnetKey {
        address_space: spaces::canonical(tx, &new.address_space)?,
        network_id: new.network_id,
    };
    let mut stored = StoredSubnet {
        network_type: spaces::network_type(tx, &key.address_space, new.network_type)?,
        details: new.details,
        key,
    };
    carried::spell_subnet(tx, &mut stored.details)?;
    details(&stored.details)?;
    vacant(tx, &stored.key)?;
    put(tx, &stored)?;
    shown(tx, stored)
}

/// A network is there once in an address space, whatever its type (domain 5.3).
pub(super) fn vacant(tx: &Tx<'_>, key: &SubnetKey) -> IpamResult<()> {
    match find(tx, key)? {
        None => Ok(()),
        Some(other) => refuse(
            ErrorId::IpamApiConflictingSubnet,
            format!(
                "there is a subnet `{}` already: `{}`",
                key, other.details.name
            ),
        ),
    }
}

pub(super) fn details(details: &SubnetDetails) -> IpamResult<()> {
    if details.name.trim().is_empty() {
        return invalid("a subnet needs a name".to_owned());
    }
    length("the name of the subnet", &details.name, 512)?;
    for (place, id) in details.vlan_id.iter().enumerate() {
        if !(1..=4095).contains(id) {
            return invalid(format!("the VLAN id {id} is not between 1 and 4095"));
        }
        if details.vlan_id[..place].contains(id) {
            return invalid(format!("the VLAN id {id} is given twice"));
        }
    }
    if let Some(id) = details.virtual_subnet_id.filter(|id| *id >= 16_777_215) {
        return invalid(format!("the virtual subnet id {id} is not below 16777215"));
    }
    length("VMM logical network", &details.vmm_logical_network, 255)?;
    length("network site", &details.network_site, 255)?;
    length("owner", &details.owner, 255)?;
    length("description", &details.description, 4000)
}

/// The subnet that a range of this network is part of. Where there is none, it is made if the
/// caller says so, or if no release asks for subnets; otherwise the range is refused (domain 5.3).
///
/// # Errors
/// `IpamApiSubnetDoesNotExistForRange`, and those of [`spaces::network_type`].
pub(super) fn for_range(
    tx: &Tx<'_>,
    key: SubnetKey,
    network_type: Option<NetworkType>,
    create: bool,
) -> IpamResult<NetworkType> {
    if network_type.is_some() {
        spaces::need_subnets(tx, "network types")?;
    }
    let own = spaces::network_type(tx, &key.address_space, network_type)?;
    if !tx.rules().generation.has_subnets() {
        return Ok(own);
    }
    if let Some(subnet) = find(tx, &key)? {
        return match network_type {
            Some(given) if given != subnet.network_type => invalid(format!(
                "the subnet `{key}` is of the network type {}, not {given}",
                subnet.network_type
            )),
            _ => Ok(subnet.network_type),
        };
    }
    if !create && tx.rules().generation.asks_for_subnets() {
        return refuse(
            ErrorId::IpamApiSubnetDoesNotExistForRange,
            format!(
                "there is no subnet `{key}` for the range: add it, or `CreateSubnetIfNotFound`"
            ),
        );
    }
    put(tx, &named_after_itself(key, own))?;
    Ok(own)
}

/// A subnet that is made because a range needs one has its network for a name.
fn named_after_itself(key: SubnetKey, network_type: NetworkType) -> StoredSubnet {
    let details = SubnetDetails {
        name: key.network_id.to_string(),
        ..SubnetDetails::default()
    };
    StoredSubnet {
        key,
        network_type,
        details,
    }
}

/// The subnet of a scope that was discovered; it stays as it is where there is one.
pub(super) fn of_scope(tx: &Tx<'_>, network_id: IpNet) -> IpamResult<()> {
    let key = SubnetKey {
        address_space: AddressSpaceName::default(),
        network_id,
    };
    if tx.rules().generation.has_subnets() && find(tx, &key)?.is_none() {
        put(tx, &named_after_itself(key, NetworkType::NonVirtualized))?;
    }
    Ok(())
}

/// `Get-IpamSubnet` after the gate.
pub(in crate::ipam) fn list(tx: &Tx<'_>, query: &SubnetQuery) -> IpamResult<Vec<Subnet>> {
    let mut block = query.mapping_to_block.clone();
    if let Some(block) = &mut block {
        spaces::spell_block(tx, block)?;
    }
    let space = query.address_space.as_ref();
    let space = space.map(|name| spaces::canonical(tx, name)).transpose()?;
    let candidates = match (query.network_id, &space) {
        (Some(network_id), Some(space)) => {
            let key = SubnetKey {
                address_space: space.clone(),
                network_id,
            };
            find(tx, &key)?.into_iter().collect()
        }
        _ => all(tx)?,
    };
    let matches = |subnet: &StoredSubnet| {
        let key = &subnet.key;
        query.network_id.is_none_or(|own| own == key.network_id)
            && space.as_ref().is_none_or(|own| *own == key.address_space)
            && query
                .network_type
                .is_none_or(|own| own == subnet.network_type)
            && query
                .address_family
                .is_none_or(|own| own == key.span().family())
    };
    let mut listed = Vec::new();
    for subnet in candidates.into_iter().filter(matches) {
        let subnet = shown(tx, subnet)?;
        let unmapped = !query.unmapped || subnet.block.is_none();
        let mapped = block.is_none() || subnet.block == block;
        if unmapped && mapped {
            listed.push(subnet);
        }
    }
    Ok(listed)
}

/// A subnet with what is derived: its block, and what its ranges hold.
pub(super) fn shown(tx: &Tx<'_>, stored: StoredSubnet) -> IpamResult<Subnet> {
    let span = stored.key.span();
    let near = touching(tx, SHELF, &stored.key.address_space, &span, read)?;
    let overlapping = near
        .iter()
        .any(|other| other.key != stored.key && other.key.span().overlaps(&span));
    Ok(Subnet {
        block: blocks::around(tx, &Place::of_subnet(&stored.key, &span), None)?,
        utilization: rolled_up(span, ranges::of_subnet(tx, &stored.key)?.iter()),
        overlapping,
        key: stored.key,
        network_type: stored.network_type,
        details: stored.details,
    })
}

/// What the ranges of each subnet hold, given every range in the order of lists.
pub(in crate::ipam) fn over(
    tx: &Tx<'_>,
    ranges: &[Range],
) -> IpamResult<Vec<(SubnetKey, Utilization)>> {
    let mut parts: BTreeMap<SubnetKey, Vec<&Range>> = BTreeMap::new();
    for range in ranges {
        let key = SubnetKey {
            address_space: range.key.address_space.clone(),
            network_id: range.network_id,
        };
        parts.entry(key).or_default().push(range);
    }
    let sum = |key: SubnetKey| {
        let own = parts.get(&key).into_iter().flatten().copied();
        let held = rolled_up(key.span(), own);
        (key, held)
    };
    let subnets = all(tx)?.into_iter();
    Ok(subnets.map(|subnet| sum(subnet.key)).collect())
}

fn rolled_up<'a>(span: AddressRange, ranges: impl Iterator<Item = &'a Range>) -> Utilization {
    let mut sum = Utilization {
        total: span.size(),
        ..Utilization::default()
    };
    for range in super::roll_up::counted(ranges) {
        sum.assigned = sum.assigned.saturating_add(range.utilization.assigned);
        sum.utilized = sum.utilized.saturating_add(range.utilization.utilized);
    }
    sum
}
