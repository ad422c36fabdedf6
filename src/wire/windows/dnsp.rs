//! DNS server management (MS-DNSP): zones and records.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::base::Fqdn;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Server properties: what the DNS RPC access check reads.
    ServerInfo,
    EnumZones,
    /// Every record at a node of a zone; all nodes when `name` is `None`.
    EnumRecords {
        zone: Fqdn,
        name: Option<Fqdn>,
    },
    AddRecord {
        zone: Fqdn,
        name: Fqdn,
        ttl: u32,
        data: RecordData,
    },
    /// Deleting at an absent node succeeds (domain 8.7).
    DeleteRecord {
        zone: Fqdn,
        name: Fqdn,
        data: RecordData,
    },
}

impl Request {
    /// Whether the call changes records.
    pub fn is_write(&self) -> bool {
        match self {
            Request::ServerInfo | Request::EnumZones | Request::EnumRecords { .. } => false,
            Request::AddRecord { .. } | Request::DeleteRecord { .. } => true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RecordData {
    A(std::net::Ipv4Addr),
    Aaaa(std::net::Ipv6Addr),
    Ptr(Fqdn),
    Cname(Fqdn),
    Ns(Fqdn),
    Txt(String),
    /// Any other type, in presentation form.
    Other {
        kind: String,
        text: String,
    },
}

impl RecordData {
    /// The record of the host at `address`.
    pub fn of_address(address: IpAddr) -> RecordData {
        match address {
            IpAddr::V4(v4) => RecordData::A(v4),
            IpAddr::V6(v6) => RecordData::Aaaa(v6),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    ServerInfo {
        version: String,
        directory_integrated: bool,
    },
    Zones(Vec<ZoneInfo>),
    Records(Vec<Record>),
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneInfo {
    pub name: Fqdn,
    pub kind: ZoneKind,
    pub storage: ZoneStorage,
    pub reverse: bool,
    pub updates: DynamicUpdate,
    pub paused: bool,
    pub serial: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ZoneKind {
    Primary,
    Secondary,
    Stub,
    Forwarder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ZoneStorage {
    AdIntegrated,
    FileBacked,
}

/// Which RFC 2136 updates a zone takes (domain 8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DynamicUpdate {
    None,
    NonsecureAndSecure,
    Secure,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub name: Fqdn,
    pub ttl: u32,
    pub data: RecordData,
}
