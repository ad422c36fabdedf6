//! What the comparison finds.

use std::fmt;
use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::sync::RecordKind;

/// How a server and the engine differ about one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disorder {
    /// On the server, written by this engine for an address record that is gone (domain 8.4).
    LeftBehind,
    /// On the server, and the address is in no record.
    NoRecord,
    /// On the server, and the address record asks for none there.
    NotAsked,
    /// On the server, written for the address record, which asks for it no longer.
    Superseded,
    /// On the server as recorded, and the sync status does not say so.
    Unconfirmed,
    /// The sync status says it is there, and it is not.
    Missing,
    /// The server holds something else than the address record asks for.
    Differs,
    /// On the server, and not so on the failover partner of its scope (domain 8.4).
    NotOnPartner,
    /// A host record whose address has no PTR record.
    WithoutPtr,
    /// A PTR record whose name has no such address.
    WithoutHost,
}

impl Disorder {
    pub const ALL: &[Disorder] = &[
        Disorder::LeftBehind,
        Disorder::NoRecord,
        Disorder::NotAsked,
        Disorder::Superseded,
        Disorder::Unconfirmed,
        Disorder::Missing,
        Disorder::Differs,
        Disorder::NotOnPartner,
        Disorder::WithoutPtr,
        Disorder::WithoutHost,
    ];

    /// In a word, as scenarios write it.
    pub fn key(self) -> &'static str {
        match self {
            Disorder::LeftBehind => "left-behind",
            Disorder::NoRecord => "no-record",
            Disorder::NotAsked => "not-asked",
            Disorder::Superseded => "superseded",
            Disorder::Unconfirmed => "unconfirmed",
            Disorder::Missing => "missing",
            Disorder::Differs => "differs",
            Disorder::NotOnPartner => "not-on-partner",
            Disorder::WithoutPtr => "without-ptr",
            Disorder::WithoutHost => "without-host",
        }
    }
}

impl fmt::Display for Disorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Disorder::LeftBehind => "left behind: its address record is gone",
            Disorder::NoRecord => "the address is in no record",
            Disorder::NotAsked => "the address record does not ask for it",
            Disorder::Superseded => "written for the address record, which asks for it no longer",
            Disorder::Unconfirmed => "there, though the sync status does not say so",
            Disorder::Missing => "not there, though the sync status says so",
            Disorder::Differs => "not as the address record has it",
            Disorder::NotOnPartner => "not so on its failover partner",
            Disorder::WithoutPtr => "a host record without a PTR record",
            Disorder::WithoutHost => "a PTR record without a host record",
        })
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub address: IpAddr,
    pub kind: RecordKind,
    pub disorder: Disorder,
    pub server: Fqdn,
    /// What the server holds; empty when nothing.
    pub held: String,
    /// What the address record says of it: its sync status, or what it asks for.
    pub recorded: String,
    /// What mends it, the likeliest first.
    pub remedies: Vec<String>,
}

impl Finding {
    /// As expectations of scenarios name it: `10.0.1.10 reservation left-behind`.
    pub fn in_words(&self) -> String {
        let kind = match self.kind {
            RecordKind::DhcpReservation => "reservation",
            RecordKind::DnsHostRecord => "host",
            RecordKind::DnsPtrRecord => "ptr",
        };
        format!("{} {kind} {}", self.address, self.disorder.key())
    }
}

/// A scope or zone that could not be read, so that nothing can be said about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    pub server: Fqdn,
    pub place: String,
    pub why: String,
}

/// The view as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrphanReport {
    /// By address, kind and disorder.
    pub findings: Vec<Finding>,
    pub unread: Vec<Unread>,
    /// How many scopes and zones were read.
    pub read: usize,
}
