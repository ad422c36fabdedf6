//! ICMP echo: who asks, who answers, and how it ends (RFC 792, RFC 4443).

use std::net::{IpAddr, SocketAddr};
use std::task::Waker;
use std::time::Duration;

use crate::base::SimTime;
use crate::base::time::millis;
use crate::net::endpoint::PingReply;
use crate::net::packet::{DropReason, PacketKind, Transport};

use super::hosts::{Holder, HostId};
use super::ledger::PacketId;
use super::services::{Happening, ServiceKey};
use super::slots::Key;
use super::state::{Errand, Job, Outgoing, State};

/// An echo request that waits for its reply.
#[derive(Debug)]
pub(super) struct Ping {
    target: IpAddr,
    sent: SimTime,
    asker: Asker,
}

#[derive(Debug)]
enum Asker {
    Client {
        waker: Option<Waker>,
        outcome: Option<PingReply>,
    },
    Service {
        key: ServiceKey,
        epoch: u32,
        token: u64,
    },
}

/// The program that Windows firewall rules for ICMP apply to.
const ICMP_PROGRAM: &str = "System";

impl State {
    pub(super) fn client_pings(&mut self, host: HostId, target: IpAddr, timeout: Duration) -> Key {
        let asker = Asker::Client {
            waker: None,
            outcome: None,
        };
        self.ping(host, target, timeout, asker)
    }

    pub(super) fn service_pings(
        &mut self,
        key: ServiceKey,
        target: IpAddr,
        timeout: Duration,
        token: u64,
    ) {
        let record = self.record(key);
        let (host, epoch) = (record.host, record.epoch);
        self.ping(host, target, timeout, Asker::Service { key, epoch, token });
    }

    /// Sends one echo request. A host without an address of the family sends nothing and waits
    /// in vain.
    fn ping(&mut self, host: HostId, target: IpAddr, timeout: Duration, asker: Asker) -> Key {
        let key = self.pings.insert(Ping {
            target,
            sent: self.now.sim,
            asker,
        });
        if let Some(own) = self.hosts.get(host).address_towards(target) {
            let out = Outgoing {
                transport: Transport::Icmp,
                kind: PacketKind::EchoRequest,
                from: SocketAddr::new(own, 0),
                to: SocketAddr::new(target, 0),
                payload: self.nothing.clone(),
            };
            self.transmit(out, Errand::EchoRequest(key));
        }
        self.plan_in(millis(timeout), Job::PingExpire(key));
        key
    }

    pub(super) fn echo_request_arrives(&mut self, packet: PacketId, ping: Key) {
        let request = self.ledger.get(packet);
        let (from, to) = (request.from, request.to);
        let outcome = self.echo_admitted(from, to);
        let answers = outcome.is_ok();
        self.settle(packet, outcome);
        if answers {
            let out = Outgoing {
                transport: Transport::Icmp,
                kind: PacketKind::EchoReply,
                from: to,
                to: from,
                payload: self.nothing.clone(),
            };
            self.transmit(out, Errand::EchoReply(ping));
        }
    }

    fn echo_admitted(&self, from: SocketAddr, to: SocketAddr) -> Result<(), DropReason> {
        let station = self.hosts.at(to.ip()).ok_or(DropReason::NoHost)?;
        if let Holder::Host(host) = station.holder {
            if !self.hosts.get(host).up {
                return Err(DropReason::HostDown);
            }
            self.admit(host, Transport::Icmp, (from, to), ICMP_PROGRAM)?;
        }
        if station.answers_ping {
            Ok(())
        } else {
            Err(DropReason::Silent)
        }
    }

    pub(super) fn echo_reply_arrives(&mut self, packet: PacketId, ping: Key) {
        let to = self.ledger.get(packet).to;
        let up = match self.host_at(to) {
            Some(host) if self.hosts.get(host).up => Ok(()),
            Some(_) => Err(DropReason::HostDown),
            None => Err(DropReason::NoHost),
        };
        let arrived = up.is_ok();
        self.settle(packet, up);
        if arrived {
            let round_trip = self
                .pings
                .get(ping)
                .map(|ping| self.now.sim.since(ping.sent));
            if let Some(round_trip) = round_trip {
                self.ping_over(ping, Some(round_trip));
            }
        }
    }

    /// Ends a ping with a round trip, or without one at its time-out.
    pub(super) fn ping_over(&mut self, key: Key, round_trip: Option<Duration>) {
        let Some(ping) = self.pings.get_mut(key) else {
            return;
        };
        match &mut ping.asker {
            Asker::Client { waker, outcome } => {
                if outcome.is_none() {
                    *outcome = Some(match round_trip {
                        Some(round_trip) => PingReply::Alive { round_trip },
                        None => PingReply::TimedOut,
                    });
                    self.woken.extend(waker.take());
                }
            }
            Asker::Service {
                key: of,
                epoch,
                token,
            } => {
                let (service, epoch) = (*of, *epoch);
                let done = Happening::PingDone {
                    token: *token,
                    target: ping.target,
                    alive: round_trip.is_some(),
                };
                self.pings.remove(key);
                if self.record(service).epoch == epoch {
                    self.tell(service, done);
                }
            }
        }
    }

    /// How a client's ping ended, or `None` after leaving `waker` to be told.
    pub(super) fn ping_outcome(&mut self, key: Key, waker: &Waker) -> Option<PingReply> {
        match &mut self.pings.get_mut(key)?.asker {
            Asker::Client {
                outcome: Some(reply),
                ..
            } => Some(*reply),
            Asker::Client { waker: slot, .. } => {
                *slot = Some(waker.clone());
                None
            }
            Asker::Service { .. } => None,
        }
    }
}
