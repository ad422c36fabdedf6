//! The network a run takes place on, as the laboratory sees it: hosts, listeners, admission.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use jiff::Timestamp;

use crate::base::{Moment, Seed};

use super::endpoint::Endpoint;
use super::packet::{Packet, Transport};
use super::service::SharedService;

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
    /// The program or service that listens there: `dhcpserver`, `RPCSS`, `System`.
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
/// nothing of firewalls and the estate nothing of packets.
pub trait Admission {
    fn admit(&self, at: Moment, flow: &Flow<'_>) -> Admit;
}

/// The network of one run.
#[derive(Clone)]
pub enum Network {
    Simulated(()),
    Real(()),
}

impl Network {
    /// A simulated network; must be made inside the runtime that [`Network::run`] is polled on.
    pub fn simulated(_start: Timestamp, _seed: Seed, _admission: Rc<dyn Admission>) -> Network {
        todo!()
    }

    /// Kernel sockets on loopback.
    pub fn real(_start: Timestamp, _seed: Seed, _admission: Rc<dyn Admission>) -> Network {
        todo!()
    }

    pub fn add_host(&self, _host: HostSpec) {
        todo!()
    }

    /// Listens for datagrams on `local`; `program` is what firewall rules know the listener as.
    pub fn bind_udp(&self, _local: SocketAddr, _program: &str, _service: SharedService) {
        todo!()
    }

    /// Listens for connections on `local`.
    pub fn bind_tcp(&self, _local: SocketAddr, _program: &str, _service: SharedService) {
        todo!()
    }

    /// The stack of the host called `name`, for a client that runs on it.
    pub fn endpoint(&self, _name: &str) -> Endpoint {
        todo!()
    }

    pub fn now(&self) -> Moment {
        todo!()
    }

    /// Everything sent so far, in order of sending.
    pub fn capture(&self) -> Vec<Packet> {
        todo!()
    }

    /// Runs `work` to its end while moving packets and virtual time.
    pub async fn run<T>(&self, _work: impl Future<Output = T>) -> T {
        todo!()
    }
}
