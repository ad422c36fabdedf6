//! What a server has seen since it started.

use std::collections::BTreeMap;

use crate::wire::dns::Rcode;

/// Counters, zeroed by a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DnsStats {
    /// Messages received, good or bad.
    pub received: u64,
    pub queries: u64,
    pub updates: u64,
    pub transfers: u64,
    /// Messages that could not be decoded.
    pub malformed: u64,
    /// Messages that got no answer: too short for a header, or themselves responses.
    pub dropped: u64,
    /// Answers by code. The commonest three have places of their own: they are counted a million
    /// times a second.
    no_error: u64,
    no_name: u64,
    refused: u64,
    other: BTreeMap<Rcode, u64>,
}

impl DnsStats {
    pub(super) fn answered(&mut self, rcode: Rcode) {
        match rcode {
            Rcode::NOERROR => self.no_error += 1,
            Rcode::NXDOMAIN => self.no_name += 1,
            Rcode::REFUSED => self.refused += 1,
            other => *self.other.entry(other).or_default() += 1,
        }
    }

    /// Answers with this code.
    pub fn answers(&self, rcode: Rcode) -> u64 {
        match rcode {
            Rcode::NOERROR => self.no_error,
            Rcode::NXDOMAIN => self.no_name,
            Rcode::REFUSED => self.refused,
            other => self.other.get(&other).copied().unwrap_or(0),
        }
    }
}
