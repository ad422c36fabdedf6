//! Timing of an operation that is too short for a clock: many of it, checked, and the mean.

use std::hint::black_box;
use std::time::Duration;

use super::support::Clock;

/// What one operation takes.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    pub wall: Duration,
    pub times: usize,
}

/// Finds from each of the first `count` starts; every answer is held against the counted one
/// before the time is told.
pub fn each(
    starts: &[u32],
    answers: &[u32],
    count: usize,
    mut find: impl FnMut(u32) -> u32,
) -> Figure {
    let starts = &starts[..count];
    let mut found = Vec::with_capacity(count);
    let clock = Clock::start();
    for start in starts {
        found.push(black_box(find(black_box(*start))));
    }
    let took = clock.read();
    assert_eq!(found, answers[..count], "a fast wrong answer is no result");
    Figure {
        wall: took.wall / u32::try_from(count).expect("few"),
        times: count,
    }
}

/// Takes `count` addresses, each of which must be another.
pub fn many(count: usize, mut take: impl FnMut() -> u32) -> Figure {
    let mut taken = Vec::with_capacity(count);
    let clock = Clock::start();
    for _ in 0..count {
        taken.push(take());
    }
    let took = clock.read();
    assert!(
        taken.windows(2).all(|pair| pair[0] < pair[1]),
        "each is the next free one"
    );
    Figure {
        wall: took.wall / u32::try_from(count).expect("few"),
        times: count,
    }
}

/// Resident memory of this process in KiB, now.
pub fn resident_kib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let figure = line.and_then(|line| line.split_ascii_whitespace().next());
    figure.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Nanoseconds, microseconds or milliseconds, whichever reads best.
pub fn time(took: Duration) -> String {
    match took.as_secs_f64() * 1e6 {
        micros @ 0.0..1.0 => format!("{:.0} ns", micros * 1e3),
        micros @ 1.0..1000.0 => format!("{micros:.1} us"),
        micros => format!("{:.1} ms", micros / 1e3),
    }
}

/// How many times as long as `ours`.
pub fn ratio(theirs: Duration, ours: Duration) -> String {
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    match ratio {
        0.0..10.0 => format!("x {ratio:.1}"),
        _ => format!("x {ratio:.0}"),
    }
}
