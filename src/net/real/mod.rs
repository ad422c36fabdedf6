//! The network over kernel sockets on loopback, with the addresses of the estate.
//!
//! Every listener and client socket has a simulated address, which services and clients see, and
//! a real one; [`map::AddressMap`] holds both. Peers outside the map (dig, perfdhcp) keep their
//! own address. Nothing is ever sent to an unmapped address off this machine unless it has
//! written first, so that an estate that borrows somebody's address plan cannot disturb them.
//!
//! [`RealNet::run`] polls the work and one future for each socket in one task. Faults, latency
//! and fates beyond the receiver's own decision belong to the simulated network alone.

mod clock;
mod control;
mod echo;
mod hosts;
mod listen;
mod map;
mod net;
mod services;
mod stream;
mod udp;

pub use map::Binding;
pub(super) use net::{RealEndpoint, RealGuard, RealNet};
pub(super) use stream::RealTcp;
pub(super) use udp::RealUdp;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a real network puts its sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RealOptions {
    /// The real address of sockets whose simulated address is IPv4.
    pub bind_v4: IpAddr,
    /// The same for IPv6. Where the machine has no IPv6, `bind_v4` is used for both.
    pub bind_v6: IpAddr,
    /// Listeners take this port and those above it, in the order they are bound; otherwise the
    /// kernel picks.
    pub base_port: Option<u16>,
}

impl Default for RealOptions {
    fn default() -> Self {
        RealOptions {
            bind_v4: Ipv4Addr::LOCALHOST.into(),
            bind_v6: Ipv6Addr::LOCALHOST.into(),
            base_port: None,
        }
    }
}
