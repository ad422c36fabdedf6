//! Ranges with what is derived: block, overlap, network type, utilization.

use std::collections::BTreeMap;

use crate::ipam::error::IpamResult;
use crate::ipam::store::{Tx, key_of_address};

use super::block::BlockKey;
use super::block_map::Place;
use super::blocks;
use super::category::category_of;
use super::counts::Counts;
use super::overlap::overlapping;
use super::range::{Owner, Range, RangeKey, RangeQuery};
use super::ranges::{self, StoredRange};
use super::spaces::{self, AddressSpaceName};
use super::subnet::SubnetKey;
use super::subnets;
use super::words::{NetworkType, RangeOverlap};

/// So few ranges are looked at one by one; for more it is quicker to read everything once.
const FEW: usize = 64;

/// `Get-IpamRange` after the gate.
pub(in crate::ipam) fn list(tx: &Tx<'_>, query: &RangeQuery) -> IpamResult<Vec<Range>> {
    let mut query = query.clone();
    if let Some(name) = &query.address_space {
        query.address_space = Some(spaces::canonical(tx, name)?);
    }
    if let Some(block) = &mut query.mapping_to_block {
        spaces::spell_block(tx, block)?;
    }
    let narrow = narrowed(tx, &query)?;
    let few = narrow.as_ref().is_some_and(|found| found.len() <= FEW);
    let listed = match narrow {
        Some(found) if few => {
            let found = found.into_iter().filter(|range| query.matches(range));
            let shown = found.map(|range| shown(tx, range));
            shown.collect::<IpamResult<Vec<Range>>>()?
        }
        _ => all_shown(tx, &query)?,
    };
    Ok(listed
        .into_iter()
        .filter(|range| query.wants(range))
        .collect())
}

/// The ranges that can match, where the query says in which part of the address space they are.
fn narrowed(tx: &Tx<'_>, query: &RangeQuery) -> IpamResult<Option<Vec<StoredRange>>> {
    let (space, span) = if let Some(block) = &query.mapping_to_block {
        (Some(block.address_space.clone()), block.span)
    } else if let Some(subnet) = &query.mapping_to_subnet {
        (Some(subnet.address_space.clone()), subnet.span())
    } else if let Some(network_id) = query.network_id {
        let span = crate::addr::AddressRange::of_prefix(network_id);
        (query.address_space.clone(), span)
    } else if let Some(first) = query.start_ip_address {
        let only = crate::addr::AddressRange::single(first);
        (query.address_space.clone(), only)
    } else {
        return owned(tx, query);
    };
    let spaces = match space {
        Some(space) => vec![space],
        None => names(tx)?,
    };
    let bounds = [span.first(), span.last()].map(key_of_address);
    let mut found = Vec::new();
    for space in &spaces {
        found.extend(ranges::beginning_within(tx, space, bounds)?);
    }
    Ok(Some(found))
}

/// The ranges of one owner, where the query names one and the space.
fn owned(tx: &Tx<'_>, query: &RangeQuery) -> IpamResult<Option<Vec<StoredRange>>> {
    let pair = query
        .managed_by_service
        .as_ref()
        .zip(query.service_instance.as_ref());
    let (Some((service, instance)), Some(space)) = (pair, &query.address_space) else {
        return Ok(None);
    };
    let owner = Owner {
        managed_by_service: service.clone(),
        service_instance: instance.clone(),
    };
    ranges::of_owner(tx, space, &owner).map(Some)
}

fn names(tx: &Tx<'_>) -> IpamResult<Vec<AddressSpaceName>> {
    let mut names: Vec<AddressSpaceName> = spaces::all(tx)?
        .into_iter()
        .map(|space| space.name)
        .collect();
    names.sort();
    Ok(names)
}

/// One range with what is derived, from what is near it.
pub(super) fn shown(tx: &Tx<'_>, range: StoredRange) -> IpamResult<Range> {
    let near = ranges::near(tx, &range.key)?;
    let flags = overlapping(&near);
    let own = near.iter().position(|other| other.key == range.key);
    let overlap = own.map_or(RangeOverlap::NotOverlapping, |own| flags[own]);
    let block = blocks::around(tx, &Place::of_range(&range.key, range.network_id), None)?;
    let network_type = network_type(tx, &range)?;
    combine(tx, range, block, overlap, network_type, &Counts::OneByOne)
}

/// The network type of a range: that of its subnet, else what its address space takes.
pub(in crate::ipam) fn network_type(tx: &Tx<'_>, range: &StoredRange) -> IpamResult<NetworkType> {
    match subnets::of_range(tx, &range.key, range.network_id)? {
        Some(subnet) => Ok(subnet.network_type),
        None => spaces::network_type(tx, &range.key.address_space, None),
    }
}

/// Every range that matches by its row, with what is derived from everything there is.
fn all_shown(tx: &Tx<'_>, query: &RangeQuery) -> IpamResult<Vec<Range>> {
    let every = ranges::all(tx)?;
    let flags = overlapping(&every);
    let map = blocks::map(tx)?;
    let types = NetworkTypes::read(tx)?;
    let counts = Counts::all(tx)?;
    let mut shown = Vec::new();
    for (range, overlap) in every.into_iter().zip(flags) {
        if !query.matches(&range) {
            continue;
        }
        let block = map
            .find(&Place::of_range(&range.key, range.network_id), None)
            .cloned();
        let network_type = types.of(&range.key, range.network_id);
        shown.push(combine(tx, range, block, overlap, network_type, &counts)?);
    }
    Ok(shown)
}

/// The network types of all subnets and spaces.
struct NetworkTypes {
    subnets: BTreeMap<SubnetKey, NetworkType>,
    spaces: BTreeMap<AddressSpaceName, NetworkType>,
}

impl NetworkTypes {
    fn read(tx: &Tx<'_>) -> IpamResult<NetworkTypes> {
        let mut spaces = BTreeMap::new();
        for name in names(tx)? {
            let own = spaces::network_type(tx, &name, None)?;
            spaces.insert(name, own);
        }
        let subnets = subnets::all(tx)?.into_iter();
        Ok(NetworkTypes {
            subnets: subnets
                .map(|subnet| (subnet.key, subnet.network_type))
                .collect(),
            spaces,
        })
    }

    fn of(&self, key: &RangeKey, network_id: ipnet::IpNet) -> NetworkType {
        let subnet = SubnetKey {
            address_space: key.address_space.clone(),
            network_id,
        };
        let own = self
            .subnets
            .get(&subnet)
            .or(self.spaces.get(&key.address_space));
        own.copied().unwrap_or(NetworkType::NonVirtualized)
    }
}

fn combine(
    tx: &Tx<'_>,
    range: StoredRange,
    block: Option<BlockKey>,
    overlapping: RangeOverlap,
    network_type: NetworkType,
    counts: &Counts,
) -> IpamResult<Range> {
    Ok(Range {
        utilization: counts.utilization(tx, &range)?,
        address_category: category_of(&range.key.span),
        block,
        overlapping,
        network_type,
        key: range.key,
        network_id: range.network_id,
        assignment_type: range.assignment_type,
        details: range.details,
        scope: range.scope,
    })
}

impl RangeQuery {
    /// The one range with this key.
    pub fn of_key(key: &RangeKey) -> RangeQuery {
        RangeQuery {
            start_ip_address: Some(key.span.first()),
            end_ip_address: Some(key.span.last()),
            managed_by_service: Some(key.owner.managed_by_service.clone()),
            service_instance: Some(key.owner.service_instance.clone()),
            address_space: Some(key.address_space.clone()),
            ..RangeQuery::default()
        }
    }

    /// Whether a range is wanted by what its row tells.
    fn matches(&self, range: &StoredRange) -> bool {
        let (key, owner) = (&range.key, &range.key.owner);
        let service = owner.managed_by_service.word();
        let subnet = self.mapping_to_subnet.as_ref();
        self.network_id.is_none_or(|own| own == range.network_id)
            && self
                .start_ip_address
                .is_none_or(|own| own == key.span.first())
            && self.end_ip_address.is_none_or(|own| own == key.span.last())
            && self
                .address_family
                .is_none_or(|own| own == key.span.family())
            && self
                .address_space
                .as_ref()
                .is_none_or(|own| *own == key.address_space)
            && subnet.is_none_or(|own| {
                own.network_id == range.network_id && own.address_space == key.address_space
            })
            && self
                .managed_by_service
                .as_ref()
                .is_none_or(|by| by.word().eq_ignore_ascii_case(service))
            && self
                .service_instance
                .as_ref()
                .is_none_or(|name| name.eq_ignore_ascii_case(&owner.service_instance))
    }

    /// Whether a range is wanted by what is derived.
    fn wants(&self, range: &Range) -> bool {
        let block = self.mapping_to_block.as_ref();
        self.address_category
            .is_none_or(|own| range.address_category == Some(own))
            && self
                .network_type
                .is_none_or(|own| range.network_type == own)
            && (!self.unmapped || range.block.is_none())
            && block.is_none_or(|own| range.block.as_ref() == Some(own))
    }
}
