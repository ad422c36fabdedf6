//! Blocks: the large containers of the address space (domain 5.2).

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::addr::{AddressRange, Family};

use super::category::category_of;
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

/// One field of a block and its new value; empty text and `None` clear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockChange {
    /// The three that make up its key. With another network and no bounds, it covers all of it.
    NetworkId(IpNet),
    StartIpAddress(IpAddr),
    EndIpAddress(IpAddr),
    Rir(Option<Rir>),
    RirReceivedDate(Option<Date>),
    LastAssignedDate(Option<Date>),
    Owner(String),
    Description(String),
}

/// Which blocks to list; every given field must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockQuery {
    pub address_space: Option<AddressSpaceName>,
    pub network_id: Option<IpNet>,
    pub start_ip_address: Option<IpAddr>,
    pub end_ip_address: Option<IpAddr>,
    pub address_family: Option<Family>,
    pub address_category: Option<AddressCategory>,
    /// Only those directly inside this block.
    pub mapping_to_parent_block: Option<BlockKey>,
}

impl BlockQuery {
    /// Whether a block is wanted by what its key tells.
    pub(super) fn matches(&self, key: &BlockKey) -> bool {
        let (span, space) = (&key.span, self.address_space.as_ref());
        space.is_none_or(|own| *own == key.address_space)
            && self.network_id.is_none_or(|own| own == key.network_id)
            && self.start_ip_address.is_none_or(|own| own == span.first())
            && self.end_ip_address.is_none_or(|own| own == span.last())
            && self.address_family.is_none_or(|own| own == span.family())
            && self
                .address_category
                .is_none_or(|own| category_of(span) == Some(own))
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
