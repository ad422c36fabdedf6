//! What a collection run got from each server.

use std::collections::BTreeMap;
use std::fmt;

use crate::base::Fqdn;
use crate::ipam::inventory::DataRetrievalStatus;
use crate::ipam::remote::Stage;
use crate::ipam::space::from_ptr::PtrAddresses;
use crate::ipam::tasks::ExpiryCount;
use crate::ipam::usage::SampleReport;
use crate::wire::windows::Win32Error;

/// A kind of data that is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CollectionKind {
    /// DHCP scopes, which become ranges (ServerConfiguration).
    DhcpScopes,
    /// Zones of a DNS server (ServerConfiguration).
    DnsZones,
    /// PTR records of the reverse zones that ranges are mapped to (ServerConfiguration).
    PtrRecords,
    /// Zone status of a DNS server (ServiceMonitoring).
    ZoneStatus,
    /// Running state of services (ServerAvailability).
    Availability,
    /// Addresses in use per scope (AddressUtilization).
    Utilization,
    /// DHCP configuration events (Audit).
    ConfigurationEvents,
    /// DHCP lease events from the audit share (Audit).
    LeaseEvents,
    /// Logon events of a DC or NPS (Audit).
    LogonEvents,
}

impl fmt::Display for CollectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CollectionKind::DhcpScopes => "DHCP scopes",
            CollectionKind::DnsZones => "DNS zones",
            CollectionKind::PtrRecords => "PTR records",
            CollectionKind::ZoneStatus => "zone status",
            CollectionKind::Availability => "availability",
            CollectionKind::Utilization => "utilization",
            CollectionKind::ConfigurationEvents => "configuration events",
            CollectionKind::LeaseEvents => "lease events",
            CollectionKind::LogonEvents => "logon events",
        })
    }
}

/// How collecting one kind of data from one server ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollectionOutcome {
    /// Rows read in this run; new ones only where there is a bookmark.
    Collected {
        rows: usize,
    },
    Failed {
        stage: Stage,
        error: Win32Error,
    },
}

/// Everything one run got from one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCollection {
    pub server: Fqdn,
    /// Why nothing was asked of it: its manageability is not Managed (A15).
    pub skipped: Option<String>,
    pub outcomes: BTreeMap<CollectionKind, CollectionOutcome>,
    pub data_retrieval: DataRetrievalStatus,
}

/// A collection run, ordered by server name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CollectionReport {
    pub servers: Vec<ServerCollection>,
    /// What became of the addresses in the reverse zones that were read, by zone.
    pub ptr_addresses: BTreeMap<Fqdn, PtrAddresses>,
    /// What sampling the utilization found, where it was part of the run.
    pub utilization: Option<SampleReport>,
    /// What computing expiry found, where it was part of the run.
    pub expiry: Option<ExpiryCount>,
    /// Own configuration events taken over into the catalogue, where that was part of the run.
    pub own_events: Option<usize>,
}
