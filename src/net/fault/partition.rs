//! Partition: two groups of hosts cannot reach each other while the fault's window is open.

use crate::base::Stream;

use super::{Fault, FaultInfo, Passing, Peer, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "partition",
    does: "cuts two groups of hosts off from each other",
};

pub(super) struct Partition {
    pub(super) one: Vec<Peer>,
    pub(super) other: Vec<Peer>,
}

impl Fault for Partition {
    fn on_packet(&mut self, packet: &Passing<'_>, _draw: &mut Stream) -> Verdict {
        let sends = |side: &[Peer]| side.iter().any(|peer| peer.sends(packet));
        let receives = |side: &[Peer]| side.iter().any(|peer| peer.receives(packet));
        let across = (sends(&self.one) && receives(&self.other))
            || (sends(&self.other) && receives(&self.one));
        if across { Verdict::Drop } else { Verdict::Pass }
    }
}
