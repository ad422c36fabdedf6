//! Packets that wait until somebody lets them go.
//!
//! A latency says when a packet arrives; a gate leaves that to whoever explores in which orders
//! packets can arrive. It is for tests that steer a run, not for scenarios: there a fault of kind
//! `delay` or `reorder` says what goes wrong.

use super::packet::Packet;

/// Says which packets of a simulated network are held back when they are sent.
pub trait Gate {
    /// Whether this packet waits for [`Network::release`](super::Network::release). Asked once for
    /// each packet, while it is being sent; must not use the network.
    fn holds(&self, packet: &Packet) -> bool;
}
