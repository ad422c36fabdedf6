//! Asking one DNS server.

use std::cell::RefCell;
use std::net::IpAddr;

use crate::base::{Fqdn, Stream};
use crate::net::Endpoint;
use crate::wire::dns::{DnsName, RecordType, TsigKey};

use super::answer::{Answer, Change, Prerequisite, PtrAnswer, UpdateOutcome};

/// A DNS client that asks one server.
pub struct Resolver {
    endpoint: Endpoint,
    server: IpAddr,
    rng: RefCell<Stream>,
}

impl Resolver {
    /// A client on the host behind `endpoint`, drawing message ids from `rng`.
    pub fn new(endpoint: Endpoint, server: IpAddr, rng: Stream) -> Resolver {
        Resolver {
            endpoint,
            server,
            rng: RefCell::new(rng),
        }
    }

    /// One question to the host's DNS server.
    pub async fn query(&self, _name: &DnsName, _kind: RecordType) -> Answer {
        todo!()
    }

    /// The addresses of a host, A before AAAA; empty when there are none or nobody answers.
    pub async fn lookup_host(&self, _name: &Fqdn) -> Vec<IpAddr> {
        todo!()
    }

    /// The name of an address.
    pub async fn lookup_ptr(&self, _address: IpAddr) -> PtrAnswer {
        todo!()
    }

    /// An update of `zone` at `server`, signed with `key`, as a whole or not at all.
    pub async fn update(
        &self,
        _server: IpAddr,
        _zone: &Fqdn,
        _prerequisites: &[Prerequisite],
        _changes: &[Change],
        _key: Option<&TsigKey>,
    ) -> UpdateOutcome {
        todo!()
    }
}
