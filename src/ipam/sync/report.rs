//! What a push reports.

use std::fmt;

use crate::base::Fqdn;
use crate::ipam::error::ErrorId;
use crate::ipam::space::{AddressKey, SyncState};

/// Which record of an address a push is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    DhcpReservation,
    DnsHostRecord,
    DnsPtrRecord,
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            RecordKind::DhcpReservation => "DHCP Reservation",
            RecordKind::DnsHostRecord => "DNS Host Record",
            RecordKind::DnsPtrRecord => "DNS PTR Record",
        })
    }
}

/// How one push ended; the same is stored on the address record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    pub address: AddressKey,
    pub kind: RecordKind,
    /// The server pushed to.
    pub server: Fqdn,
    /// Status, detail, and what was written.
    pub state: SyncState,
    /// The protocol's fault of a push that failed.
    pub fault: Option<ErrorId>,
}
