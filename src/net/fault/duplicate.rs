//! Duplication: a packet arrives twice.

use std::time::Duration;

use crate::base::Stream;
use crate::base::time::millis;

use super::{Chance, Fault, FaultInfo, Passing, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "duplicate",
    does: "delivers a packet a second time, a while after the first",
};

pub(super) struct Duplicate {
    chance: Chance,
    offset_ms: u64,
}

impl Duplicate {
    pub(super) fn new(chance: Chance, offset: Duration) -> Duplicate {
        Duplicate {
            chance,
            offset_ms: millis(offset),
        }
    }
}

impl Fault for Duplicate {
    fn on_packet(&mut self, _packet: &Passing<'_>, draw: &mut Stream) -> Verdict {
        if self.chance.hits(draw) {
            Verdict::Duplicate {
                offset_ms: self.offset_ms,
            }
        } else {
            Verdict::Pass
        }
    }
}
