//! Every packet of a run as plain data, for reports that show the traffic.
//!
//! It is taken only when somebody asks for it: a copy of every payload costs more than most runs.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use jiff::Timestamp;

use crate::base::SimTime;
use crate::net::{self, PacketKind};

use super::running::Lab;

/// The traffic of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The instant of simulated time zero.
    pub start: Timestamp,
    /// Hosts by name, with their addresses.
    pub hosts: Vec<(String, Vec<IpAddr>)>,
    /// In order of sending.
    pub packets: Vec<TracedPacket>,
}

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedPacket {
    /// When it was sent.
    pub at: SimTime,
    /// Ports are zero for ICMP.
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub kind: TracedKind,
    pub payload: Vec<u8>,
    /// The packet whose payload this one repeats: it was sent again, or copied by a fault.
    pub repeats: Option<usize>,
    pub fate: TracedFate,
}

/// What a packet is to its transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TracedKind {
    Udp,
    EchoRequest,
    EchoReply,
    TcpSyn,
    TcpSynAck,
    TcpData,
    TcpFin,
    TcpReset,
}

/// What became of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TracedFate {
    /// Under way when the run ended.
    InFlight,
    /// Arrived; `fault` names the one that delayed, copied or reordered it.
    Delivered { at: SimTime, fault: Option<String> },
    /// Never arrived, for this reason.
    Dropped(String),
}

impl Lab {
    /// The traffic so far.
    pub fn trace(&self) -> Trace {
        let estate = self.estate();
        let hosts = estate.hosts().map(|host| {
            let addresses = host.addresses.clone();
            (host.fqdn.to_string(), addresses)
        });
        let hosts = hosts.collect();
        let mut packets = Vec::new();
        // Payloads are shared between a segment and its repetitions, and nobody else's.
        let mut first_with: BTreeMap<*const u8, usize> = BTreeMap::new();
        self.network.each_packet(|packet| {
            let number = packets.len();
            let mut repeats = None;
            if !packet.payload.is_empty() {
                let first = *first_with
                    .entry(Rc::as_ptr(&packet.payload).cast())
                    .or_insert(number);
                repeats = Some(first).filter(|first| *first != number);
            }
            packets.push(traced(packet, repeats));
        });
        Trace {
            start: self.spec.start,
            hosts,
            packets,
        }
    }
}

fn traced(packet: &net::Packet, repeats: Option<usize>) -> TracedPacket {
    TracedPacket {
        at: packet.at,
        from: packet.from,
        to: packet.to,
        kind: match packet.kind {
            PacketKind::Datagram => TracedKind::Udp,
            PacketKind::EchoRequest => TracedKind::EchoRequest,
            PacketKind::EchoReply => TracedKind::EchoReply,
            PacketKind::Syn => TracedKind::TcpSyn,
            PacketKind::SynAck => TracedKind::TcpSynAck,
            PacketKind::Data => TracedKind::TcpData,
            PacketKind::Fin => TracedKind::TcpFin,
            PacketKind::Reset => TracedKind::TcpReset,
        },
        payload: packet.payload.to_vec(),
        repeats,
        fate: match &packet.fate {
            net::Fate::InFlight => TracedFate::InFlight,
            net::Fate::Delivered { at, fault } => TracedFate::Delivered {
                at: *at,
                fault: fault.as_ref().map(ToString::to_string),
            },
            net::Fate::Dropped(reason) => TracedFate::Dropped(reason.to_string()),
        },
    }
}
