//! Host down: a host is off the network while the fault's window is open.
//!
//! What the host remembers survives; [`super::crash`] is the fault that loses it.

use crate::base::Stream;

use super::{Fault, FaultInfo, Passing, Peer, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "host-down",
    does: "takes a host off the network; nothing it sends or should receive arrives",
};

pub(super) struct HostDown {
    pub(super) host: Peer,
}

impl Fault for HostDown {
    fn on_packet(&mut self, packet: &Passing<'_>, _draw: &mut Stream) -> Verdict {
        if self.host.sends(packet) || self.host.receives(packet) {
            Verdict::Drop
        } else {
            Verdict::Pass
        }
    }
}
