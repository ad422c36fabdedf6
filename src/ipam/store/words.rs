//! Enumerations as words in columns: what a database browser shows is what the console says.

use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::types::Type;

/// A stored value that no version of the engine has written.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a value of this column")]
struct ForeignValue(String);

fn foreign(column: usize, text: &str) -> rusqlite::Error {
    let cause = Box::new(ForeignValue(text.to_owned()));
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, cause)
}

/// The value of `all` that prints as the text in `column`.
pub(super) fn word<T: Display + Copy>(
    row: &rusqlite::Row<'_>,
    column: usize,
    all: &[T],
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    find(all, &text).ok_or_else(|| foreign(column, &text))
}

fn find<T: Display + Copy>(all: &[T], text: &str) -> Option<T> {
    all.iter().copied().find(|value| value.to_string() == text)
}

/// The values of a comma-separated column.
pub(super) fn words<T: Display + Copy>(
    row: &rusqlite::Row<'_>,
    column: usize,
    all: &[T],
) -> rusqlite::Result<Vec<T>> {
    let text: String = row.get(column)?;
    text.split(',')
        .filter(|word| !word.is_empty())
        .map(|word| find(all, word).ok_or_else(|| foreign(column, word)))
        .collect()
}

/// A column that holds an identifier or an address in its usual text form.
pub(super) fn parsed<T: FromStr>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| foreign(column, &text))
}

/// Several of them, comma-separated.
pub(super) fn parsed_list<T: FromStr>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Vec<T>> {
    let text: String = row.get(column)?;
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().map_err(|_| foreign(column, part)))
        .collect()
}

/// A column that holds JSON.
pub(super) fn json<T: for<'de> serde::Deserialize<'de>>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| foreign(column, &text))
}

/// JSON for such a column.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("stored types hold nothing JSON cannot write")
}

/// An instant from its milliseconds since 1970.
pub(super) fn instant(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<Timestamp>> {
    let milliseconds: Option<i64> = row.get(column)?;
    milliseconds
        .map(|ms| Timestamp::from_millisecond(ms).map_err(|_| foreign(column, &ms.to_string())))
        .transpose()
}

/// Comma-separated text of several values.
pub(super) fn joined<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    words.join(",")
}
