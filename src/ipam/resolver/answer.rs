//! How a query or an update can end.

use crate::base::Fqdn;
use crate::wire::dns::{Data, Rcode, RecordType, ResourceRecord};

/// How a query ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Records of the type asked for, or aliases on the way to them.
    Records(Vec<ResourceRecord>),
    NxDomain,
    /// The name exists without the type.
    NoData,
    /// The server answered with another code: SERVFAIL, REFUSED, NOTAUTH ...
    Failed(Rcode),
    /// No answer to any try.
    TimedOut,
}

/// How a reverse lookup ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PtrAnswer {
    Found(Vec<Fqdn>),
    /// An answer without a PTR record, and its code.
    NotFound(Rcode),
    TimedOut,
}

/// A condition of an update (RFC 2136 section 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prerequisite {
    RrsetExists(Fqdn, RecordType),
    RrsetIs(Fqdn, Vec<Data>),
    RrsetAbsent(Fqdn, RecordType),
}

/// A change of an update (RFC 2136 section 2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Add { name: Fqdn, ttl: u32, data: Data },
    Delete { name: Fqdn, data: Data },
}

/// How an update ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateOutcome {
    Done,
    /// The server refused; nothing was changed.
    Refused(Rcode),
    /// The server refused the signature or the answer's own cannot be trusted.
    BadSignature(String),
    /// No usable answer: the update may have been made or not.
    Unknown,
}
