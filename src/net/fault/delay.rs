//! Delay: every packet takes longer, by a fixed time and a drawn one.

use std::time::Duration;

use rand::RngExt as _;

use crate::base::Stream;
use crate::base::time::millis;

use super::{Fault, FaultInfo, Passing, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "delay",
    does: "holds every packet back by a fixed time and up to a jitter more",
};

pub(super) struct Delay {
    by_ms: u64,
    jitter_ms: u64,
}

impl Delay {
    pub(super) fn new(by: Duration, jitter: Duration) -> Delay {
        Delay {
            by_ms: millis(by),
            jitter_ms: millis(jitter),
        }
    }
}

impl Fault for Delay {
    fn on_packet(&mut self, _packet: &Passing<'_>, draw: &mut Stream) -> Verdict {
        let drawn = draw.random_range(0..=self.jitter_ms);
        match self.by_ms.saturating_add(drawn) {
            0 => Verdict::Pass,
            extra_ms => Verdict::Deliver { extra_ms },
        }
    }
}
