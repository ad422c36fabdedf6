//! Blocks: the large containers of the address space (domain 5.2).

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::addr::AddressRange;

use super::spaces::AddressSpaceName;
use super::utilization::Utilization;
use super::words::{AddressCategory, Rir};

/// What identifies a block: its address space, its network and its bounds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockKey {
    pub address_space: AddressSpaceName,
    pub network_id: IpNet,
    pub span: AddressRange,
}

impl BlockKey {
    /// Whether the other block lies in this one, as it does in itself.
    pub fn contains(&self, other: &BlockKey) -> bool {
        self.address_space == other.address_space && self.span.contains_range(&other.span)
    }
}

/// Parameters of `Add-IpamBlock`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlock {
    pub address_space: AddressSpaceName,
    pub network_id: IpNet,
    /// Given together with the end, or neither: then the block covers its network.
    pub start_ip_address: Option<IpAddr>,
    pub end_ip_address: Option<IpAddr>,
    /// Must equal the category computed from the bounds.
    pub address_category: Option<AddressCategory>,
    pub details: BlockDetails,
}

/// What an administrator notes about a block.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BlockDetails {
    /// Required for public IPv4 blocks, refused for private ones (domain 5.2, 12.3).
    pub rir: Option<Rir>,
    pub rir_received_date: Option<Date>,
    pub last_assigned_date: Option<Date>,
    pub owner: String,
    pub description: String,
}

impl NewBlock {
    /// A block over the whole of `network_id` with nothing else noted.
    pub fn new(network_id: IpNet) -> NewBlock {
        NewBlock {
            address_space: AddressSpaceName::default(),
            network_id,
            start_ip_address: None,
            end_ip_address: None,
            address_category: None,
            details: BlockDetails::default(),
        }
    }

    /// The key the block would have; with bounds that no block can have, that of its network.
    pub(in crate::ipam) fn key(&self) -> BlockKey {
        let bounds = self.start_ip_address.zip(self.end_ip_address);
        let given = bounds.and_then(|(first, last)| AddressRange::new(first, last).ok());
        BlockKey {
            address_space: self.address_space.clone(),
            network_id: self.network_id,
            span: given.unwrap_or_else(|| AddressRange::of_prefix(self.network_id)),
        }
    }
}

/// A block as `Get-IpamBlock` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub key: BlockKey,
    pub address_category: AddressCategory,
    pub details: BlockDetails,
    /// The smallest block that contains this one.
    pub parent: Option<BlockKey>,
    pub utilization: Utilization,
}
