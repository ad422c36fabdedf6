//! Criteria 4 and 5: a ping and a reverse lookup for every candidate of a window, all at once.

use std::net::IpAddr;
use std::time::Duration;

use futures_util::future::{join, join_all};

use crate::ipam::engine::Ipam;
use crate::ipam::resolver::PtrAnswer;
use crate::net::PingReply;

use super::candidate::{PingStatus, PtrStatus, Reason};

/// How long an echo may take. The console's own figure is not published.
pub const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// Echo requests that must stay unanswered before an address counts as silent. One lost packet
/// must not give away the address of a living host.
pub const PING_TRIES: usize = 2;

/// What the probes say about one address.
pub(super) struct Evidence {
    pub(super) ping: PingStatus,
    pub(super) ptr: PtrStatus,
}

impl Evidence {
    /// The reasons against an address that nothing else spoke against.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if self.ping == PingStatus::Reply {
            reasons.push(Reason::AnswersPing);
        }
        match self.ptr {
            PtrStatus::Found(_) => reasons.push(Reason::HasPtrRecord),
            // Nobody knows whether there is a record, so the fifth criterion does not hold.
            PtrStatus::Undetected => reasons.push(Reason::PtrUnknown),
            PtrStatus::NotFound => {}
        }
        reasons
    }
}

impl Ipam {
    /// Probes a window of addresses; the evidence comes in their order.
    pub(super) async fn probe(&self, addresses: &[IpAddr]) -> Vec<Evidence> {
        let (pings, ptrs) = join(
            self.ping_all(addresses),
            self.resolver.lookup_ptrs(addresses),
        )
        .await;
        let mut evidence: Vec<Evidence> = pings
            .into_iter()
            .zip(ptrs)
            .map(|(ping, ptr)| Evidence {
                ping,
                ptr: status_of(ptr),
            })
            .collect();
        for _ in 1..PING_TRIES {
            self.ping_again(addresses, &mut evidence).await;
        }
        evidence
    }

    async fn ping_all(&self, addresses: &[IpAddr]) -> Vec<PingStatus> {
        let pings = addresses
            .iter()
            .map(|address| self.endpoint.ping(*address, PING_TIMEOUT));
        let replies = join_all(pings).await;
        replies.into_iter().map(ping_status).collect()
    }

    /// Only addresses that would be available on a single ping are worth another one.
    async fn ping_again(&self, addresses: &[IpAddr], evidence: &mut [Evidence]) {
        let open: Vec<usize> = (0..addresses.len())
            .filter(|index| evidence[*index].reasons().is_empty())
            .collect();
        let asked: Vec<IpAddr> = open.iter().map(|index| addresses[*index]).collect();
        for (index, ping) in open.into_iter().zip(self.ping_all(&asked).await) {
            evidence[index].ping = ping;
        }
    }
}

fn ping_status(reply: PingReply) -> PingStatus {
    match reply {
        PingReply::Alive { .. } => PingStatus::Reply,
        PingReply::TimedOut => PingStatus::NoReply,
    }
}

fn status_of(answer: PtrAnswer) -> PtrStatus {
    match answer {
        PtrAnswer::Found(names) => names
            .into_iter()
            .next()
            .map_or(PtrStatus::NotFound, PtrStatus::Found),
        PtrAnswer::NotFound(_) => PtrStatus::NotFound,
        PtrAnswer::TimedOut => PtrStatus::Undetected,
    }
}
