//! Everything the simulated network holds, and the way of a packet from sender to errand.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::Waker;

use crate::base::{Moment, Seed, SimTime};
use crate::net::admission::{Admission, Admit, Flow};
use crate::net::fault::{Chain, Passing};
use crate::net::gate::Gate;
use crate::net::packet::{DropReason, Fate, Packet, PacketKind, Transport};

use super::gate::Held;
use super::hosts::{Holder, HostId, Hosts};
use super::icmp::Ping;
use super::ledger::{Ledger, PacketId};
use super::schedule::Schedule;
use super::services::{Call, Record, ServiceKey};
use super::slots::{Key, Slots};
use super::tcp::{Conn, Segment};
use super::tcp_send::Resend;
use super::udp::Socket;
use super::wait::Waiter;

/// Something that happens at a time.
#[derive(Debug)]
pub(super) enum Job {
    Arrive { packet: PacketId, errand: Errand },
    Expire(Key),
    PingExpire(Key),
    Call(Box<Call>),
    Resend(Box<Resend>),
    FaultAlarm(Rc<str>),
    RestartHost { host: HostId, crashes: u32 },
    RestartService { service: ServiceKey, epoch: u32 },
}

/// What a packet is under way for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Errand {
    Datagram,
    /// One receiver's copy of a broadcast or multicast datagram.
    GroupDatagram(HostId),
    EchoRequest(Key),
    EchoReply(Key),
    Segment(Segment),
}

/// A packet about to be sent.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) transport: Transport,
    pub(super) kind: PacketKind,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) payload: Rc<[u8]>,
}

pub(super) struct State {
    pub(super) now: Moment,
    pub(super) seed: Seed,
    pub(super) admission: Rc<dyn Admission>,
    pub(super) hosts: Hosts,
    schedule: Schedule<Job>,
    pub(super) ledger: Ledger,
    pub(super) faults: Chain,
    pub(super) gate: Option<Rc<dyn Gate>>,
    /// Packets that the gate holds, in order of sending.
    pub(super) held: Vec<Held>,
    pub(super) services: Vec<Record>,
    /// The places of each host's services, in order of binding.
    pub(super) services_by_host: BTreeMap<HostId, Vec<ServiceKey>>,
    pub(super) sockets: Slots<Socket>,
    pub(super) pings: Slots<Ping>,
    pub(super) conns: Slots<Conn>,
    pub(super) waiters: Slots<Waiter>,
    pub(super) default_latency_ms: u64,
    pub(super) latencies: BTreeMap<(HostId, HostId), u64>,
    /// Calls of services that the job at hand has brought about.
    pub(super) calls: VecDeque<Call>,
    /// Futures that the jobs done so far have made ready.
    pub(super) woken: Vec<Waker>,
    pub(super) nothing: Rc<[u8]>,
}

/// One-way latency of a link that nobody configured.
pub(super) const DEFAULT_LATENCY_MS: u64 = 1;

impl State {
    pub(super) fn new(now: Moment, seed: Seed, admission: Rc<dyn Admission>) -> State {
        State {
            now,
            seed,
            admission,
            hosts: Hosts::new(),
            schedule: Schedule::new(),
            ledger: Ledger::new(),
            faults: Chain::new(seed),
            gate: None,
            held: Vec::new(),
            services: Vec::new(),
            services_by_host: BTreeMap::new(),
            sockets: Slots::new(),
            pings: Slots::new(),
            conns: Slots::new(),
            waiters: Slots::new(),
            default_latency_ms: DEFAULT_LATENCY_MS,
            latencies: BTreeMap::new(),
            calls: VecDeque::new(),
            woken: Vec::new(),
            nothing: Rc::from([]),
        }
    }

    /// Schedules a job; one for the end of time never happens.
    pub(super) fn plan(&mut self, at: SimTime, job: Job) {
        if at.0 < u64::MAX {
            self.schedule.push(at, job);
        }
    }

    pub(super) fn plan_in(&mut self, delay_ms: u64, job: Job) {
        self.plan(SimTime(self.now.sim.0.saturating_add(delay_ms)), job);
    }

    /// When the next job is due.
    pub(super) fn next_at(&self) -> Option<SimTime> {
        self.schedule.next_at()
    }

    /// Does one due job; false when none is due.
    pub(super) fn step(&mut self) -> bool {
        let Some(job) = self.schedule.pop_due(self.now.sim) else {
            return false;
        };
        match job {
            Job::Arrive { packet, errand } => self.arrive(packet, errand),
            Job::Expire(key) => self.expire(key),
            Job::PingExpire(key) => self.ping_over(key, None),
            Job::Call(call) => self.calls.push_back(*call),
            Job::Resend(resend) => self.resend(*resend),
            Job::FaultAlarm(name) => self.fault_alarm(&name),
            Job::RestartHost { host, crashes } => self.restart_host(host, crashes),
            Job::RestartService { service, epoch } => self.restart_service(service, epoch),
        }
        true
    }

    fn arrive(&mut self, packet: PacketId, errand: Errand) {
        match errand {
            Errand::Datagram => self.datagram_arrives(packet, None),
            Errand::GroupDatagram(host) => self.datagram_arrives(packet, Some(host)),
            Errand::EchoRequest(ping) => self.echo_request_arrives(packet, ping),
            Errand::EchoReply(ping) => self.echo_reply_arrives(packet, ping),
            Errand::Segment(segment) => self.segment_arrives(packet, segment),
        }
    }

    /// Sends a packet; false when it is lost at once.
    pub(super) fn transmit(&mut self, out: Outgoing, errand: Errand) -> bool {
        let latency_ms = self.latency_ms(&out, errand);
        let sender = self.hosts.at(out.from.ip()).map(|station| station.holder);
        let id = self.write_down(out);
        if let Some(Holder::Host(host)) = sender
            && !self.hosts.get(host).up
        {
            self.ledger.dropped(id, DropReason::HostDown);
            return false;
        }
        if self.holds(id) {
            self.held.push(Held {
                packet: id,
                errand,
                latency_ms,
            });
            return true;
        }
        self.pass_on(id, latency_ms, errand)
    }

    /// Sends a packet that nothing holds on its way.
    pub(super) fn pass_on(&mut self, id: PacketId, latency_ms: u64, errand: Errand) -> bool {
        if self.faults.is_empty() {
            self.plan_in(latency_ms, Job::Arrive { packet: id, errand });
            return true;
        }
        self.pass_faults(id, latency_ms, errand)
    }

    pub(super) fn write_down(&mut self, out: Outgoing) -> PacketId {
        self.ledger.open(Packet {
            at: self.now.sim,
            transport: out.transport,
            from: out.from,
            to: out.to,
            kind: out.kind,
            payload: out.payload,
            fate: Fate::InFlight,
        })
    }

    fn latency_ms(&self, out: &Outgoing, errand: Errand) -> u64 {
        if self.latencies.is_empty() {
            return self.default_latency_ms;
        }
        let from = self.host_at(out.from);
        let to = match errand {
            Errand::GroupDatagram(host) => Some(host),
            _ => self.host_at(out.to),
        };
        from.zip(to)
            .and_then(|link| self.latencies.get(&link).copied())
            .unwrap_or(self.default_latency_ms)
    }

    pub(super) fn host_at(&self, address: SocketAddr) -> Option<HostId> {
        match self.hosts.at(address.ip())?.holder {
            Holder::Host(host) => Some(host),
            Holder::Device => None,
        }
    }

    /// Shows the packet to the fault chain and carries out what the chain says.
    fn pass_faults(&mut self, id: PacketId, latency_ms: u64, errand: Errand) -> bool {
        let packet = self.ledger.get(id);
        let from_host = self.host_at(packet.from);
        let to_host = match errand {
            Errand::GroupDatagram(host) => Some(host),
            _ => self.host_at(packet.to),
        };
        let passage = self.faults.pass(&Passing {
            at: packet.at,
            transport: packet.transport,
            kind: packet.kind,
            from: packet.from,
            to: packet.to,
            from_host: from_host.map(|host| self.hosts.get(host).name.as_ref()),
            to_host: to_host.map(|host| self.hosts.get(host).name.as_ref()),
        });
        let arrival_ms = latency_ms.saturating_add(passage.extra_ms);
        if passage.dropped {
            let by = passage.by.unwrap_or_else(|| Rc::from("fault"));
            self.ledger.dropped(id, DropReason::Fault(by));
        } else {
            if let Some(by) = passage.by {
                self.ledger.touch(id, by);
            }
            self.plan_in(arrival_ms, Job::Arrive { packet: id, errand });
            for (offset_ms, by) in passage.copies {
                let copy = self.ledger.open(self.ledger.get(id).clone());
                self.ledger.touch(copy, by);
                let at_ms = arrival_ms.saturating_add(offset_ms);
                self.plan_in(
                    at_ms,
                    Job::Arrive {
                        packet: copy,
                        errand,
                    },
                );
            }
        }
        for (name, command) in passage.commands {
            self.carry_out(&name, command);
        }
        !passage.dropped
    }

    /// Asks the firewall of `host` about an arrival.
    pub(super) fn admit(
        &self,
        host: HostId,
        transport: Transport,
        (from, to): (SocketAddr, SocketAddr),
        program: &str,
    ) -> Result<(), DropReason> {
        let flow = Flow {
            host: &self.hosts.get(host).name,
            transport,
            from,
            to,
            program,
        };
        match self.admission.admit(self.now, &flow) {
            Admit::Allow => Ok(()),
            Admit::Block(rule) => Err(DropReason::Firewall(rule)),
        }
    }

    pub(super) fn settle(&mut self, packet: PacketId, outcome: Result<(), DropReason>) {
        match outcome {
            Ok(()) => self.ledger.delivered(packet, self.now.sim),
            Err(reason) => self.ledger.dropped(packet, reason),
        }
    }
}
