//! Loss: a packet disappears.

use crate::base::Stream;

use super::{Chance, Fault, FaultInfo, Passing, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "loss",
    does: "drops packets, each with a chance",
};

pub(super) struct Loss {
    pub(super) chance: Chance,
}

impl Fault for Loss {
    fn on_packet(&mut self, _packet: &Passing<'_>, draw: &mut Stream) -> Verdict {
        if self.chance.hits(draw) {
            Verdict::Drop
        } else {
            Verdict::Pass
        }
    }
}
