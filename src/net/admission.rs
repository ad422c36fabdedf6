//! Who is on the network, and whom its firewalls let in.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use crate::base::Moment;

use super::packet::Transport;

/// A host to be attached to the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSpec {
    /// Its name in captures and faults: `dhcp1.corp.example`.
    pub name: Rc<str>,
    pub addresses: Vec<IpAddr>,
    /// The broadcast domain it sits on.
    pub segment: Rc<str>,
    /// Whether it answers ICMP echo.
    pub answers_ping: bool,
}

/// An arrival that a host's firewall has to decide on.
#[derive(Debug, Clone, Copy)]
pub struct Flow<'a> {
    pub host: &'a str,
    pub transport: Transport,
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// The program or service that listens there: `dhcpserver`, `RPCSS`, `System` for ICMP.
    /// A stopped service keeps its name; where nothing was ever bound it is empty.
    pub program: &'a str,
}

/// The firewall's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admit {
    Allow,
    /// The text names the blocking rule, or says that no enabled rule allows it.
    Block(Rc<str>),
}

/// Decides on arrivals. Implemented over the estate by the laboratory, so that the network knows
/// nothing of firewalls and the estate nothing of packets. It is asked in the middle of a packet's
/// way and must not use the network itself, except to ask for the time.
pub trait Admission {
    fn admit(&self, at: Moment, flow: &Flow<'_>) -> Admit;
}

/// An admission without firewalls, for tests of everything else.
#[derive(Debug, Clone, Copy, Default)]
pub struct AdmitAll;

impl Admission for AdmitAll {
    fn admit(&self, _at: Moment, _flow: &Flow<'_>) -> Admit {
        Admit::Allow
    }
}
