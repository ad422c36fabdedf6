//! Which address records a query means.

use std::collections::BTreeMap;

use crate::addr::AddressRange;
use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::address::{Address, AddressQuery};
use super::address_types::AddressTypes;
use super::block::BlockKey;
use super::block_map::Place;
use super::range::RangeKey;
use super::subnet::SubnetKey;
use super::{blocks, ranges, spaces};

/// A query made ready, with what was found out about the ranges it met.
pub(super) struct Filter {
    query: AddressQuery,
    ranges: BTreeMap<RangeKey, Around>,
    types: AddressTypes,
}

/// What is around a range.
struct Around {
    block: Option<BlockKey>,
    subnet: SubnetKey,
}

impl Filter {
    /// # Errors
    /// `IpamApiObjectNotFound` for an address space that there is not.
    pub(super) fn new(tx: &Tx<'_>, query: &AddressQuery) -> IpamResult<Filter> {
        let mut query = query.clone();
        if let Some(name) = &query.address_space {
            query.address_space = Some(spaces::canonical(tx, name)?);
        }
        if let Some(block) = &mut query.mapping_to_block {
            spaces::spell_block(tx, block)?;
        }
        Ok(Filter {
            query,
            ranges: BTreeMap::new(),
            types: AddressTypes::default(),
        })
    }

    /// The first and the last key that can match.
    pub(super) fn span(&self) -> Option<AddressRange> {
        let query = &self.query;
        match (query.ip_address, &query.mapped_to) {
            (Some(address), _) => Some(AddressRange::single(address)),
            (None, Some(range)) => Some(range.span),
            (None, None) => {
                let block = query.mapping_to_block.as_ref().map(|block| block.span);
                block.or(query.mapping_to_subnet.as_ref().map(SubnetKey::span))
            }
        }
    }

    /// The query, with the stored spelling of its address space.
    pub(super) fn query(&self) -> &AddressQuery {
        &self.query
    }

    /// Whether a record is wanted by what is derived: it maps to blocks and subnets through its
    /// range only (domain 5.7).
    pub(super) fn takes(&mut self, tx: &Tx<'_>, address: &Address) -> IpamResult<bool> {
        if self.query.unmapped && address.range.is_some() {
            return Ok(false);
        }
        if self.query.mapped_to.is_some() && address.range != self.query.mapped_to {
            return Ok(false);
        }
        if let Some(wanted) = self.query.network_type
            && self.types.of(tx, address)? != wanted
        {
            return Ok(false);
        }
        let query = &self.query;
        if query.mapping_to_block.is_none() && query.mapping_to_subnet.is_none() {
            return Ok(true);
        }
        let Some(range) = &address.range else {
            return Ok(false);
        };
        if !self.ranges.contains_key(range) {
            self.ranges.insert(range.clone(), Around::of(tx, range)?);
        }
        let around = self.ranges.get(range);
        Ok(around.is_some_and(|around| {
            let block = query.mapping_to_block.as_ref();
            let subnet = query.mapping_to_subnet.as_ref();
            block.is_none_or(|own| around.block.as_ref() == Some(own))
                && subnet.is_none_or(|own| around.subnet == *own)
        }))
    }
}

impl Around {
    fn of(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<Around> {
        let range = ranges::get(tx, key)?;
        Ok(Around {
            block: blocks::around(tx, &Place::of_range(key, range.network_id), None)?,
            subnet: SubnetKey {
                address_space: key.address_space.clone(),
                network_id: range.network_id,
            },
        })
    }
}
