//! Storing blocks: the rules of domain 5.2, and which block contains what.

use ipnet::IpNet;

use crate::addr::AddressRange;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::rbac::forget_block;
use crate::ipam::store::{Tx, key_of_address, params};
use crate::ipam::usage::forget_trends;

use super::block::{Block, BlockDetails, BlockKey, NewBlock};
use super::category::{Placement, placement};
use super::range::{Range, RangeKey};
use super::ranges;
use super::rows::{from_json, parsed, space, span, to_json};
use super::rules::{bounds, invalid, length, network, not_found, refuse};
use super::spaces::{self, AddressSpaceName};
use super::utilization::Utilization;
use super::words::{AddressCategory, RangeOverlap};

/// A block as it is stored.
#[derive(Debug, Clone)]
pub(super) struct StoredBlock {
    pub(super) key: BlockKey,
    details: BlockDetails,
}

impl StoredBlock {
    fn category(&self) -> Option<AddressCategory> {
        category_of(&self.key.span)
    }

    /// Whether an object with these bounds and this prefix length fits in (domain 5.7).
    fn holds(&self, place: &Place<'_>) -> bool {
        self.key.address_space == *place.address_space
            && self.key.span.contains_range(place.span)
            && place.prefix_len >= self.key.network_id.prefix_len()
    }
}

/// Where an object is that may map to a block.
#[derive(Debug, Clone, Copy)]
pub(in crate::ipam) struct Place<'a> {
    pub(in crate::ipam) address_space: &'a AddressSpaceName,
    pub(in crate::ipam) span: &'a AddressRange,
    pub(in crate::ipam) prefix_len: u8,
}

impl<'a> Place<'a> {
    pub(in crate::ipam) fn of_block(key: &'a BlockKey) -> Place<'a> {
        Place {
            address_space: &key.address_space,
            span: &key.span,
            prefix_len: key.network_id.prefix_len(),
        }
    }

    pub(in crate::ipam) fn of_range(key: &'a RangeKey, network_id: IpNet) -> Place<'a> {
        Place {
            address_space: &key.address_space,
            span: &key.span,
            prefix_len: network_id.prefix_len(),
        }
    }
}

pub(super) fn category_of(span: &AddressRange) -> Option<AddressCategory> {
    match placement(span) {
        Placement::Within(category) => Some(category),
        Placement::Uncategorised | Placement::Mixed => None,
    }
}

/// Every block, by start address, the larger of two with the same start first.
pub(super) fn all(tx: &Tx<'_>) -> IpamResult<Vec<StoredBlock>> {
    let sql = "SELECT space, network, first, last, details FROM ip_block \
               ORDER BY space, first, last DESC";
    tx.query(sql, [], |row| {
        Ok(StoredBlock {
            key: BlockKey {
                address_space: space(row, 0)?,
                network_id: parsed(row, 1)?,
                span: span(row, 2)?,
            },
            details: from_json(row, 4)?,
        })
    })
}

/// The block that an object maps to: the smallest that contains it, provided that its category is
/// the object's; there is no second try (domain 5.7, 12.29).
///
/// Deviation: the protocol's literal order would take the larger of two blocks with equal start.
pub(super) fn containing(
    blocks: &[StoredBlock],
    place: &Place<'_>,
    category: Option<AddressCategory>,
) -> Option<BlockKey> {
    let smallest = blocks
        .iter()
        .filter(|block| block.holds(place))
        .min_by_key(|block| block.key.span.size())?;
    (smallest.category() == category).then(|| smallest.key.clone())
}

/// `Add-IpamBlock` after the gate.
pub(super) fn add(tx: &Tx<'_>, new: &NewBlock) -> IpamResult<Block> {
    let key = check(tx, new)?;
    for other in all(tx)? {
        conflict(&key, &other.key)?;
    }
    let sql = "INSERT INTO ip_block (space, network, first, last, details) \
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let (first, last) = (
        key_of_address(key.span.first()),
        key_of_address(key.span.last()),
    );
    let network = key.network_id.to_string();
    let space = key.address_space.as_str();
    tx.execute(
        sql,
        params![space, network, first, last, to_json(&new.details)],
    )?;
    list(tx)?
        .into_iter()
        .find(|block| block.key == key)
        .ok_or_else(|| not_found(&format!("block `{}`", key.span)))
}

fn check(tx: &Tx<'_>, new: &NewBlock) -> IpamResult<BlockKey> {
    let address_space = spaces::canonical(tx, &new.address_space)?;
    network(new.network_id)?;
    let whole = AddressRange::of_prefix(new.network_id);
    let span = bounds(
        new.network_id,
        new.start_ip_address,
        new.end_ip_address,
        whole,
    )?;
    let category = match placement(&span) {
        Placement::Within(category) => category,
        Placement::Mixed => {
            return refuse(
                ErrorId::IpamApiInvalidAddressRange,
                format!("`{span}` mixes public and private addresses: split it into blocks"),
            );
        }
        Placement::Uncategorised => {
            return refuse(
                ErrorId::IpamApiInvalidAddressRange,
                format!("`{span}` is neither public, private nor global unicast space"),
            );
        }
    };
    if let Some(given) = new.address_category
        && given != category
    {
        return invalid(format!("`{span}` is {category} address space, not {given}"));
    }
    match (category, new.details.rir) {
        (AddressCategory::Public, None) => {
            return refuse(
                ErrorId::IpamApiRIRNotSpecifiedForAPublicIPv4Block,
                format!("`{span}` is public: name the regional registry it comes from"),
            );
        }
        (AddressCategory::Private, Some(rir)) => {
            return invalid(format!("`{span}` is private: it cannot come from {rir}"));
        }
        _ => {}
    }
    length("owner", &new.details.owner, 255)?;
    length("description", &new.details.description, 4000)?;
    Ok(BlockKey {
        address_space,
        network_id: new.network_id,
        span,
    })
}

/// Blocks may nest; the same bounds twice, or a partial overlap, is refused (domain 5.2).
fn conflict(new: &BlockKey, other: &BlockKey) -> IpamResult<()> {
    if new.address_space != other.address_space {
        return Ok(());
    }
    let nested = new.span.contains_range(&other.span) || other.span.contains_range(&new.span);
    if new.span == other.span || (new.span.overlaps(&other.span) && !nested) {
        return refuse(
            ErrorId::IpamApiConflictingIPBlocksExist,
            format!("`{}` conflicts with the block `{}`", new.span, other.span),
        );
    }
    Ok(())
}

/// `Get-IpamBlock` after the gate.
pub(super) fn list(tx: &Tx<'_>) -> IpamResult<Vec<Block>> {
    let blocks = all(tx)?;
    if blocks.is_empty() {
        return Ok(Vec::new());
    }
    Ok(shown(&blocks, &ranges::list(tx, &Default::default())?))
}

/// Every block, over ranges that were read already.
pub(super) fn over(tx: &Tx<'_>, ranges: &[Range]) -> IpamResult<Vec<Block>> {
    Ok(shown(&all(tx)?, ranges))
}

fn shown(blocks: &[StoredBlock], ranges: &[Range]) -> Vec<Block> {
    let shown = blocks.iter().filter_map(|block| {
        let others: Vec<StoredBlock> = blocks
            .iter()
            .filter(|other| other.key != block.key)
            .cloned()
            .collect();
        Some(Block {
            key: block.key.clone(),
            address_category: block.category()?,
            details: block.details.clone(),
            parent: containing(&others, &Place::of_block(&block.key), block.category()),
            utilization: roll_up(&block.key, ranges),
        })
    });
    shown.collect()
}

/// Sums the ranges mapped to a block. Of ranges that overlap each other only the first counts, so
/// that no address counts twice (domain 5.8).
fn roll_up(key: &BlockKey, ranges: &[Range]) -> Utilization {
    let mut sum = Utilization {
        total: key.span.size(),
        ..Utilization::default()
    };
    let mut counted: Option<AddressRange> = None;
    for range in ranges
        .iter()
        .filter(|range| range.block.as_ref() == Some(key))
    {
        let span = range.key.span;
        let again = range.overlapping == RangeOverlap::Overlapping
            && counted.is_some_and(|counted| counted.overlaps(&span));
        if again {
            continue;
        }
        counted = Some(span);
        sum.assigned = sum.assigned.saturating_add(range.utilization.assigned);
        sum.utilized = sum.utilized.saturating_add(range.utilization.utilized);
    }
    sum
}

/// `Remove-IpamBlock` after the gate.
pub(super) fn remove(
    tx: &Tx<'_>,
    key: &BlockKey,
    with_sub_blocks: bool,
) -> IpamResult<Vec<BlockKey>> {
    let blocks = all(tx)?;
    if !blocks.iter().any(|block| block.key == *key) {
        return Err(not_found(&format!("block `{}`", key.span)));
    }
    let gone: Vec<BlockKey> = blocks
        .iter()
        .map(|block| block.key.clone())
        .filter(|other| other == key || (with_sub_blocks && key.contains(other)))
        .collect();
    for key in &gone {
        let bounds = params![
            key.address_space.as_str(),
            key_of_address(key.span.first()),
            key_of_address(key.span.last())
        ];
        tx.execute(
            "DELETE FROM ip_block WHERE space = ?1 AND first = ?2 AND last = ?3",
            bounds,
        )?;
        forget_block(tx, key)?;
        forget_trends(tx, key)?;
    }
    Ok(gone)
}
