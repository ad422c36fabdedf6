//! The *Current view* of the node IP Address Blocks: blocks, ranges or addresses, sorted by the
//! part of the address space that they are mapped to (domain 5.11).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ipam::error::IpamResult;
use crate::ipam::inventory::AddressFamily;
use crate::ipam::space::category::category_of;
use crate::ipam::space::{
    AddressCategory, AddressKey, BlockQuery, RangeKey, RangeQuery, SubnetQuery,
};
use crate::ipam::space::{blocks, range_list, subnets};
use crate::ipam::store::{Tx, key_of_address};

use super::level::{Level, Member};
use super::members::each_address;

/// Which objects the node shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurrentView {
    IpAddressBlocks,
    IpSubnets,
    IpAddressRanges,
    IpAddresses,
}

/// Whether a tree is wanted with the objects in it or with their numbers alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Counts,
    Members,
}

/// What is mapped to no block.
pub const UNMAPPED: &str = "Unmapped";

/// The nodes of a family in the order of the console; each is shown although nothing is in it.
/// A block is in its category by what it is, so none is unmapped.
fn nodes(view: CurrentView, family: AddressFamily) -> Vec<&'static str> {
    let mut nodes = match family {
        AddressFamily::IPv4 => vec![
            AddressCategory::Public.word(),
            AddressCategory::Private.word(),
        ],
        AddressFamily::IPv6 => vec![AddressCategory::Global.word()],
    };
    if view != CurrentView::IpAddressBlocks {
        nodes.push(UNMAPPED);
    }
    nodes
}

/// The view while objects are put into it.
struct Nodes {
    root: Level,
    detail: Detail,
}

impl Nodes {
    fn new(view: CurrentView, family: AddressFamily, detail: Detail) -> Nodes {
        let levels = nodes(view, family).into_iter().map(|node| Level {
            value: Some(node.to_owned()),
            count: 0,
            members: Vec::new(),
            levels: Vec::new(),
        });
        Nodes {
            root: Level {
                value: Some(family.to_string()),
                count: 0,
                members: Vec::new(),
                levels: levels.collect(),
            },
            detail,
        }
    }

    fn put(&mut self, category: Option<AddressCategory>, member: impl FnOnce() -> Member) {
        let node = category.map_or(UNMAPPED, AddressCategory::word);
        let mut levels = self.root.levels.iter_mut();
        let Some(level) = levels.find(|level| level.value.as_deref() == Some(node)) else {
            return;
        };
        level.count += 1;
        self.root.count += 1;
        if self.detail == Detail::Members {
            level.members.push(member());
        }
    }
}

/// The node of the family, its nodes in the view, and what is in them.
pub(super) fn view(
    tx: &Tx<'_>,
    view: CurrentView,
    family: AddressFamily,
    detail: Detail,
) -> IpamResult<Level> {
    let mut nodes = Nodes::new(view, family, detail);
    match view {
        CurrentView::IpAddressBlocks => {
            for block in blocks::list(tx, &BlockQuery::default())? {
                if family.has(block.key.span.first()) {
                    nodes.put(Some(block.address_category), || {
                        Member::Block(block.key.clone())
                    });
                }
            }
        }
        CurrentView::IpSubnets => {
            for subnet in subnets::list(tx, &SubnetQuery::default())? {
                if family.has(subnet.key.network_id.addr()) {
                    let category = subnet.block.and(category_of(&subnet.key.span()));
                    nodes.put(category, || Member::Subnet(subnet.key.clone()));
                }
            }
        }
        CurrentView::IpAddressRanges => {
            for (key, category) in mapped(tx, family)? {
                nodes.put(category, || Member::Range(key.clone()));
            }
        }
        CurrentView::IpAddresses => {
            let ranges = Ranges::of(mapped(tx, family)?);
            each_address(tx, family, |key, _: Nothing| {
                nodes.put(ranges.category(key), || Member::Address(key.clone()));
            })?;
        }
    }
    Ok(nodes.root)
}

/// Nothing of a record but its key.
#[derive(Deserialize)]
struct Nothing {}

/// The ranges of a family, each with the category of the block that it is mapped to.
fn mapped(
    tx: &Tx<'_>,
    family: AddressFamily,
) -> IpamResult<Vec<(RangeKey, Option<AddressCategory>)>> {
    let all = range_list::list(tx, &RangeQuery::default())?.into_iter();
    let of_family = all.filter(|range| family.has(range.key.span.first()));
    let categories = of_family.map(|range| {
        let category = range.block.and(range.address_category);
        (range.key, category)
    });
    Ok(categories.collect())
}

/// Address space, service and folded instance: ranges of one owner share no address.
type OwnerKey = (String, String, String);

/// The last address of a range, and the category of its block.
type RangeEnd = ([u8; 16], Option<AddressCategory>);

/// Ranges by owner and first address, to find the one that an address maps to.
struct Ranges(BTreeMap<OwnerKey, BTreeMap<[u8; 16], RangeEnd>>);

impl Ranges {
    fn of(mapped: Vec<(RangeKey, Option<AddressCategory>)>) -> Ranges {
        let mut ranges = Ranges(BTreeMap::new());
        for (key, category) in mapped {
            let bounds = [key.span.first(), key.span.last()].map(key_of_address);
            let owner = (
                key.address_space.as_str().to_owned(),
                key.owner.managed_by_service.word().to_owned(),
                key.owner.instance_key(),
            );
            let of_owner = ranges.0.entry(owner).or_default();
            of_owner.insert(bounds[0], (bounds[1], category));
        }
        ranges
    }

    /// The category of the block that the address is mapped to through its range.
    fn category(&self, key: &AddressKey) -> Option<AddressCategory> {
        let owner = (
            key.address_space.as_str().to_owned(),
            key.owner.managed_by_service.word().to_owned(),
            key.owner.instance_key(),
        );
        let address = key_of_address(key.ip_address);
        let mut before = self.0.get(&owner)?.range(..=address);
        let (last, category) = before.next_back()?.1;
        (address <= *last).then_some(*category).flatten()
    }
}
