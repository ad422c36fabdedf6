//! What a server refused to answer and why: counters by cause and the latest few in words.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::SocketAddr;

use crate::base::Moment;
use crate::wire::dhcp::Malformed;

/// How many entries are kept. Enough to read, too few to fill a memory.
const KEPT: usize = 256;

/// Why a datagram had no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// It is no DHCP message.
    Malformed(Malformed),
    /// It is one that only servers send, or that this server does not speak.
    NotForServers(String),
    /// The directory does not list the server (domain 3.2).
    Unauthorised,
    /// No scope serves the link it came from.
    NoScope,
    /// It names another server.
    OtherServer,
    /// The message lacks, or has, what its kind must have, or must not have.
    Rule(&'static str),
    /// The client is unknown here, and another server may know it.
    UnknownClient,
    /// No address is left for the client.
    Exhausted,
}

impl Unanswered {
    /// The cause without its numbers, by which it is counted.
    pub fn label(&self) -> &'static str {
        match self {
            Unanswered::Malformed(malformed) => malformed.flaw.label(),
            Unanswered::NotForServers(_) => "not for servers",
            Unanswered::Unauthorised => "server not authorised",
            Unanswered::NoScope => "no scope for the link",
            Unanswered::OtherServer => "meant for another server",
            Unanswered::Rule(rule) => rule,
            Unanswered::UnknownClient => "unknown client",
            Unanswered::Exhausted => "no address left",
        }
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unanswered::Malformed(malformed) => write!(f, "malformed: {malformed}"),
            Unanswered::NotForServers(kind) => write!(f, "not for servers: {kind}"),
            other => f.write_str(other.label()),
        }
    }
}

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub at: Moment,
    pub from: SocketAddr,
    pub why: Unanswered,
}

/// The refusals of one server.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    counts: BTreeMap<&'static str, u64>,
    latest: VecDeque<Diagnostic>,
}

impl Diagnostics {
    pub(super) fn note(&mut self, at: Moment, from: SocketAddr, why: Unanswered) {
        *self.counts.entry(why.label()).or_default() += 1;
        if self.latest.len() == KEPT {
            self.latest.pop_front();
        }
        self.latest.push_back(Diagnostic { at, from, why });
    }

    /// How often each cause occurred.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// How often this cause occurred.
    pub fn count(&self, label: &str) -> u64 {
        self.counts.get(label).copied().unwrap_or(0)
    }

    /// The latest refusals, oldest first.
    pub fn latest(&self) -> impl Iterator<Item = &Diagnostic> {
        self.latest.iter()
    }
}
