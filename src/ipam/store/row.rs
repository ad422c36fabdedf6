//! One row of a query's result, whichever database gave it.

use super::value::{ColumnError, FromValue, RowResult, ValueRef};

/// A row while it is looked at. Columns count from 0 in the order of the statement.
pub struct Row<'a>(Source<'a>);

enum Source<'a> {
    Embedded(&'a rusqlite::Row<'a>),
    #[cfg(feature = "postgres")]
    Kept(&'a [super::postgres::Value]),
}

impl<'a> Row<'a> {
    pub(super) fn embedded(row: &'a rusqlite::Row<'a>) -> Row<'a> {
        Row(Source::Embedded(row))
    }

    #[cfg(feature = "postgres")]
    pub(super) fn kept(values: &'a [super::postgres::Value]) -> Row<'a> {
        Row(Source::Kept(values))
    }

    /// The value in `column` as a `T`.
    ///
    /// # Errors
    /// [`ColumnError`] when it is none.
    pub fn get<T: FromValue>(&self, column: usize) -> RowResult<T> {
        T::from_value(column, self.value(column)?)
    }

    /// The text in `column`, without a copy.
    ///
    /// # Errors
    /// [`ColumnError`] when the column holds no text.
    pub fn text(&self, column: usize) -> RowResult<&str> {
        match self.value(column)? {
            ValueRef::Text(text) => Ok(text),
            other => Err(ColumnError::kind(column, "a text", other)),
        }
    }

    /// The text in `column`, without a copy, or `None` for null.
    ///
    /// # Errors
    /// [`ColumnError`] when the column holds something else.
    pub fn text_or_null(&self, column: usize) -> RowResult<Option<&str>> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    fn value(&self, column: usize) -> RowResult<ValueRef<'_>> {
        match self.0 {
            Source::Embedded(row) => super::embedded::value(row, column),
            #[cfg(feature = "postgres")]
            Source::Kept(values) => match values.get(column) {
                Some(value) => Ok(value.to_value()),
                None => Err(ColumnError::Missing { column }),
            },
        }
    }
}
