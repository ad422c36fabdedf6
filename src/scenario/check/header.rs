//! Title, tags, start of the calendar.

use jiff::Timestamp;

use super::Problems;
use crate::scenario::file::ScenarioFile;
use crate::scenario::place::At;

/// Start of the calendar of a scenario that names none: a Monday morning.
const DEFAULT_START: &str = "2026-03-02T08:00:00Z";

/// Dates outside of these are not dates of an estate: leases, TSIG and the Windows calendar all
/// end somewhere.
const FIRST_YEAR: i16 = 2000;
const LAST_YEAR: i16 = 2099;

/// Checks title and tags and returns the start.
pub fn check(file: &ScenarioFile, problems: &mut Problems) -> Timestamp {
    if file.scenario.value.trim().is_empty() {
        problems
            .error(file.scenario.place, "the scenario has no title")
            .remedy("say in a sentence what it proves");
    }
    for (number, tag) in file.tags.iter().enumerate() {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if tag.value.is_empty() || !tag.value.chars().all(word) {
            problems
                .error(tag.place, format!("`{}` is not a tag", tag.value))
                .remedy("write small letters, digits and hyphens");
        }
        if file.tags[..number]
            .iter()
            .any(|other| other.value == tag.value)
        {
            problems.warning(tag.place, format!("the tag `{}` is given twice", tag.value));
        }
    }
    let default = || DEFAULT_START.parse().expect("the default start is a date");
    match &file.start {
        Some(start) => date(start, problems).unwrap_or_else(default),
        None => default(),
    }
}

/// Reads a date of the estate's calendar.
pub fn date(text: &At<String>, problems: &mut Problems) -> Option<Timestamp> {
    match read_date(&text.value) {
        Ok(date) => Some(date),
        Err(message) => {
            problems
                .error(text.place, message)
                .remedy("write it as `2026-03-02T08:00:00Z`");
            None
        }
    }
}

/// A date and time with a zone, or a date alone, which means its first moment.
pub fn read_date(text: &str) -> Result<Timestamp, String> {
    let of_day = || {
        let day: jiff::civil::Date = text.parse()?;
        let zoned = day.to_zoned(jiff::tz::TimeZone::UTC)?;
        Ok::<Timestamp, jiff::Error>(zoned.timestamp())
    };
    let date = match text.parse::<Timestamp>() {
        Ok(date) => date,
        Err(error) => of_day().map_err(|_| {
            let cause = error.to_string();
            let cause = cause.rsplit(": ").next().unwrap_or(&cause).to_owned();
            format!("`{text}` is not a date: {cause}")
        })?,
    };
    let year = date.to_zoned(jiff::tz::TimeZone::UTC).year();
    if (FIRST_YEAR..=LAST_YEAR).contains(&year) {
        Ok(date)
    } else {
        Err(format!(
            "`{text}` is outside the calendar of an estate, {FIRST_YEAR} to {LAST_YEAR}"
        ))
    }
}
