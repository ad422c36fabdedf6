//! Storing blocks: which contains what, and what is in each.

use std::collections::BTreeMap;

use crate::addr::AddressRange;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::{Object, forget_object};
use crate::ipam::store::{Row, RowResult, Tx, key_of_address, params};
use crate::ipam::usage::forget_trends;

use super::block::{Block, BlockDetails, BlockKey, BlockQuery, NewBlock};
use super::block_map::{BlockMap, Place};
use super::block_rules;
use super::category::category_of;
use super::range::{Range, RangeQuery};
use super::range_list;
use super::roll_up::counted;
use super::rows::{from_json, parsed, space, span, to_json};
use super::rules::not_found;
use super::spaces::{self, AddressSpaceName};
use super::touching::{Shelf, size_class, touching};
use super::utilization::Utilization;

const COLUMNS: &str = "space, network, first, last, details";

const SHELF: Shelf = Shelf {
    table: "ip_block",
    columns: COLUMNS,
};

/// Space and bounds of a block as the parameters 1 to 3.
macro_rules! key_params {
    ($key:expr) => {
        params![
            $key.address_space.as_str(),
            key_of_address($key.span.first()),
            key_of_address($key.span.last())
        ]
    };
}

/// A block as it is stored.
#[derive(Debug, Clone)]
pub(super) struct StoredBlock {
    pub(super) key: BlockKey,
    pub(super) details: BlockDetails,
}

fn read(row: &Row<'_>) -> RowResult<StoredBlock> {
    Ok(StoredBlock {
        key: BlockKey {
            address_space: space(row, 0)?,
            network_id: parsed(row, 1)?,
            span: span(row, 2)?,
        },
        details: from_json(row, 4)?,
    })
}

/// Every block, by space and start address, the larger of two with the same start first.
pub(super) fn all(tx: &Tx<'_>) -> IpamResult<Vec<StoredBlock>> {
    let sql = format!("SELECT {COLUMNS} FROM ip_block ORDER BY space, first, last DESC");
    tx.query(&sql, [], read)
}

/// Where each object maps to, for lists of them.
pub(super) fn map(tx: &Tx<'_>) -> IpamResult<BlockMap> {
    let keys = all(tx)?.into_iter().map(|block| block.key);
    Ok(BlockMap::new(keys, tx.rules().block_order))
}

/// The block with this key, if there is one.
pub(super) fn find(tx: &Tx<'_>, key: &BlockKey) -> IpamResult<Option<StoredBlock>> {
    let sql =
        format!("SELECT {COLUMNS} FROM ip_block WHERE space = ?1 AND first = ?2 AND last = ?3");
    let found = tx.query_one(&sql, key_params!(key), read)?;
    Ok(found.filter(|found| found.key == *key))
}

/// The same where it must be there.
pub(super) fn get(tx: &Tx<'_>, key: &BlockKey) -> IpamResult<StoredBlock> {
    find(tx, key)?.ok_or_else(|| not_found(&format!("block `{}`", key.span)))
}

/// The blocks that hold the first address of a span; those that contain all of it are among them.
pub(super) fn at_first(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    span: &AddressRange,
) -> IpamResult<Vec<BlockKey>> {
    let first = AddressRange::single(span.first());
    let found = touching(tx, SHELF, space, &first, read)?;
    Ok(found.into_iter().map(|block| block.key).collect())
}

/// The block that one object maps to; `except` is looked past.
pub(super) fn around(
    tx: &Tx<'_>,
    place: &Place<'_>,
    except: Option<&BlockKey>,
) -> IpamResult<Option<BlockKey>> {
    let near = at_first(tx, place.address_space, place.span)?;
    let map = BlockMap::new(near, tx.rules().block_order);
    Ok(map.find(place, except).cloned())
}

/// Writes a block, over one with the same bounds.
pub(super) fn put(tx: &Tx<'_>, block: &StoredBlock) -> IpamResult<()> {
    let sql = "INSERT OR REPLACE INTO ip_block \
               (space, network, first, last, size_class, details) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let row = params![
        block.key.address_space.as_str(),
        block.key.network_id.to_string(),
        key_of_address(block.key.span.first()),
        key_of_address(block.key.span.last()),
        size_class(&block.key.span),
        to_json(&block.details)
    ];
    tx.execute(sql, row).map(drop)
}

pub(super) fn delete(tx: &Tx<'_>, key: &BlockKey) -> IpamResult<()> {
    let sql = "DELETE FROM ip_block WHERE space = ?1 AND first = ?2 AND last = ?3";
    tx.execute(sql, key_params!(key)).map(drop)
}

/// `Add-IpamBlock` after the gate.
pub(in crate::ipam) fn add(tx: &Tx<'_>, new: &NewBlock) -> IpamResult<Block> {
    let key = block_rules::check(tx, new)?;
    block_rules::fits(tx, &key, None)?;
    let stored = StoredBlock {
        key,
        details: new.details.clone(),
    };
    put(tx, &stored)?;
    shown(tx, stored)
}

/// One block with what is derived.
pub(super) fn shown(tx: &Tx<'_>, stored: StoredBlock) -> IpamResult<Block> {
    let parent = around(tx, &Place::of_block(&stored.key), Some(&stored.key))?;
    let query = RangeQuery {
        mapping_to_block: Some(stored.key.clone()),
        ..RangeQuery::default()
    };
    let ranges = range_list::list(tx, &query)?;
    let held = Held::of(ranges.iter());
    combine(stored, parent, held)
        .ok_or_else(|| not_found("a category for the block's own addresses"))
}

fn combine(stored: StoredBlock, parent: Option<BlockKey>, held: Held) -> Option<Block> {
    Some(Block {
        address_category: category_of(&stored.key.span)?,
        utilization: Utilization {
            total: stored.key.span.size(),
            assigned: held.assigned,
            utilized: held.utilized,
        },
        parent,
        key: stored.key,
        details: stored.details,
    })
}

/// What the ranges mapped to a block hold together.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    assigned: u128,
    utilized: u128,
}

impl Held {
    fn of<'a>(ranges: impl Iterator<Item = &'a Range>) -> Held {
        counted(ranges).fold(Held::default(), |sum, range| Held {
            assigned: sum.assigned.saturating_add(range.utilization.assigned),
            utilized: sum.utilized.saturating_add(range.utilization.utilized),
        })
    }
}

/// `Get-IpamBlock` after the gate.
pub(in crate::ipam) fn list(tx: &Tx<'_>, query: &BlockQuery) -> IpamResult<Vec<Block>> {
    let mut query = query.clone();
    if let Some(name) = &query.address_space {
        query.address_space = Some(spaces::canonical(tx, name)?);
    }
    if let Some(outer) = &mut query.mapping_to_parent_block {
        spaces::spell_block(tx, outer)?;
    }
    let mut wanted = placed(tx)?;
    wanted.retain(|placed| query.matches(&placed.block.key));
    if let Some(outer) = &query.mapping_to_parent_block {
        wanted.retain(|placed| placed.parent.as_ref() == Some(outer));
    }
    match wanted.len() {
        0 => Ok(Vec::new()),
        1 => wanted
            .into_iter()
            .map(|placed| shown(tx, placed.block))
            .collect(),
        _ => Ok(filled(
            wanted,
            &range_list::list(tx, &RangeQuery::default())?,
        )),
    }
}

/// Every block, over ranges that were read already.
pub(super) fn over(tx: &Tx<'_>, ranges: &[Range]) -> IpamResult<Vec<Block>> {
    Ok(filled(placed(tx)?, ranges))
}

/// A block and the one around it.
struct Placed {
    block: StoredBlock,
    parent: Option<BlockKey>,
}

/// Every block in its place.
fn placed(tx: &Tx<'_>) -> IpamResult<Vec<Placed>> {
    let blocks = all(tx)?;
    let keys = blocks.iter().map(|block| block.key.clone());
    let map = BlockMap::new(keys, tx.rules().block_order);
    let placed = blocks.into_iter().map(|block| Placed {
        parent: map
            .find(&Place::of_block(&block.key), Some(&block.key))
            .cloned(),
        block,
    });
    Ok(placed.collect())
}

/// The blocks with what the ranges mapped to each hold.
fn filled(placed: Vec<Placed>, ranges: &[Range]) -> Vec<Block> {
    let mut mapped: BTreeMap<&BlockKey, Vec<&Range>> = BTreeMap::new();
    for range in ranges {
        if let Some(block) = &range.block {
            mapped.entry(block).or_default().push(range);
        }
    }
    let filled = placed.into_iter().filter_map(|Placed { block, parent }| {
        let own = mapped.get(&block.key);
        let held = own.map(|own| Held::of(own.iter().copied()));
        combine(block, parent, held.unwrap_or_default())
    });
    filled.collect()
}

/// `Remove-IpamBlock` after the gate.
pub(super) fn remove(
    tx: &Tx<'_>,
    key: &BlockKey,
    with_sub_blocks: bool,
) -> IpamResult<Vec<BlockKey>> {
    get(tx, key)?;
    let gone = match with_sub_blocks {
        true => within(tx, key)?,
        false => vec![key.clone()],
    };
    for key in &gone {
        delete(tx, key)?;
        forget_object(tx, &Object::Block(key.clone()))?;
        forget_trends(tx, key)?;
    }
    Ok(gone)
}

/// The blocks within another, itself included, the larger of two with the same start first.
pub(super) fn within(tx: &Tx<'_>, outer: &BlockKey) -> IpamResult<Vec<BlockKey>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_block WHERE space = ?1 AND first BETWEEN ?2 AND ?3 \
         AND last <= ?3 ORDER BY first, last DESC"
    );
    let found = tx.query(&sql, key_params!(outer), read)?;
    let keys = found.into_iter().map(|block| block.key);
    Ok(keys.filter(|key| outer.contains(key)).collect())
}
