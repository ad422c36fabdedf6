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
mod outside;
#[cfg(target_os = "linux")]
mod raw_echo;
mod services;
mod stream;
mod udp;

pub use map::Binding;
pub(super) use net::{RealEndpoint, RealGuard, RealNet};
pub(super) use stream::RealTcp;
pub(super) use udp::RealUdp;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::addressing::is_link_scoped;

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
    /// Every listener takes the address and the port that it has in the estate, instead of the
    /// above. Only for a network namespace that has those addresses or lets sockets bind to what
    /// it has not. Link-local addresses need a link, which the estate has none of, and stay as
    /// above, and so do the sockets of clients, which nobody outside writes to first.
    pub in_place: bool,
}

impl RealOptions {
    /// Listeners at the estate's own addresses; see [`RealOptions::in_place`].
    pub fn in_place() -> RealOptions {
        RealOptions {
            in_place: true,
            ..RealOptions::default()
        }
    }

    /// Where the socket of a listener at this place of the estate goes. Port 0 leaves the choice
    /// to the kernel.
    pub fn place(&self, simulated: SocketAddr) -> SocketAddr {
        match self.is_in_place(simulated.ip()) {
            true => simulated,
            false => SocketAddr::new(self.loopback(simulated.ip()), 0),
        }
    }

    /// The loopback address that stands for a simulated one.
    pub(super) fn loopback(&self, simulated: IpAddr) -> IpAddr {
        match simulated {
            IpAddr::V4(_) => self.bind_v4,
            IpAddr::V6(_) => self.bind_v6,
        }
    }

    /// Whether listeners at this address have it for real.
    pub fn is_in_place(&self, simulated: IpAddr) -> bool {
        self.in_place && !is_link_scoped(simulated)
    }
}

impl Default for RealOptions {
    fn default() -> Self {
        RealOptions {
            bind_v4: Ipv4Addr::LOCALHOST.into(),
            bind_v6: Ipv6Addr::LOCALHOST.into(),
            base_port: None,
            in_place: false,
        }
    }
}
