//! One thing on one server that a push writes or takes away.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::base::Fqdn;
use crate::ipam::inventory::ServerRole;
use crate::ipam::rbac::Object;
use crate::wire::dns::Data;
use crate::wire::windows::dhcpm::Reservation;
use crate::wire::windows::dnsp::RecordData;

/// What a server holds for an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    Reservation {
        scope: IpNet,
        reservation: Reservation,
    },
    Record {
        zone: Fqdn,
        name: Fqdn,
        data: RecordData,
    },
}

/// An entry and the server it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub server: Fqdn,
    pub entry: Entry,
}

impl Written {
    /// The entry as an object of access.
    pub(super) fn object(&self) -> Object {
        match &self.entry {
            Entry::Reservation { scope, .. } => Object::DhcpScope {
                server: self.server.clone(),
                scope: *scope,
            },
            Entry::Record { zone, name, data } => Object::DnsRecord {
                server: Some(self.server.clone()),
                zone: zone.clone(),
                name: name.clone(),
                kind: kind_word(data).to_owned(),
            },
        }
    }

    /// The role that its server must be managed in.
    pub(super) fn role(&self) -> ServerRole {
        match self.entry {
            Entry::Reservation { .. } => ServerRole::Dhcp,
            Entry::Record { .. } => ServerRole::Dns,
        }
    }

    /// Whether the server holds at most one of the two: an address is reserved once (domain 8.5).
    pub(in crate::ipam) fn same_place(&self, other: &Written) -> bool {
        match (&self.entry, &other.entry) {
            (
                Entry::Reservation { reservation, .. },
                Entry::Reservation {
                    reservation: others,
                    ..
                },
            ) => self.server == other.server && reservation.address == others.address,
            _ => self == other,
        }
    }
}

/// The type of a record as zone files write it.
pub(in crate::ipam) fn kind_word(data: &RecordData) -> &str {
    match data {
        RecordData::A(_) => "A",
        RecordData::Aaaa(_) => "AAAA",
        RecordData::Ptr(_) => "PTR",
        RecordData::Cname(_) => "CNAME",
        RecordData::Ns(_) => "NS",
        RecordData::Txt(_) => "TXT",
        RecordData::Other { kind, .. } => kind,
    }
}

/// The record data as it travels in a DNS message; `None` for types that no push writes.
pub(super) fn wire_data(data: &RecordData) -> Option<Data> {
    match data {
        RecordData::A(address) => Some(Data::of_address(IpAddr::V4(*address))),
        RecordData::Aaaa(address) => Some(Data::of_address(IpAddr::V6(*address))),
        RecordData::Ptr(target) => Some(Data::Ptr(target.into())),
        _ => None,
    }
}

impl fmt::Display for Entry {
    /// As a person would name it: `web1.corp.example A 10.0.1.20`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Reservation { scope, reservation } => {
                let (address, name) = (reservation.address, &reservation.name);
                write!(f, "{address} {name} in scope {scope}")
            }
            Entry::Record { name, data, .. } => {
                write!(f, "{name} {} ", kind_word(data))?;
                match data {
                    RecordData::A(address) => write!(f, "{address}"),
                    RecordData::Aaaa(address) => write!(f, "{address}"),
                    RecordData::Ptr(target)
                    | RecordData::Cname(target)
                    | RecordData::Ns(target) => {
                        write!(f, "{target}")
                    }
                    RecordData::Txt(text) | RecordData::Other { text, .. } => f.write_str(text),
                }
            }
        }
    }
}
