//! A packet, what became of it, and why.

use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;

use crate::base::SimTime;

/// What carries the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    Udp,
    Tcp,
    Icmp,
}

/// One packet as the capture keeps it. For ICMP the ports are zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// When it was sent.
    pub at: SimTime,
    pub transport: Transport,
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub kind: PacketKind,
    pub payload: Rc<[u8]>,
    pub fate: Fate,
}

/// The part a packet plays in its transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketKind {
    Datagram,
    EchoRequest,
    EchoReply,
    Syn,
    SynAck,
    Data,
    Fin,
    Reset,
}

/// How much of the traffic is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaptureMode {
    /// Every packet with its payload and fate.
    #[default]
    Full,
    /// Only [`Counters`], for runs whose packets would not fit in memory.
    Counters,
}

/// How many packets a network has carried. Copies and retransmissions count as packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    pub sent: u64,
    pub delivered: u64,
    pub dropped: u64,
}

impl Counters {
    /// Packets that are still under way.
    pub fn in_flight(self) -> u64 {
        self.sent.saturating_sub(self.delivered + self.dropped)
    }
}

/// What became of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Still under way when the run was looked at.
    InFlight,
    /// Arrived at this time; `fault` names the fault that delayed, copied or reordered it.
    Delivered {
        at: SimTime,
        fault: Option<Rc<str>>,
    },
    Dropped(DropReason),
}

/// Why a packet never arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DropReason {
    /// A declared fault took it.
    Fault(Rc<str>),
    /// The receiving host's firewall did; the text names the rule or says that none allows it.
    Firewall(Rc<str>),
    /// No host has the address.
    NoHost,
    /// The host is down.
    HostDown,
    /// Nothing listens on the port.
    NoListener,
    /// The host does not answer ping.
    Silent,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Icmp => "icmp",
        })
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DropReason::Fault(name) => write!(f, "fault {name}"),
            DropReason::Firewall(rule) => write!(f, "firewall: {rule}"),
            DropReason::NoHost => f.write_str("no host has this address"),
            DropReason::HostDown => f.write_str("host is down"),
            DropReason::NoListener => f.write_str("nothing listens on this port"),
            DropReason::Silent => f.write_str("host does not answer ping"),
        }
    }
}
