//! Reordering: a packet is held back while those behind it go on.

use std::time::Duration;

use crate::base::Stream;
use crate::base::time::millis;

use super::{Chance, Fault, FaultInfo, Passing, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "reorder",
    does: "holds a packet back so that later ones overtake it",
};

pub(super) struct Reorder {
    chance: Chance,
    hold_ms: u64,
}

impl Reorder {
    pub(super) fn new(chance: Chance, hold: Duration) -> Reorder {
        Reorder {
            chance,
            hold_ms: millis(hold),
        }
    }
}

impl Fault for Reorder {
    fn on_packet(&mut self, _packet: &Passing<'_>, draw: &mut Stream) -> Verdict {
        if self.chance.hits(draw) && self.hold_ms > 0 {
            Verdict::Deliver {
                extra_ms: self.hold_ms,
            }
        } else {
            Verdict::Pass
        }
    }
}
