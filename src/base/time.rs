//! Two clocks that move together: milliseconds since the run began, and the estate's calendar.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

/// Virtual milliseconds since the run began.
///
/// The unit is the millisecond because that is the granularity of tokio's paused clock: a finer
/// delay would be rounded and two events could swap places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimTime(pub u64);

impl SimTime {
    pub const ZERO: SimTime = SimTime(0);

    /// The time this much later, saturating.
    pub fn after(self, delay: Duration) -> SimTime {
        SimTime(self.0.saturating_add(millis(delay)))
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub fn since(self, earlier: SimTime) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Prints as `+00:00:01.204`, with days in front once there are any: `+3d 02:00:00.000`.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0 / 1000, self.0 % 1000);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        f.write_str("+")?;
        if hours >= 24 {
            write!(f, "{}d ", hours / 24)?;
        }
        write!(
            f,
            "{:02}:{minutes:02}:{:02}.{millis:03}",
            hours % 24,
            seconds % 60
        )
    }
}

/// One instant on both clocks. Handed to every server core; no core asks for the time itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Since the run began.
    pub sim: SimTime,
    /// On the estate's calendar.
    pub wall: Timestamp,
}

impl Moment {
    /// The instant at which a run that starts at `start` has run for `sim`.
    pub fn of(start: Timestamp, sim: SimTime) -> Moment {
        let wall = start
            .checked_add(Duration::from_millis(sim.0))
            .unwrap_or(Timestamp::MAX);
        Moment { sim, wall }
    }

    /// Seconds since 1970, as TSIG and lease times count them.
    pub fn unix_seconds(self) -> u64 {
        u64::try_from(self.wall.as_second()).unwrap_or(0)
    }
}

/// Whole milliseconds of a duration, rounded up so that no wait becomes zero.
pub fn millis(delay: Duration) -> u64 {
    u64::try_from(delay.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
