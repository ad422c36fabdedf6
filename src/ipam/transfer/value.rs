//! Values as they stand in the fields of a file.

use std::fmt::{Display, Write as _};
use std::str::FromStr;

use jiff::civil::Date;

use crate::ipam::error::{ErrorId, IpamError};

/// What is wrong with a value: identifier, and reason with its remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    pub id: ErrorId,
    pub reason: String,
}

impl Unfit {
    pub fn new(reason: impl Into<String>) -> Unfit {
        Unfit {
            id: ErrorId::IpamApiImportInvalidValue,
            reason: reason.into(),
        }
    }
}

impl From<IpamError> for Unfit {
    fn from(error: IpamError) -> Unfit {
        Unfit {
            id: error.id,
            reason: error.message,
        }
    }
}

/// A value that must be there and mean something.
pub fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, Unfit> {
    text.parse()
        .map_err(|error: T::Err| Unfit::new(error.to_string()))
}

/// The same where nothing is a value too.
pub fn optional<T: FromStr<Err: Display>>(text: &str) -> Result<Option<T>, Unfit> {
    match text.is_empty() {
        true => Ok(None),
        false => parsed(text).map(Some),
    }
}

/// What parts several values in one field.
pub const SEPARATOR: char = ';';

/// Several values between semicolons.
pub fn list<T: FromStr<Err: Display>>(text: &str) -> Result<Vec<T>, Unfit> {
    let parts = text.split(SEPARATOR).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(parsed).collect()
}

/// A date as a server set to English (United States) writes it, `3/2/2026`, perhaps with a time,
/// or as nobody can mistake it, `2026-03-02`. Dates are the server's local ones, so one in UTC is
/// refused (domain 6.3).
pub fn date(text: &str) -> Result<Option<Date>, Unfit> {
    if text.is_empty() {
        return Ok(None);
    }
    let unfit = || {
        Unfit::new(format!(
            "`{text}` is no date of this server: write `3/2/2026` for the second of March, or \
             `2026-03-02`"
        ))
    };
    if text.ends_with(['Z', 'z']) {
        return Err(Unfit::new(format!(
            "`{text}` is in UTC: dates are those of the server's own clock, without the `Z`"
        )));
    }
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    if !day.contains('/') {
        return day.parse().map(Some).map_err(|_| unfit());
    }
    let parts: Vec<&str> = day.split('/').collect();
    let [month, day, year] = parts.as_slice() else {
        return Err(unfit());
    };
    let (month, day, year) = (month.parse(), day.parse(), year.parse());
    match (year, month, day) {
        (Ok(year), Ok(month), Ok(day)) if year > 1000 => {
            Date::new(year, month, day).map(Some).map_err(|_| unfit())
        }
        _ => Err(unfit()),
    }
}

/// A date as an export writes it.
pub fn shown_date(date: Date) -> String {
    format!("{}/{}/{}", date.month(), date.day(), date.year())
}

/// Appends a value as it prints.
pub fn put_one(value: &impl Display, to: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(to, "{value}");
}

/// Appends several values, parted as [`list`] reads them.
pub fn put_all<T: Display>(values: impl IntoIterator<Item = T>, to: &mut String) {
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            to.push(SEPARATOR);
        }
        put_one(&value, to);
    }
}

/// The last text that was read and what it meant. Columns of words repeat theirs row after row.
#[derive(Debug)]
pub struct Memo<T>(Option<(String, T)>);

impl<T> Default for Memo<T> {
    fn default() -> Memo<T> {
        Memo(None)
    }
}

impl<T: Clone> Memo<T> {
    /// What `text` means, by `read` unless it is the last one again.
    pub fn or_read<E>(
        &mut self,
        text: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some((last, value)) = &self.0
            && last == text
        {
            return Ok(value.clone());
        }
        let value = read(text)?;
        self.0 = Some((text.to_owned(), value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_server_and_never_in_utc() {
        let second = Date::constant(2026, 3, 2);
        for text in [
            "3/2/2026",
            "03/02/2026 11:59:59 PM",
            "2026-03-02",
            "2026-03-02T08:00:00",
        ] {
            assert_eq!(date(text), Ok(Some(second)), "{text}");
        }
        assert_eq!(date(""), Ok(None));
        assert_eq!(date(&shown_date(second)), Ok(Some(second)));
        for text in [
            "13/1/2026",
            "2.3.2026",
            "3/2",
            "3/2/26",
            "soon",
            "2026-02-30",
        ] {
            assert!(date(text).is_err(), "{text}");
        }
        assert!(
            date("2026-03-02T08:00:00Z")
                .unwrap_err()
                .reason
                .contains("UTC")
        );
    }

    #[test]
    fn a_memo_reads_a_text_once() {
        let (mut memo, mut reads) = (Memo::default(), 0);
        for text in ["1", "1", "2", "1"] {
            let value: Result<u8, ()> = memo.or_read(text, |text| {
                reads += 1;
                text.parse().map_err(drop)
            });
            assert_eq!(value.map(|value| value.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(reads, 3);
    }
}
