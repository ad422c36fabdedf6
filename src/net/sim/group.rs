//! Broadcast and link-scoped multicast: one copy for every listener on the sender's segment.

use std::net::SocketAddr;

use crate::net::packet::DropReason;

use super::hosts::{HostId, Listener};
use super::state::{Errand, Outgoing, State};

impl State {
    /// Sends one copy to each other host of the segment that has the port open. When there is
    /// none, one packet is recorded that nobody heard.
    pub(super) fn send_to_group(&mut self, sender: HostId, out: Outgoing) {
        let receivers: Vec<HostId> = self
            .hosts
            .neighbours(sender)
            .iter()
            .copied()
            .filter(|host| *host != sender && self.group_listener(*host, out.to).is_some())
            .collect();
        for receiver in &receivers {
            self.transmit(out.clone(), Errand::GroupDatagram(*receiver));
        }
        if receivers.is_empty() {
            let unheard = self.write_down(out);
            self.ledger.dropped(unheard, DropReason::NoListener);
        }
    }

    /// The first listener of the family on the port, whichever of the host's addresses it is
    /// bound to: a service on several addresses hears a broadcast once.
    pub(super) fn group_listener(&self, host: HostId, to: SocketAddr) -> Option<Listener> {
        let open = self.hosts.get(host).udp.get(&to.port())?;
        open.iter()
            .find(|(address, _)| address.is_ipv4() == to.is_ipv4())
            .map(|(_, listener)| *listener)
    }
}
