//! Ranges: spans that are deployed on the network, usually one DHCP scope each (domain 5.5).

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::addr::{AddressRange, Family};
use crate::base::Fqdn;
use crate::ipam::fields::{CustomChange, CustomValues};
use crate::ipam::rbac::Object;
use crate::wire::windows::dhcpm::ScopeInfo;

use super::block::BlockKey;
use super::gateway::Gateway;
use super::spaces::AddressSpaceName;
use super::subnet::SubnetKey;
use super::utilization::Utilization;
use super::words::{AddressCategory, AssignmentType, ManagedByService, NetworkType, RangeOverlap};

/// The pair that owns ranges and addresses: an address maps only to a range of the same pair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Owner {
    pub managed_by_service: ManagedByService,
    /// `Localhost`, or the name of a server; compared without regard to case.
    pub service_instance: String,
}

impl Owner {
    /// What the dialog proposes: `IPAM`, `Localhost`.
    pub fn localhost() -> Owner {
        Owner {
            managed_by_service: ManagedByService::Ipam,
            service_instance: "Localhost".to_owned(),
        }
    }

    /// The owner of the scopes of a DHCP server.
    pub fn of_dhcp_server(server: &Fqdn) -> Owner {
        Owner {
            managed_by_service: ManagedByService::MsDhcp,
            service_instance: server.to_string(),
        }
    }

    /// The instance as it is compared. Names of servers are ASCII, and databases do not agree on
    /// how to fold anything else.
    pub(in crate::ipam) fn instance_key(&self) -> String {
        self.service_instance.to_ascii_lowercase()
    }
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.managed_by_service, self.service_instance)
    }
}

/// What identifies a range: its address space, its bounds and its owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RangeKey {
    pub address_space: AddressSpaceName,
    pub span: AddressRange,
    pub owner: Owner,
}

impl std::fmt::Display for RangeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} ({}){}",
            self.span,
            self.owner,
            self.address_space.beside()
        )
    }
}

/// Parameters of `Add-IpamRange`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRange {
    pub address_space: AddressSpaceName,
    pub network_id: IpNet,
    /// Given together with the end, or neither: then the usable addresses of the network.
    pub start_ip_address: Option<IpAddr>,
    pub end_ip_address: Option<IpAddr>,
    /// By default what its subnet has, or its address space takes.
    pub network_type: Option<NetworkType>,
    /// Makes the subnet of the network where there is none (domain 5.3).
    pub create_subnet_if_not_found: bool,
    pub owner: Owner,
    pub assignment_type: AssignmentType,
    /// Scope data that only a discovered range may carry; refused here (domain 5.5).
    pub dhcp_server_name: Option<Fqdn>,
    pub dhcp_scope_name: Option<String>,
    pub details: RangeDetails,
}

impl NewRange {
    /// The usable addresses of `network_id` with the dialog's defaults.
    pub fn new(network_id: IpNet) -> NewRange {
        NewRange {
            address_space: AddressSpaceName::default(),
            network_id,
            start_ip_address: None,
            end_ip_address: None,
            network_type: None,
            create_subnet_if_not_found: false,
            owner: Owner::localhost(),
            assignment_type: AssignmentType::Static,
            dhcp_server_name: None,
            dhcp_scope_name: None,
            details: RangeDetails::default(),
        }
    }

    /// The range as an object of access: where it would be. Without bounds that is its network.
    pub(in crate::ipam) fn object(&self) -> Object {
        let bounds = self.start_ip_address.zip(self.end_ip_address);
        let given = bounds.and_then(|(first, last)| AddressRange::new(first, last).ok());
        let key = RangeKey {
            address_space: self.address_space.clone(),
            span: given.unwrap_or_else(|| AddressRange::of_prefix(self.network_id)),
            owner: self.owner.clone(),
        };
        Object::Range {
            key,
            network_id: self.network_id,
        }
    }
}

/// What is noted about a range.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RangeDetails {
    pub assignment_date: Option<Date>,
    pub owner: String,
    pub description: String,
    pub gateway: Vec<Gateway>,
    pub dns_servers: Vec<IpAddr>,
    pub dns_suffix: Vec<String>,
    pub connection_specific_dns_suffix: String,
    pub wins_servers: Vec<IpAddr>,
    /// Addresses set aside as virtual addresses; a search for free ones passes them over.
    pub vip: Vec<AddressRange>,
    /// Addresses kept back; a search for free ones passes them over.
    pub reserved_address: Vec<AddressRange>,
    pub utilization_calculation: UtilizationCalculation,
    /// Custom fields and their values (domain 9.2).
    #[serde(skip_serializing_if = "CustomValues::is_empty")]
    pub custom: CustomValues,
    /// The zone of the PTR records of its addresses; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub associated_reverse_lookup_zone: String,
    /// `LastReclaimRunTime`: when addresses of the range were last reclaimed (domain 7.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_reclaim_run_time: Option<jiff::Timestamp>,
}

/// Where the number of utilized addresses comes from (domain 5.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum UtilizationCalculation {
    /// Counted: recorded addresses, or leases of a scope.
    #[default]
    Auto,
    /// As typed; at most the size of the range.
    UserSpecified(u64),
}

/// A range as `Get-IpamRange` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    pub key: RangeKey,
    pub network_id: IpNet,
    pub network_type: NetworkType,
    pub assignment_type: AssignmentType,
    /// `None` in space that has no category.
    pub address_category: Option<AddressCategory>,
    pub details: RangeDetails,
    /// The scope behind a discovered range, as last collected.
    pub scope: Option<ScopeInfo>,
    /// The block it maps to; `None` is *Unmapped*.
    pub block: Option<BlockKey>,
    pub overlapping: RangeOverlap,
    pub utilization: Utilization,
}

/// Which range an operation means: the bounds, and the owner where several share them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RangeQuery {
    /// Network of the range, such as the scope `10.0.1.0/24`.
    pub network_id: Option<IpNet>,
    pub start_ip_address: Option<IpAddr>,
    pub end_ip_address: Option<IpAddr>,
    pub managed_by_service: Option<ManagedByService>,
    pub service_instance: Option<String>,
    pub address_space: Option<AddressSpaceName>,
    pub address_family: Option<Family>,
    pub address_category: Option<AddressCategory>,
    pub network_type: Option<NetworkType>,
    /// Only those that map to no block.
    pub unmapped: bool,
    /// Only those that map to this block.
    pub mapping_to_block: Option<BlockKey>,
    /// Only those that are part of this subnet.
    pub mapping_to_subnet: Option<SubnetKey>,
}

/// One field of a range and its new value; empty text, empty lists and `None` clear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeChange {
    // These make up its key, its network and where it is.
    NetworkId(IpNet),
    StartIpAddress(IpAddr),
    EndIpAddress(IpAddr),
    ManagedByService(ManagedByService),
    ServiceInstance(String),
    NetworkType(NetworkType),
    AddressSpace(AddressSpaceName),
    // Of a discovered range these come from its scope.
    AssignmentType(AssignmentType),
    UtilizationCalculation(UtilizationCalculation),
    Gateway(Vec<Gateway>),
    DnsServers(Vec<IpAddr>),
    DnsSuffix(Vec<String>),
    ConnectionSpecificDnsSuffix(String),
    WinsServers(Vec<IpAddr>),
    // These are an administrator's own, whatever the range.
    AssignmentDate(Option<Date>),
    Owner(String),
    Description(String),
    Vip(Vec<AddressRange>),
    ReservedAddress(Vec<AddressRange>),
    AssociatedReverseLookupZone(String),
    CustomConfiguration(CustomChange),
}

/// What an upsert of discovered scopes changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiscoveredRanges {
    pub added: Vec<RangeKey>,
    pub updated: Vec<RangeKey>,
    /// Scopes that are no longer on the server. Their addresses stay, unmapped.
    pub removed: Vec<RangeKey>,
}
