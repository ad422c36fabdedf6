//! Dates and times as a cmdlet takes them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::ipam::{ErrorId, IpamError};

use super::stage::StepError;

/// Which end of a span a bare date stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Start,
    /// Both dates of a span count, so that an end is the last millisecond of its day.
    Last,
}

fn wrong(text: &str) -> StepError {
    IpamError::new(
        ErrorId::IpamApiInvalidParameter,
        format!("`{text}` is not a date: write `2026-03-02` or `2026-03-02T08:00`"),
    )
    .into()
}

/// A day: `2026-03-02`.
pub fn day(text: &str) -> Result<Date, StepError> {
    text.trim().parse().map_err(|_| wrong(text))
}

/// An instant in the server's time zone, which is UTC: a day, a day and a time, or either with
/// its offset.
pub fn instant(text: &str, end: End) -> Result<Timestamp, StepError> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let bare = text.len() == "2026-03-02".len();
    let local: DateTime = match bare {
        true => day(text)?.at(0, 0, 0, 0),
        false => text.parse().map_err(|_| wrong(text))?,
    };
    let at = local
        .to_zoned(TimeZone::UTC)
        .map_err(|_| wrong(text))?
        .timestamp();
    Ok(match (bare, end) {
        (true, End::Last) => at
            .checked_add(jiff::SignedDuration::from_millis(24 * 3_600_000 - 1))
            .unwrap_or(Timestamp::MAX),
        _ => at,
    })
}

/// The same for a parameter that may be left out.
pub fn optional_instant(text: Option<&String>, end: End) -> Result<Option<Timestamp>, StepError> {
    text.map(|text| instant(text, end)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_date_is_the_whole_of_its_day() {
        let at = |text, end| instant(text, end).unwrap().to_string();
        assert_eq!(at("2026-03-02", End::Start), "2026-03-02T00:00:00Z");
        assert_eq!(at("2026-03-02", End::Last), "2026-03-02T23:59:59.999Z");
        assert_eq!(at("2026-03-02T08:30", End::Last), "2026-03-02T08:30:00Z");
        assert_eq!(
            at("2026-03-02T08:30:00+01:00", End::Start),
            "2026-03-02T07:30:00Z"
        );
        assert!(instant("yesterday", End::Start).is_err());
        assert!(instant("2026-02-30", End::Start).is_err());
    }
}
