//! Subnets: the networks that ranges are part of (domain 5.3).

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::addr::{AddressRange, Family};
use crate::ipam::fields::{CustomChange, CustomValues};

use super::block::BlockKey;
use super::spaces::AddressSpaceName;
use super::utilization::Utilization;
use super::words::NetworkType;

/// What identifies a subnet: a network is there once in an address space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubnetKey {
    pub address_space: AddressSpaceName,
    pub network_id: IpNet,
}

impl SubnetKey {
    /// From the address of the network to its last.
    pub fn span(&self) -> AddressRange {
        AddressRange::of_prefix(self.network_id)
    }
}

impl std::fmt::Display for SubnetKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.network_id, self.address_space.beside())
    }
}

/// Parameters of `Add-IpamSubnet`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubnet {
    pub address_space: AddressSpaceName,
    pub network_id: IpNet,
    /// By default what the address space takes; not virtualized in `Default`.
    pub network_type: Option<NetworkType>,
    pub details: SubnetDetails,
}

impl NewSubnet {
    /// A subnet of `Default` with nothing else noted.
    pub fn new(name: &str, network_id: IpNet) -> NewSubnet {
        let details = SubnetDetails {
            name: name.to_owned(),
            ..SubnetDetails::default()
        };
        NewSubnet {
            address_space: AddressSpaceName::default(),
            network_id,
            network_type: None,
            details,
        }
    }

    /// The key it would have.
    pub fn key(&self) -> SubnetKey {
        SubnetKey {
            address_space: self.address_space.clone(),
            network_id: self.network_id,
        }
    }
}

/// What is noted about a subnet. Empty text means no value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SubnetDetails {
    pub name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vlan_id: Vec<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_subnet_id: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub vmm_logical_network: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub network_site: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Custom fields and their values (domain 9.2).
    #[serde(skip_serializing_if = "CustomValues::is_empty")]
    pub custom: CustomValues,
}

/// Parameters of `Set-IpamSubnet`: what is not given stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubnetChange {
    pub new_network_id: Option<IpNet>,
    pub new_network_type: Option<NetworkType>,
    pub new_address_space: Option<AddressSpaceName>,
    pub name: Option<String>,
    pub vlan_id: Option<Vec<u16>>,
    pub virtual_subnet_id: Option<u32>,
    pub vmm_logical_network: Option<String>,
    pub network_site: Option<String>,
    pub owner: Option<String>,
    pub description: Option<String>,
    pub custom_configuration: CustomChange,
}

/// A subnet as `Get-IpamSubnet` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Subnet {
    pub key: SubnetKey,
    pub network_type: NetworkType,
    pub details: SubnetDetails,
    /// The block it maps to; `None` is *Unmapped*.
    pub block: Option<BlockKey>,
    /// Another subnet of the address space has addresses of it.
    pub overlapping: bool,
    pub utilization: Utilization,
}

/// Which subnets to list; every given field must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubnetQuery {
    pub network_id: Option<IpNet>,
    pub address_family: Option<Family>,
    pub network_type: Option<NetworkType>,
    pub address_space: Option<AddressSpaceName>,
    /// Only those that map to no block.
    pub unmapped: bool,
    /// Only those that map to this block.
    pub mapping_to_block: Option<BlockKey>,
}

/// What went with a subnet that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemovedSubnet {
    pub ranges: Vec<super::range::RangeKey>,
    pub addresses: Vec<super::address::AddressKey>,
}
