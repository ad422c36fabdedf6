//! The calendar of a real network: its start, plus the time that has passed, plus what
//! `advance` has added.

use std::cell::Cell;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::base::{Moment, SimTime};

#[derive(Debug)]
pub(super) struct Clock {
    epoch: Instant,
    start: Cell<Timestamp>,
}

impl Clock {
    pub(super) fn new(start: Timestamp) -> Clock {
        Clock {
            epoch: Instant::now(),
            start: Cell::new(start),
        }
    }

    pub(super) fn now(&self) -> Moment {
        let millis = self.epoch.elapsed().as_millis();
        let sim = SimTime(u64::try_from(millis).unwrap_or(u64::MAX));
        Moment::of(self.start.get(), sim)
    }

    pub(super) fn advance(&self, by: Duration) {
        let later = self.start.get().checked_add(by);
        self.start.set(later.unwrap_or(Timestamp::MAX));
    }
}
