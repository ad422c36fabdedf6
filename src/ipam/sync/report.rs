//! What a push reports.

use std::fmt;
use std::str::FromStr;

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

impl RecordKind {
    pub const ALL: &[RecordKind] = &[
        RecordKind::DhcpReservation,
        RecordKind::DnsHostRecord,
        RecordKind::DnsPtrRecord,
    ];

    /// The console's words.
    pub fn word(self) -> &'static str {
        match self {
            RecordKind::DhcpReservation => "DHCP Reservation",
            RecordKind::DnsHostRecord => "DNS Host Record",
            RecordKind::DnsPtrRecord => "DNS PTR Record",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A text that is no kind of record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of record")]
pub struct UnknownKind(String);

impl FromStr for RecordKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<RecordKind, UnknownKind> {
        let mut kinds = RecordKind::ALL.iter().copied();
        let found = kinds.find(|kind| kind.word() == text);
        found.ok_or_else(|| UnknownKind(text.to_owned()))
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
    /// The same of the push to the failover partner, which `state.partner` tells of. It is tried
    /// once the server itself has taken the change.
    pub partner_fault: Option<ErrorId>,
}

impl SyncReport {
    /// Whether every server that was pushed to took the change.
    pub fn worked(&self) -> bool {
        self.fault.is_none() && self.partner_fault.is_none()
    }
}
