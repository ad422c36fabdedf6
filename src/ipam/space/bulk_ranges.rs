//! Ranges, blocks and subnets as rows of files bring them: added, or with new details over those
//! they had. The rules are those of the cmdlets; what nobody looks at in an import is not derived.

use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::block::{BlockDetails, BlockKey, NewBlock};
use super::block_rules::{self, fits};
use super::blocks::{self, StoredBlock};
use super::range::{NewRange, RangeKey};
use super::range_rules::{check, vacant};
use super::ranges::{self, StoredRange};
use super::reverse_zone;
use super::spaces;
use super::subnet::{NewSubnet, SubnetDetails, SubnetKey};
use super::subnets::{self, StoredSubnet};
use super::words::{AssignmentType, NetworkType};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ipam) enum Stored {
    Added,
    Replaced,
    Unchanged,
}

impl Stored {
    fn of(existed: bool, unchanged: bool) -> Stored {
        match (existed, unchanged) {
            (false, _) => Stored::Added,
            (true, false) => Stored::Replaced,
            (true, true) => Stored::Unchanged,
        }
    }
}

/// The key that a range would have, and its details in their stored spelling.
///
/// # Errors
/// Every refusal of `Add-IpamRange` that concerns the range by itself.
pub(in crate::ipam) fn checked_range(tx: &Tx<'_>, new: NewRange) -> IpamResult<RangeKey> {
    check(tx, new).map(|range| range.key)
}

/// Adds a range whose key is free.
///
/// # Errors
/// Those of `Add-IpamRange`, with nothing stored.
pub(in crate::ipam) fn add_range(tx: &Tx<'_>, new: NewRange) -> IpamResult<()> {
    let (network_type, create) = (new.network_type, new.create_subnet_if_not_found);
    let mut range = check(tx, new)?;
    vacant(tx, &range.key, None)?;
    let subnet = SubnetKey {
        address_space: range.key.address_space.clone(),
        network_id: range.network_id,
    };
    subnets::for_range(tx, subnet, network_type, create)?;
    reverse_zone::check(tx, &mut range, None)?;
    ranges::put(tx, &range)
}

/// How a stored range is assigned, beside its details.
pub(in crate::ipam) fn assignment_of(range: &StoredRange) -> AssignmentType {
    range.assignment_type
}

/// Writes a range over `before`, which has its key.
///
/// # Errors
/// Those of `Set-IpamRange`, with nothing stored.
pub(in crate::ipam) fn replace_range(
    tx: &Tx<'_>,
    before: &StoredRange,
    new: NewRange,
) -> IpamResult<()> {
    let (network_type, create) = (new.network_type, new.create_subnet_if_not_found);
    let mut range = check(tx, new)?;
    if range.network_id != before.network_id {
        let subnet = SubnetKey {
            address_space: range.key.address_space.clone(),
            network_id: range.network_id,
        };
        subnets::for_range(tx, subnet, network_type, create)?;
    }
    reverse_zone::check(tx, &mut range, Some(before))?;
    ranges::put(tx, &range)
}

/// Every range, by address space and start.
pub(in crate::ipam) fn all_ranges(tx: &Tx<'_>) -> IpamResult<Vec<StoredRange>> {
    ranges::all(tx)
}

/// Adds a block, or writes new details over those of the one with its key.
/// `put` turns the details that are there, or none, into the new ones, and is told
/// whether there is one.
///
/// # Errors
/// Those of `Add-IpamBlock` and `Set-IpamBlock`, and of `put`, with nothing stored.
pub(in crate::ipam) fn put_block<E: From<crate::ipam::IpamError>>(
    tx: &Tx<'_>,
    mut new: NewBlock,
    put: impl FnOnce(&mut BlockDetails, bool) -> Result<(), E>,
) -> Result<Stored, E> {
    new.address_space = spaces::canonical(tx, &new.address_space)?;
    let before = blocks::find(tx, &new.key())?;
    new.details = before
        .as_ref()
        .map(|found| found.details.clone())
        .unwrap_or_default();
    put(&mut new.details, before.is_some())?;
    let key = block_rules::check(tx, &new)?;
    if before.is_none() {
        fits(tx, &key, None)?;
    }
    let details = new.details;
    let unchanged = before
        .as_ref()
        .is_some_and(|before| before.details == details);
    if !unchanged {
        let stored = StoredBlock { key, details };
        blocks::put(tx, &stored)?;
    }
    Ok(Stored::of(before.is_some(), unchanged))
}

/// Every block with what is noted about it, by address space and start.
pub(in crate::ipam) fn all_blocks(tx: &Tx<'_>) -> IpamResult<Vec<(BlockKey, BlockDetails)>> {
    let blocks = blocks::all(tx)?.into_iter();
    Ok(blocks.map(|block| (block.key, block.details)).collect())
}

/// The same as [`put_block`] for a subnet. Its network type stays unless `new` has one.
///
/// # Errors
/// Those of `Add-IpamSubnet` and `Set-IpamSubnet`, and of `put`, with nothing stored.
pub(in crate::ipam) fn put_subnet<E: From<crate::ipam::IpamError>>(
    tx: &Tx<'_>,
    new: NewSubnet,
    put: impl FnOnce(&mut SubnetDetails, bool) -> Result<(), E>,
) -> Result<Stored, E> {
    spaces::need_subnets(tx, "subnets")?;
    super::rules::network(tx, new.network_id)?;
    let key = SubnetKey {
        address_space: spaces::canonical(tx, &new.address_space)?,
        network_id: new.network_id,
    };
    let before = subnets::find(tx, &key)?;
    let kept = before.as_ref().map(|found| found.network_type);
    let network_type = spaces::network_type(tx, &key.address_space, new.network_type.or(kept))?;
    let mut details = before
        .as_ref()
        .map(|found| found.details.clone())
        .unwrap_or_default();
    put(&mut details, before.is_some())?;
    super::carried::spell_subnet(tx, &mut details)?;
    subnets::details(&details)?;
    let unchanged = before
        .as_ref()
        .is_some_and(|found| found.details == details && found.network_type == network_type);
    if !unchanged {
        let stored = StoredSubnet {
            key,
            network_type,
            details,
        };
        subnets::put(tx, &stored)?;
    }
    Ok(Stored::of(before.is_some(), unchanged))
}

/// Every subnet, by address space and network.
pub(in crate::ipam) fn all_subnets(
    tx: &Tx<'_>,
) -> IpamResult<Vec<(SubnetKey, NetworkType, SubnetDetails)>> {
    let subnets = subnets::all(tx)?.into_iter();
    Ok(subnets
        .map(|subnet| (subnet.key, subnet.network_type, subnet.details))
        .collect())
}
