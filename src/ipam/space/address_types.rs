//! The network type of address records (domain 5.3): their own, else that of their range, else
//! what their address space takes.

use std::collections::BTreeMap;

use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::address::Address;
use super::range::RangeKey;
use super::spaces::AddressSpaceName;
use super::words::NetworkType;
use super::{range_list, ranges, spaces};

/// What was found out about ranges and spaces on the way through a list.
#[derive(Debug, Default)]
pub(super) struct AddressTypes {
    ranges: BTreeMap<RangeKey, NetworkType>,
    spaces: BTreeMap<AddressSpaceName, NetworkType>,
}

impl AddressTypes {
    pub(super) fn of(&mut self, tx: &Tx<'_>, address: &Address) -> IpamResult<NetworkType> {
        if let Some(own) = address.details.network_type {
            return Ok(own);
        }
        if let Some(range) = &address.range {
            if let Some(known) = self.ranges.get(range) {
                return Ok(*known);
            }
            let found = range_list::network_type(tx, &ranges::get(tx, range)?)?;
            self.ranges.insert(range.clone(), found);
            return Ok(found);
        }
        let space = &address.key.address_space;
        if let Some(known) = self.spaces.get(space) {
            return Ok(*known);
        }
        let found = spaces::network_type(tx, space, None)?;
        self.spaces.insert(space.clone(), found);
        Ok(found)
    }
}
