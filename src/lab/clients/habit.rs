//! What clients do with their time.

use rand::RngExt as _;

use crate::base::Stream;

/// What a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Always on: a desktop.
    Stays,
    /// Leaves without a word and comes back to the same subnet: a laptop that is closed.
    Walks,
    /// Gives its lease back when it leaves.
    Releases,
    /// Leaves without a word and appears in the next subnet.
    Roams,
    /// Is replaced, after some months, by another machine of the same name.
    IsReplaced,
}

/// How many clients of a hundred, or of whatever the sum is, are what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    pub stay: u32,
    pub walk: u32,
    pub release: u32,
    pub roam: u32,
    pub replaced: u32,
}

impl Default for Habits {
    fn default() -> Habits {
        Habits {
            stay: 60,
            walk: 20,
            release: 10,
            roam: 5,
            replaced: 5,
        }
    }
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

impl Habits {
    pub fn sum(self) -> u32 {
        let Habits {
            stay,
            walk,
            release,
            roam,
            replaced,
        } = self;
        [stay, walk, release, roam, replaced]
            .into_iter()
            .fold(0, u32::saturating_add)
    }

    /// The habit of the next client.
    pub(super) fn draw(self, draws: &mut Stream) -> Habit {
        let shares = [
            (self.stay, Habit::Stays),
            (self.walk, Habit::Walks),
            (self.release, Habit::Releases),
            (self.roam, Habit::Roams),
            (self.replaced, Habit::IsReplaced),
        ];
        let mut drawn = match self.sum() {
            0 => return Habit::Stays,
            sum => draws.random_range(0..sum),
        };
        for (share, habit) in shares {
            if drawn < share {
                return habit;
            }
            drawn -= share;
        }
        Habit::Stays
    }
}

impl Habit {
    /// How long a client stays, milliseconds.
    pub fn presence(self, draws: &mut Stream) -> i64 {
        match self {
            Habit::Stays => i64::MAX,
            Habit::Walks | Habit::Releases => draws.random_range(4 * HOUR..20 * DAY),
            Habit::Roams => draws.random_range(8 * HOUR..5 * DAY),
            Habit::IsReplaced => draws.random_range(30 * DAY..200 * DAY),
        }
    }

    /// How long it is away.
    pub fn absence(self, draws: &mut Stream) -> i64 {
        match self {
            Habit::Stays | Habit::Walks => draws.random_range(DAY..30 * DAY),
            Habit::Releases => draws.random_range(DAY..10 * DAY),
            Habit::Roams => draws.random_range(10 * 60_000..12 * HOUR),
            Habit::IsReplaced => draws.random_range(HOUR..3 * DAY),
        }
    }
}
