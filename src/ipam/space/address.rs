//! Address records: what the engine knows about one address (domain 5.6).

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::addr::Family;
use crate::base::{ClientId, Duid, Fqdn, MacAddress};
use crate::ipam::fields::CustomValues;

use super::block::BlockKey;
use super::range::{Owner, RangeKey};
use super::spaces::AddressSpaceName;
use super::subnet::SubnetKey;
use super::words::{
    AddressCategory, AddressState, AssignmentType, DeviceType, ExpiryStatus, NetworkType,
    ReservationType, SyncStatus,
};

/// What identifies an address record. The same address under another owner is another record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressKey {
    pub address_space: AddressSpaceName,
    pub ip_address: IpAddr,
    pub owner: Owner,
}

impl std::fmt::Display for AddressKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} ({}){}",
            self.ip_address,
            self.owner,
            self.address_space.beside()
        )
    }
}

/// Parameters of `Add-IpamAddress`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddress {
    pub address_space: AddressSpaceName,
    pub ip_address: IpAddr,
    pub owner: Owner,
    pub details: AddressDetails,
}

impl NewAddress {
    /// The address with the dialog's defaults.
    pub fn new(ip_address: IpAddr) -> NewAddress {
        NewAddress {
            address_space: AddressSpaceName::default(),
            ip_address,
            owner: Owner::localhost(),
            details: AddressDetails::default(),
        }
    }
}

/// Every field of an address record that can be edited. Empty text means no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressDetails {
    pub device_type: DeviceType,
    pub ip_address_state: AddressState,
    pub assignment_type: AssignmentType,
    /// Where it is not that of the range or of the address space (domain 5.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_type: Option<NetworkType>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub device_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_address: Option<MacAddress>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub asset_tag: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub serial_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment_date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry_date: Option<Date>,

    /// The DHCP server that the reservation is pushed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_server: Option<Fqdn>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reservation_name: String,
    /// IPv4 only; an IPv6 reservation is always for DHCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_type: Option<ReservationType>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reservation_description: String,
    /// The IPv4 client; without it the MAC address stands for the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duid: Option<Duid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iaid: Option<u32>,
    /// Filled in from the scopes of the reservation server when the record is stored.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reservation_scope_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_scope_details: Option<IpNet>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_lookup_zone: Option<Fqdn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_lookup_primary_server: Option<Fqdn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverse_lookup_zone: Option<Fqdn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverse_lookup_primary_server: Option<Fqdn>,

    /// Custom fields and their values (domain 9.2).
    #[serde(skip_serializing_if = "CustomValues::is_empty")]
    pub custom: CustomValues,

    /// The name in the PTR record that collection made this record from, and last saw there
    /// (domain 8.4). A record as it was made goes with its PTR record; one that differs from it in
    /// any field is somebody's, and stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_from_dns_resource_record: Option<Fqdn>,
}

impl Default for AddressDetails {
    /// The dialog's defaults: `Host`, `In-Use`, `Static`.
    fn default() -> AddressDetails {
        AddressDetails {
            device_type: DeviceType::Host,
            ip_address_state: AddressState::InUse,
            assignment_type: AssignmentType::Static,
            network_type: None,
            device_name: String::new(),
            mac_address: None,
            description: String::new(),
            owner: String::new(),
            asset_tag: String::new(),
            serial_number: String::new(),
            assignment_date: None,
            expiry_date: None,
            reservation_server: None,
            reservation_name: String::new(),
            reservation_type: None,
            reservation_description: String::new(),
            client_id: None,
            duid: None,
            iaid: None,
            reservation_scope_name: String::new(),
            reservation_scope_details: None,
            forward_lookup_zone: None,
            forward_lookup_primary_server: None,
            reverse_lookup_zone: None,
            reverse_lookup_primary_server: None,
            custom: CustomValues::default(),
            created_from_dns_resource_record: None,
        }
    }
}

/// What became of the last push of one of an address's records (domain 8.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncState {
    pub status: SyncStatus,
    /// Protocol state *Exists*: the record is known to be on the server, and its server is the
    /// address's own service instance (domain 8.3, 12.26).
    pub exists: bool,
    /// Why it failed, or what else was noticed.
    pub detail: String,
    /// When the push ended, or began if it never ended.
    pub at: Option<Timestamp>,
    /// The server last pushed to.
    pub server: Option<Fqdn>,
    /// What was written there, as a person would name it: `web1.corp.example A 10.0.1.20`.
    pub record: String,
    /// Of a reservation, the server on which a search showed the address as free when it was
    /// allocated; until a push has worked. One of somebody else found there meanwhile is newer
    /// than what the administrator saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_on: Option<Fqdn>,
    /// Of a reservation in a scope that is in a failover relationship, what became of the same
    /// push on the partner. It has no partner of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Box<SyncState>>,
}

impl Default for SyncState {
    fn default() -> SyncState {
        SyncState {
            status: SyncStatus::NotAttempted,
            exists: false,
            detail: String::new(),
            at: None,
            server: None,
            record: String::new(),
            free_on: None,
            partner: None,
        }
    }
}

/// An address record as `Get-IpamAddress` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub key: AddressKey,
    pub details: AddressDetails,
    /// The range it maps to; `None` is *Unmapped*.
    pub range: Option<RangeKey>,
    /// The same address is recorded under another owner too.
    pub duplicate: bool,
    /// Against the calendar when it was asked for; `None` within the engine.
    pub expiry_status: ExpiryStatus,
    pub dhcp_reservation_sync: SyncState,
    pub dns_host_record_sync: SyncState,
    pub dns_ptr_record_sync: SyncState,
}

/// Which address records to list; every given field must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressQuery {
    pub ip_address: Option<IpAddr>,
    pub managed_by_service: Option<super::words::ManagedByService>,
    pub service_instance: Option<String>,
    pub address_space: Option<AddressSpaceName>,
    pub address_family: Option<Family>,
    pub address_category: Option<AddressCategory>,
    pub network_type: Option<NetworkType>,
    /// Only addresses that map to no range.
    pub unmapped: bool,
    /// Only addresses that map to this range.
    pub mapped_to: Option<RangeKey>,
    /// Only addresses that stand so against their expiry date.
    pub expiry_status: Option<ExpiryStatus>,
    /// Only addresses whose range maps to this block.
    pub mapping_to_block: Option<BlockKey>,
    /// Only addresses whose range is part of this subnet.
    pub mapping_to_subnet: Option<SubnetKey>,
}
