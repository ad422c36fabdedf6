//! The periods a trend is shown for, and how samples fall into their buckets (domain 5.8).

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

/// A trend has this many points, whatever its period.
const BUCKETS: usize = 12;

/// How far back a trend goes (appendix A, *Utilization periods*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UtilizationPeriod {
    /// The newest samples, each a point of its own: the sources give this period no length.
    Current,
    OneDay,
    Week,
    OneMonth,
    ThreeMonth,
    SixMonth,
    OneYear,
    TwoYear,
    FiveYear,
}

impl UtilizationPeriod {
    pub const ALL: &[UtilizationPeriod] = &[
        UtilizationPeriod::Current,
        UtilizationPeriod::OneDay,
        UtilizationPeriod::Week,
        UtilizationPeriod::OneMonth,
        UtilizationPeriod::ThreeMonth,
        UtilizationPeriod::SixMonth,
        UtilizationPeriod::OneYear,
        UtilizationPeriod::TwoYear,
        UtilizationPeriod::FiveYear,
    ];

    /// Its length on the calendar; `None` for the current one.
    fn length(self) -> Option<Span> {
        Some(match self {
            UtilizationPeriod::Current => return None,
            UtilizationPeriod::OneDay => 1.day(),
            UtilizationPeriod::Week => 1.week(),
            UtilizationPeriod::OneMonth => 1.month(),
            UtilizationPeriod::ThreeMonth => 3.months(),
            UtilizationPeriod::SixMonth => 6.months(),
            UtilizationPeriod::OneYear => 1.year(),
            UtilizationPeriod::TwoYear => 2.years(),
            UtilizationPeriod::FiveYear => 5.years(),
        })
    }

    /// How many samples it shows at most, each a point, when it has no length.
    pub(super) fn most(self) -> u32 {
        BUCKETS as u32
    }

    /// The instant after which its samples begin; `None` when it has no beginning.
    pub(super) fn start(self, now: Timestamp) -> Option<Timestamp> {
        let start = now
            .to_zoned(TimeZone::UTC)
            .checked_sub(self.length()?)
            .ok()?;
        Some(start.timestamp())
    }

    /// The points that `samples`, oldest first, give this period at `now`.
    ///
    /// A period that has a length always gives twelve points, the empty ones too; the current one
    /// gives as many as there are samples, twelve at most.
    pub fn points(self, samples: &[Sample], now: Timestamp) -> Vec<TrendPoint> {
        match self.start(now) {
            Some(start) => buckets(samples, start, now),
            None => newest(samples),
        }
    }
}

impl fmt::Display for UtilizationPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UtilizationPeriod::Current => "Current",
            UtilizationPeriod::OneDay => "1 day",
            UtilizationPeriod::Week => "1 week",
            UtilizationPeriod::OneMonth => "1 month",
            UtilizationPeriod::ThreeMonth => "3 months",
            UtilizationPeriod::SixMonth => "6 months",
            UtilizationPeriod::OneYear => "1 year",
            UtilizationPeriod::TwoYear => "2 years",
            UtilizationPeriod::FiveYear => "5 years",
        })
    }
}

/// There is no such period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no period of a trend; there are {known}")]
pub struct UnknownPeriod {
    name: String,
    known: String,
}

impl FromStr for UtilizationPeriod {
    type Err = UnknownPeriod;

    fn from_str(text: &str) -> Result<UtilizationPeriod, UnknownPeriod> {
        let wanted = text.trim();
        let same = |period: &&UtilizationPeriod| period.to_string().eq_ignore_ascii_case(wanted);
        let found = UtilizationPeriod::ALL.iter().find(same);
        found.copied().ok_or_else(|| {
            let names = UtilizationPeriod::ALL.iter().map(ToString::to_string);
            UnknownPeriod {
                name: text.to_owned(),
                known: names.collect::<Vec<_>>().join(", "),
            }
        })
    }
}

/// The figures of one block or range at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    pub at: Timestamp,
    pub assigned: u64,
    pub utilized: u64,
}

/// One point of a trend: what was sampled after `from` and no later than `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendPoint {
    pub from: Timestamp,
    pub until: Timestamp,
    /// How many samples fell into it; without any the rest is zero.
    pub samples: u64,
    /// Sums over the samples, from which the averages come.
    assigned: u64,
    utilized: u64,
    /// The most utilized addresses among the samples.
    pub peak: u64,
}

impl TrendPoint {
    fn empty(from: Timestamp, until: Timestamp) -> TrendPoint {
        TrendPoint {
            from,
            until,
            samples: 0,
            assigned: 0,
            utilized: 0,
            peak: 0,
        }
    }

    fn take(&mut self, sample: &Sample) {
        self.samples += 1;
        self.assigned = self.assigned.saturating_add(sample.assigned);
        self.utilized = self.utilized.saturating_add(sample.utilized);
        self.peak = self.peak.max(sample.utilized);
    }

    /// The average of the utilized addresses; `None` without a sample.
    pub fn average(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.utilized as f64 / self.samples as f64)
    }

    /// Utilized of assigned addresses in percent, over all samples; `None` without one.
    pub fn percentage_utilized(&self) -> Option<f64> {
        let whole = (self.assigned > 0).then_some(self.assigned)?;
        Some(self.utilized as f64 / whole as f64 * 100.0)
    }
}

/// Where the `index`th of twelve equal parts from `start` to `end` begins, in whole milliseconds.
fn boundary(start: Timestamp, end: Timestamp, index: usize) -> Timestamp {
    let (start, end) = (start.as_millisecond(), end.as_millisecond());
    let part = i128::from(end - start) * index as i128 / BUCKETS as i128;
    let at = i64::try_from(i128::from(start) + part).unwrap_or(end);
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX)
}

fn buckets(samples: &[Sample], start: Timestamp, end: Timestamp) -> Vec<TrendPoint> {
    let edge = |index| boundary(start, end, index);
    let mut points: Vec<TrendPoint> = (0..BUCKETS)
        .map(|index| TrendPoint::empty(edge(index), edge(index + 1)))
        .collect();
    for sample in samples.iter().filter(|sample| sample.at > start) {
        let at = points.partition_point(|point| point.until < sample.at);
        if let Some(point) = points.get_mut(at) {
            point.take(sample);
        }
    }
    points
}

fn newest(samples: &[Sample]) -> Vec<TrendPoint> {
    let first = samples.len().saturating_sub(BUCKETS);
    let shown = samples.iter().enumerate().skip(first);
    let point = |(index, sample): (usize, &Sample)| {
        let before = index.checked_sub(1).and_then(|index| samples.get(index));
        let from = before.map_or(sample.at, |before| before.at);
        let mut point = TrendPoint::empty(from, sample.at);
        point.take(sample);
        point
    };
    shown.map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn sample(text: &str, utilized: u64) -> Sample {
        Sample {
            at: at(text),
            assigned: 100,
            utilized,
        }
    }

    #[test]
    fn a_day_has_twelve_points_of_two_hours_each_closed_at_its_end() {
        let now = at("2026-03-02T12:00:00Z");
        let samples = [
            sample("2026-03-01T12:00:00Z", 99),
            sample("2026-03-01T12:00:00.001Z", 1),
            sample("2026-03-01T14:00:00Z", 3),
            sample("2026-03-01T14:00:00.001Z", 5),
            sample("2026-03-02T12:00:00Z", 7),
            sample("2026-03-02T12:00:00.001Z", 99),
        ];
        let points = UtilizationPeriod::OneDay.points(&samples, now);
        assert_eq!(points.len(), 12);
        assert_eq!(points[0].from, at("2026-03-01T12:00:00Z"));
        assert_eq!(points[0].until, at("2026-03-01T14:00:00Z"));
        assert_eq!((points[0].samples, points[0].peak), (2, 3));
        assert_eq!(points[0].average(), Some(2.0));
        assert_eq!(points[0].percentage_utilized(), Some(2.0));
        assert_eq!(points[1].peak, 5);
        assert_eq!(points[2].average(), None);
        assert_eq!(points[11].peak, 7);
        let told: u64 = points.iter().map(|point| point.samples).sum();
        assert_eq!(told, 4);
    }

    #[test]
    fn months_and_years_are_those_of_the_calendar() {
        let now = at("2026-03-31T00:00:00Z");
        let start = |period: UtilizationPeriod| period.start(now).unwrap().to_string();
        assert_eq!(start(UtilizationPeriod::Week), "2026-03-24T00:00:00Z");
        assert_eq!(start(UtilizationPeriod::OneMonth), "2026-02-28T00:00:00Z");
        assert_eq!(start(UtilizationPeriod::ThreeMonth), "2025-12-31T00:00:00Z");
        assert_eq!(start(UtilizationPeriod::SixMonth), "2025-09-30T00:00:00Z");
        assert_eq!(start(UtilizationPeriod::TwoYear), "2024-03-31T00:00:00Z");
        assert_eq!(start(UtilizationPeriod::FiveYear), "2021-03-31T00:00:00Z");
    }

    #[test]
    fn the_current_period_is_the_twelve_newest_samples() {
        let now = at("2026-03-02T12:00:00Z");
        let hours = |hour: i64| now.checked_add(hour.hours()).unwrap();
        let samples: Vec<Sample> = (0..15)
            .map(|hour| Sample {
                at: hours(hour),
                assigned: 10,
                utilized: hour.unsigned_abs(),
            })
            .collect();
        let points = UtilizationPeriod::Current.points(&samples, hours(14));
        assert_eq!(points.len(), 12);
        assert_eq!((points[0].from, points[0].until), (hours(2), hours(3)));
        let peaks: Vec<u64> = points.iter().map(|point| point.peak).collect();
        assert_eq!(peaks, (3..15).collect::<Vec<u64>>());
        let two = UtilizationPeriod::Current.points(&samples[..2], hours(14));
        assert_eq!(two.len(), 2);
        assert_eq!(two[0].from, two[0].until);
    }

    #[test]
    fn every_bucket_holds_what_a_plain_count_puts_there() {
        let now = at("2026-03-02T12:00:00.007Z");
        let draws = (0..4000_i64).map(|n| n * 7_919_333 % 400_000_000);
        let mut samples: Vec<Sample> = draws
            .map(|ago| Sample {
                at: Timestamp::from_millisecond(now.as_millisecond() - ago).unwrap(),
                assigned: 1000,
                utilized: ago.unsigned_abs() % 1000,
            })
            .collect();
        samples.sort_by_key(|sample| sample.at);
        for period in &UtilizationPeriod::ALL[1..] {
            for point in period.points(&samples, now) {
                let inside = |s: &&Sample| s.at > point.from && s.at <= point.until;
                let found: Vec<u64> = samples.iter().filter(inside).map(|s| s.utilized).collect();
                assert_eq!(point.samples, found.len() as u64);
                assert_eq!(point.peak, found.iter().copied().max().unwrap_or(0));
                assert_eq!(point.utilized, found.iter().sum::<u64>());
            }
        }
    }

    #[test]
    fn a_period_is_read_back_from_its_words() {
        for period in UtilizationPeriod::ALL {
            assert_eq!(period.to_string().parse(), Ok(*period));
        }
        let wrong = "1 decade".parse::<UtilizationPeriod>().unwrap_err();
        assert!(wrong.to_string().contains("6 months"), "{wrong}");
    }
}
