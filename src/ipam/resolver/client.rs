//! Asking one DNS server.

use std::cell::RefCell;
use std::net::{IpAddr, SocketAddr};

use futures_util::future::join;
use rand::Rng as _;

use crate::base::{Fqdn, Stream};
use crate::net::Endpoint;
use crate::wire::dns::{self, Data, DnsName, Rcode, RecordType, Reply, ReverseName};

use super::answer::{Answer, PtrAnswer};
use super::exchange::{TRY_TIMEOUTS, over_tcp, over_udp};

/// The port of every DNS server.
pub const DNS_PORT: u16 = 53;

/// A DNS client on one host, with the server that the host's network interface names.
pub struct Resolver {
    pub(super) endpoint: Endpoint,
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

    /// The stack it sends on.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where its questions go.
    pub fn server(&self) -> SocketAddr {
        SocketAddr::new(self.server, DNS_PORT)
    }

    /// A message id.
    pub(in crate::ipam) fn next_id(&self) -> u16 {
        (self.rng.borrow_mut().next_u32() >> 16) as u16
    }

    /// One question to the host's own DNS server.
    pub async fn query(&self, name: &DnsName, kind: RecordType) -> Answer {
        self.query_at(self.server, name, kind).await
    }

    /// One question to `server`: UDP, tried [`TRY_TIMEOUTS`] times, and TCP for a truncated
    /// answer (RFC 7766 section 5).
    pub async fn query_at(&self, server: IpAddr, name: &DnsName, kind: RecordType) -> Answer {
        let to = SocketAddr::new(server, DNS_PORT);
        for timeout in TRY_TIMEOUTS {
            let id = self.next_id();
            let message = dns::query(id, name, kind);
            let ours = |bytes: &[u8]| {
                let reply = Reply::parse(bytes).ok()?;
                reply.answers_to(id, name, kind).then_some(reply)
            };
            let Some(reply) = over_udp(&self.endpoint, to, &message, timeout, ours).await else {
                continue;
            };
            if !reply.truncated {
                return answer_of(reply, kind);
            }
            let whole = over_tcp(&self.endpoint, to, &message, timeout).await;
            return match whole.as_deref().and_then(ours) {
                Some(reply) => answer_of(reply, kind),
                None => Answer::TimedOut,
            };
        }
        Answer::TimedOut
    }

    /// The addresses of a host, A before AAAA; empty when there are none or nobody answers.
    pub async fn lookup_host(&self, name: &Fqdn) -> Vec<IpAddr> {
        let name = DnsName::from(name);
        let (v4, v6) = join(
            self.query(&name, RecordType::A),
            self.query(&name, RecordType::AAAA),
        )
        .await;
        let records = [v4, v6].into_iter().flat_map(|answer| match answer {
            Answer::Records(records) => records,
            _ => Vec::new(),
        });
        records
            .filter_map(|record| match record.data {
                Data::A(v4) => Some(IpAddr::V4(v4)),
                Data::Aaaa(v6) => Some(IpAddr::V6(v6)),
                _ => None,
            })
            .collect()
    }

    /// The names of an address.
    pub async fn lookup_ptr(&self, address: IpAddr) -> PtrAnswer {
        let name = ReverseName::of(address).name();
        match self.query(&name, RecordType::PTR).await {
            Answer::Records(records) => {
                let names: Vec<Fqdn> = records.into_iter().filter_map(ptr_target).collect();
                if names.is_empty() {
                    PtrAnswer::NotFound(Rcode::NOERROR)
                } else {
                    PtrAnswer::Found(names)
                }
            }
            Answer::NoData => PtrAnswer::NotFound(Rcode::NOERROR),
            Answer::NxDomain => PtrAnswer::NotFound(Rcode::NXDOMAIN),
            Answer::Failed(rcode) => PtrAnswer::NotFound(rcode),
            Answer::TimedOut => PtrAnswer::TimedOut,
        }
    }
}

/// The name that a PTR record points to.
pub(super) fn ptr_target(record: dns::ResourceRecord) -> Option<Fqdn> {
    match record.data {
        Data::Ptr(target) => target.to_fqdn(),
        _ => None,
    }
}

fn answer_of(reply: Reply, kind: RecordType) -> Answer {
    match reply.rcode {
        Rcode::NOERROR
            if reply
                .answers
                .iter()
                .any(|record| record.data.kind() == kind) =>
        {
            Answer::Records(reply.answers)
        }
        Rcode::NOERROR => Answer::NoData,
        Rcode::NXDOMAIN => Answer::NxDomain,
        other => Answer::Failed(other),
    }
}
