//! Trends are kept under the name of their object; here they go along when a name changes.

use crate::ipam::error::IpamResult;
use crate::ipam::fields::FieldId;
use crate::ipam::groups;
use crate::ipam::space::bulk_ranges::all_blocks;
use crate::ipam::space::{AddressSpaceName, ranges, subnets};
use crate::ipam::store::Tx;

use super::group::GroupLevel;
use super::rows;
use super::view::UsageObject;

/// Everything in an address space keeps its trends when the space gets another name. To be called
/// while what is in it still has the old one.
pub(in crate::ipam) fn move_space(
    tx: &Tx<'_>,
    from: &AddressSpaceName,
    to: &AddressSpaceName,
) -> IpamResult<()> {
    let mut inside: Vec<UsageObject> = Vec::new();
    let blocks = all_blocks(tx)?.into_iter();
    inside.extend(blocks.map(|(key, _)| UsageObject::Block(key)));
    let subnets = subnets::all(tx)?.into_iter();
    inside.extend(subnets.map(|subnet| UsageObject::Subnet(subnet.key)));
    let ranges = ranges::all(tx)?.into_iter();
    inside.extend(ranges.map(|range| UsageObject::Range(range.key)));
    for object in inside {
        let mut moved = object.clone();
        let space = match &mut moved {
            UsageObject::Block(key) => &mut key.address_space,
            UsageObject::Subnet(key) => &mut key.address_space,
            UsageObject::Range(key) => &mut key.address_space,
            UsageObject::Group(_) => continue,
        };
        if space == from {
            space.clone_from(to);
            rows::rename(tx, &object.name(), &moved.name())?;
        }
    }
    Ok(())
}

/// The levels of a group keep their trends when it gets another name.
pub(in crate::ipam) fn move_group(tx: &Tx<'_>, from: &str, to: &str) -> IpamResult<()> {
    change_levels(tx, from, |level| {
        to.clone_into(&mut level.group);
    })
}

/// A group that sorts its ranges otherwise, or is gone, begins anew.
pub(in crate::ipam) fn forget_group(tx: &Tx<'_>, group: &str) -> IpamResult<()> {
    for (name, level) in levels(tx)? {
        if level.is_of(group) {
            rows::forget(tx, &name)?;
        }
    }
    Ok(())
}

/// The levels that a value leads to keep their trends when it is spelled otherwise.
pub(in crate::ipam) fn rename_level(
    tx: &Tx<'_>,
    field: FieldId,
    from: &str,
    to: &str,
) -> IpamResult<()> {
    for (group, place) in groups::places_of(tx, field)? {
        change_levels(tx, &group, |level| level.respell(place, from, to))?;
    }
    Ok(())
}

fn change_levels(tx: &Tx<'_>, group: &str, change: impl Fn(&mut GroupLevel)) -> IpamResult<()> {
    for (name, mut level) in levels(tx)? {
        if level.is_of(group) {
            change(&mut level);
            rows::rename(tx, &name, &UsageObject::Group(level).name())?;
        }
    }
    Ok(())
}

/// Every level of a group that has a trend, with what this is kept under.
fn levels(tx: &Tx<'_>) -> IpamResult<Vec<(String, GroupLevel)>> {
    let names = rows::objects(tx)?.into_keys();
    Ok(names
        .filter_map(|name| Some((GroupLevel::of_name(&name)?, name)))
        .map(|(level, name)| (name, level))
        .collect())
}
