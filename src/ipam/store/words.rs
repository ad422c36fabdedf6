//! Enumerations as words in columns: what a database browser shows is what the console says.

use std::fmt::{self, Display, Write as _};
use std::str::FromStr;

use jiff::Timestamp;

use super::row::Row;
use super::value::{ColumnError, RowResult};

/// The value of `all` that prints as the text in `column`.
pub(super) fn word<T: Display + Copy>(row: &Row<'_>, column: usize, all: &[T]) -> RowResult<T> {
    let text = row.text(column)?;
    find(all, text).ok_or_else(|| ColumnError::foreign(column, text))
}

fn find<T: Display + Copy>(all: &[T], text: &str) -> Option<T> {
    all.iter().copied().find(|value| prints_as(value, text))
}

/// Whether a value prints as `text`, without printing it anywhere.
fn prints_as(value: &impl Display, text: &str) -> bool {
    struct Rest<'a>(&'a str);
    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(piece).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Rest(text);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

/// The values of a comma-separated column.
pub(super) fn words<T: Display + Copy>(
    row: &Row<'_>,
    column: usize,
    all: &[T],
) -> RowResult<Vec<T>> {
    let text = row.text(column)?;
    text.split(',')
        .filter(|word| !word.is_empty())
        .map(|word| find(all, word).ok_or_else(|| ColumnError::foreign(column, word)))
        .collect()
}

/// A column that holds an identifier or an address in its usual text form.
pub(super) fn parsed<T: FromStr>(row: &Row<'_>, column: usize) -> RowResult<T> {
    let text = row.text(column)?;
    text.parse().map_err(|_| ColumnError::foreign(column, text))
}

/// Several of them, comma-separated.
pub(super) fn parsed_list<T: FromStr>(row: &Row<'_>, column: usize) -> RowResult<Vec<T>> {
    let text = row.text(column)?;
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().map_err(|_| ColumnError::foreign(column, part)))
        .collect()
}

/// A column that holds JSON.
pub(super) fn json<T: for<'de> serde::Deserialize<'de>>(
    row: &Row<'_>,
    column: usize,
) -> RowResult<T> {
    let text = row.text(column)?;
    serde_json::from_str(text).map_err(|_| ColumnError::foreign(column, text))
}

/// JSON for such a column.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("stored types hold nothing JSON cannot write")
}

/// An instant from its milliseconds since 1970.
pub(super) fn instant(row: &Row<'_>, column: usize) -> RowResult<Option<Timestamp>> {
    let milliseconds: Option<i64> = row.get(column)?;
    milliseconds
        .map(|ms| Timestamp::from_millisecond(ms).map_err(|_| ColumnError::foreign(column, ms)))
        .transpose()
}

/// Comma-separated text of several values.
pub(super) fn joined<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    words.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_all_of_its_text() {
        let all = [1, 12, 123];
        assert_eq!(find(&all, "12"), Some(12));
        assert_eq!((find(&all, "1234"), find(&all, "")), (None, None));
    }
}
