//! Virtual time, read from tokio's paused clock.

use std::cell::Cell;
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::base::{Moment, SimTime};

#[derive(Debug)]
pub(super) struct Clock {
    epoch: Instant,
    start: Timestamp,
    now: Cell<Moment>,
    /// Set while the run is being polled: time cannot pass then, so it need not be asked for.
    held: Cell<bool>,
}

impl Clock {
    pub(super) fn new(start: Timestamp) -> Clock {
        Clock {
            epoch: Instant::now(),
            start,
            now: Cell::new(Moment::of(start, SimTime::ZERO)),
            held: Cell::new(false),
        }
    }

    /// The present. After the runtime is gone, the last present there was.
    pub(super) fn now(&self) -> Moment {
        if !self.held.get() && Handle::try_current().is_ok() {
            self.refresh();
        }
        self.now.get()
    }

    /// Asks tokio for the time and keeps the answer until [`Clock::release`].
    pub(super) fn hold(&self) {
        self.refresh();
        self.held.set(true);
    }

    pub(super) fn release(&self) {
        self.held.set(false);
    }

    fn refresh(&self) {
        let millis = Instant::now().duration_since(self.epoch).as_millis();
        let sim = SimTime(u64::try_from(millis).unwrap_or(u64::MAX));
        if sim != self.now.get().sim {
            self.now.set(Moment::of(self.start, sim));
        }
    }

    /// When tokio's clock will show `at`, or a later waypoint when that is years away.
    pub(super) fn instant(&self, at: SimTime) -> Instant {
        let waypoint = self.now.get().sim.0.saturating_add(LONGEST_SLEEP_MS);
        self.epoch + Duration::from_millis(at.0.min(waypoint))
    }
}

/// One sleep of the driver lasts at most this long, well inside what tokio's timer can hold.
const LONGEST_SLEEP_MS: u64 = 180 * 24 * 3600 * 1000;
