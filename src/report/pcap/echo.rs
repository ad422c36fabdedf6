//! Which echo reply belongs to which request.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use crate::base::SimTime;
use crate::lab::trace::{TracedFate, TracedKind, TracedPacket};

/// Numbers echo requests, and gives each reply the number of its request.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    /// The last number used from one address to another.
    last: BTreeMap<(IpAddr, IpAddr), u16>,
    /// Requests that arrived, by their two ends and the time: a host replies at once.
    arrived: BTreeMap<(IpAddr, IpAddr, SimTime), VecDeque<u16>>,
}

impl Echoes {
    /// The sequence number of an echo packet (RFC 792, RFC 4443).
    pub fn sequence(&mut self, packet: &TracedPacket) -> u16 {
        let (from, to) = (packet.from.ip(), packet.to.ip());
        if packet.kind == TracedKind::EchoReply {
            let asked = self.arrived.get_mut(&(to, from, packet.at));
            // A copy of a reply has the number of the first.
            let number = asked.and_then(|asked| match asked.len() {
                0 | 1 => asked.front().copied(),
                _ => asked.pop_front(),
            });
            return number.unwrap_or_default();
        }
        let number = self.last.entry((from, to)).or_default();
        *number = number.wrapping_add(1);
        if let TracedFate::Delivered { at, .. } = packet.fate {
            let arrived = self.arrived.entry((from, to, at)).or_default();
            arrived.push_back(*number);
        }
        *number
    }
}
