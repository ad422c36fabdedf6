//! A network over kernel sockets as peers outside the estate meet it.
//!
//! Whoever connects other programs to a real network asks here who is there, who is let in where
//! and who answers a ping, and arranges the kernel's routes accordingly. A simulated network has
//! nobody outside and answers with nothing.

#[cfg(target_os = "linux")]
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use super::network::{Ground, Network};
use super::packet::Transport;

/// An address of the estate and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    pub address: IpAddr,
    /// The name of its host; a device has none.
    pub host: Option<Rc<str>>,
    pub up: bool,
}

impl Network {
    /// Every address of a real network, in order.
    pub fn stations(&self) -> Vec<Station> {
        match &self.ground {
            Ground::Simulated(_) => Vec::new(),
            Ground::Real(net) => net.0.stations(),
        }
    }

    /// Whether what `from` sends to `to` gets past the firewall of a host that is up. A device
    /// has no firewall; one that does not answer pings answers nothing.
    pub fn lets_in(&self, transport: Transport, from: SocketAddr, to: SocketAddr) -> bool {
        match &self.ground {
            Ground::Simulated(_) => false,
            Ground::Real(net) => net.0.lets_in(transport, from, to),
        }
    }

    /// Whether `to` would answer an echo request of `from`.
    pub fn echoes(&self, from: IpAddr, to: IpAddr) -> bool {
        match &self.ground {
            Ground::Simulated(_) => false,
            Ground::Real(net) => net.0.echoes(from, to),
        }
    }

    /// Answers the echo requests that the kernel receives for addresses of the estate, for as
    /// long as the network runs. The kernel's own answers must be switched off.
    ///
    /// # Errors
    /// What the kernel says of raw sockets; `Unsupported` on a simulated network.
    #[cfg(target_os = "linux")]
    pub fn answer_kernel_pings(&self) -> io::Result<()> {
        match &self.ground {
            Ground::Simulated(_) => Err(io::ErrorKind::Unsupported.into()),
            Ground::Real(net) => net.0.answer_kernel_pings(),
        }
    }
}
