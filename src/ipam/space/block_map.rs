//! Which block an object maps to (domain 5.7).
//!
//! Blocks nest or are apart, so those around an object are a chain, and the innermost is found by
//! the place of its start. A list of thousands of ranges is mapped with one of these; for a single
//! object only the blocks around its first address are looked at.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::addr::{AddressRange, Family};
use crate::ipam::generation::BlockOrder;

use super::block::BlockKey;
use super::category::category_of;
use super::range::RangeKey;
use super::spaces::AddressSpaceName;
use super::subnet::SubnetKey;

/// The blocks of every address space, ready to be asked.
#[derive(Debug, Default)]
pub(super) struct BlockMap {
    spaces: BTreeMap<AddressSpaceName, Nest>,
    order: BlockOrder,
}

/// The blocks of one space by start, the larger of two with equal start first.
#[derive(Debug, Default)]
struct Nest {
    blocks: Vec<BlockKey>,
    /// The place of the innermost block around each.
    around: Vec<Option<usize>>,
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

    /// `span` is that of the subnet.
    pub(in crate::ipam) fn of_subnet(key: &'a SubnetKey, span: &'a AddressRange) -> Place<'a> {
        Place {
            address_space: &key.address_space,
            span,
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

impl BlockMap {
    pub(super) fn new(blocks: impl IntoIterator<Item = BlockKey>, order: BlockOrder) -> BlockMap {
        let mut spaces: BTreeMap<AddressSpaceName, Nest> = BTreeMap::new();
        for block in blocks {
            let nest = spaces.entry(block.address_space.clone()).or_default();
            nest.blocks.push(block);
        }
        spaces.values_mut().for_each(Nest::arrange);
        BlockMap { spaces, order }
    }

    /// The block that an object maps to: of those that contain it, with a prefix no longer than
    /// its own, the smallest, provided that its category is the object's. There is no second try
    /// (domain 5.7). `except` is looked past, so that a block is not found to be its own parent.
    ///
    /// Deviation: the protocol's order takes the larger of two blocks with equal start; it does
    /// here when the engine is told to (12.29).
    pub(super) fn find(&self, place: &Place<'_>, except: Option<&BlockKey>) -> Option<&BlockKey> {
        let nest = self.spaces.get(place.address_space)?;
        let mut holding = nest
            .chain(place.span)
            .filter(|block| place.prefix_len >= block.network_id.prefix_len())
            .filter(|block| Some(*block) != except);
        let found = match self.order {
            BlockOrder::Smallest => holding.next(),
            BlockOrder::Literal => holding.max_by_key(|block| {
                let length = block.network_id.prefix_len();
                (block.span.first(), block.span.last(), length)
            }),
        }?;
        (category_of(&found.span) == category_of(place.span)).then_some(found)
    }
}

impl BlockMap {
    /// How many levels blocks of one space have among themselves.
    pub(super) fn depth(blocks: &[BlockKey]) -> usize {
        let nest = Nest::of(blocks);
        let mut levels: Vec<usize> = Vec::with_capacity(blocks.len());
        // The block around another comes before it.
        for around in &nest.around {
            levels.push(around.map_or(0, |around| levels[around]) + 1);
        }
        levels.into_iter().max().unwrap_or(0)
    }

    /// How many of the blocks of one space lie in none of the others.
    pub(super) fn outermost(blocks: &[BlockKey]) -> usize {
        let nest = Nest::of(blocks);
        nest.around.iter().filter(|around| around.is_none()).count()
    }
}

fn place_of(span: &AddressRange) -> (Family, IpAddr, Reverse<IpAddr>) {
    (span.family(), span.first(), Reverse(span.last()))
}

impl Nest {
    fn of(blocks: &[BlockKey]) -> Nest {
        let mut nest = Nest {
            blocks: blocks.to_vec(),
            around: Vec::new(),
        };
        nest.arrange();
        nest
    }

    fn arrange(&mut self) {
        self.blocks.sort_by_key(|block| place_of(&block.span));
        self.around = Vec::with_capacity(self.blocks.len());
        let mut open: Vec<usize> = Vec::new();
        for (index, block) in self.blocks.iter().enumerate() {
            while let Some(last) = open.last()
                && !self.blocks[*last].span.contains_range(&block.span)
            {
                open.pop();
            }
            self.around.push(open.last().copied());
            open.push(index);
        }
    }

    /// The blocks that contain `span`, the innermost first.
    fn chain(&self, span: &AddressRange) -> impl Iterator<Item = &BlockKey> {
        // The last block that begins no later: it, or a block around it, is the innermost.
        let (family, first) = (span.family(), span.first());
        let before =
            |block: &BlockKey| (block.span.family(), block.span.first()) <= (family, first);
        let start = self.blocks.partition_point(before).checked_sub(1);
        let up = std::iter::successors(start, |index| self.around[*index]);
        let blocks = up.map(|index| &self.blocks[index]);
        let span = *span;
        blocks.filter(move |block| block.span.contains_range(&span))
    }
}
