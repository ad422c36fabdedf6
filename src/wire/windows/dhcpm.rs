//! DHCP server management (MS-DHCPM), IPv4 and IPv6 in one vocabulary.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::{ClientId, Duid, Fqdn, MacAddress};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Family {
    V4,
    V6,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Needs no group membership (domain 4.3).
    GetVersion,
    /// Scopes with ranges, exclusions and options, at most `max` after the scope `after`.
    EnumScopes {
        family: Family,
        after: Option<IpNet>,
        max: u32,
    },
    GetScope {
        scope: IpNet,
    },
    EnumReservations {
        scope: IpNet,
    },
    EnumLeases {
        scope: IpNet,
    },
    /// `DhcpV4GetFreeIPAddress` (domain 8.6).
    GetFreeAddresses {
        scope: IpNet,
        start: Option<IpAddr>,
        end: Option<IpAddr>,
        count: u32,
    },
    AddReservation {
        scope: IpNet,
        reservation: Reservation,
    },
    /// Changes name, description and type of the reservation of the same address and client.
    UpdateReservation {
        scope: IpNet,
        reservation: Reservation,
    },
    RemoveReservation {
        scope: IpNet,
        address: IpAddr,
    },
    /// The same for the reservation of one client: with another client's there, the server knows
    /// no such reservation. The element that is removed names address and client.
    RemoveReservationOf {
        scope: IpNet,
        address: IpAddr,
        client: ReservedClient,
    },
    /// `DhcpDeleteClientInfo`: ends a lease, or forgets one that ended.
    DeleteLease {
        scope: IpNet,
        address: IpAddr,
    },
    CreateScope(ScopeInfo),
    /// Makes name, state, range, exclusions, lease time and options of an IPv4 scope those of the
    /// description. Reservations, leases, superscope and failover relationship stay.
    SetScope(ScopeInfo),
    DeleteScope {
        scope: IpNet,
        force: bool,
    },
    AddExclusion {
        scope: IpNet,
        first: IpAddr,
        last: IpAddr,
    },
    RemoveExclusion {
        scope: IpNet,
        first: IpAddr,
        last: IpAddr,
    },
    SetScopeState {
        scope: IpNet,
        active: bool,
    },
}

impl Request {
    /// Whether the call changes the server, which needs DHCP Administrators (domain 4.3).
    pub fn is_write(&self) -> bool {
        use Request::*;
        match self {
            GetVersion
            | EnumScopes { .. }
            | GetScope { .. }
            | EnumReservations { .. }
            | EnumLeases { .. }
            | GetFreeAddresses { .. } => false,
            AddReservation { .. }
            | UpdateReservation { .. }
            | RemoveReservation { .. }
            | RemoveReservationOf { .. }
            | DeleteLease { .. }
            | CreateScope(_)
            | SetScope(_)
            | DeleteScope { .. }
            | AddExclusion { .. }
            | RemoveExclusion { .. }
            | SetScopeState { .. } => true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "a response is made, sent and taken apart, and never kept"
)]
pub enum Response {
    Version {
        major: u32,
        minor: u32,
    },
    Scopes(Vec<ScopeInfo>),
    Scope(ScopeInfo),
    Reservations(Vec<Reservation>),
    Leases(Vec<Lease>),
    /// `exhausted` stands for the special result 20126: fewer were free than asked for.
    FreeAddresses {
        addresses: Vec<IpAddr>,
        exhausted: bool,
    },
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeInfo {
    /// Subnet address and mask, the scope's identity (domain 8.5).
    pub scope: IpNet,
    pub name: String,
    pub active: bool,
    /// One contiguous range; for IPv6 the whole prefix.
    pub first: IpAddr,
    pub last: IpAddr,
    pub exclusions: Vec<(IpAddr, IpAddr)>,
    pub lease_seconds: u32,
    pub superscope: Option<String>,
    /// The failover relationship that it is part of; IPv4 only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<Failover>,
    pub routers: Vec<IpAddr>,
    pub dns_servers: Vec<IpAddr>,
    pub dns_domain: Option<String>,
    /// Addresses now leased or reserved and active, for utilization.
    pub in_use: u64,
}

/// A failover relationship, as one of its two servers shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failover {
    pub relationship: String,
    /// The other server.
    pub partner: Fqdn,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    pub address: IpAddr,
    pub client: ReservedClient,
    pub name: String,
    pub description: String,
    pub kind: ReservationKind,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReservedClient {
    Mac(MacAddress),
    ClientId(ClientId),
    V6 { duid: Duid, iaid: u32 },
}

/// Which protocol may use a reservation (domain 8.5); IPv6 is always `Dhcp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReservationKind {
    Dhcp,
    Bootp,
    Both,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub address: IpAddr,
    pub client: ReservedClient,
    pub host_name: String,
    pub state: LeaseState,
    /// `None` for a reservation that nobody uses.
    pub expires: Option<Timestamp>,
}

/// Lease states a listing shows (domain 8.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LeaseState {
    Offered,
    Active,
    Declined,
    Expired,
    ActiveReservation,
    InactiveReservation,
}
