//! What a column can hold, and the Rust types that are kept in one.
//!
//! These are the store's own types: an area that reads and writes rows does not know which
//! database keeps them.

/// A value as it lies in a row or goes into a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueRef<'a> {
    Null,
    /// Also a truth value: 0 or 1.
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl ValueRef<'_> {
    fn kind(self) -> &'static str {
        match self {
            ValueRef::Null => "nothing",
            ValueRef::Integer(_) => "a number",
            ValueRef::Text(_) => "a text",
            ValueRef::Blob(_) => "bytes",
        }
    }
}

/// A column that does not hold what the engine keeps there. Columns count from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    #[error("column {column} holds {found} where {expected} belongs")]
    Kind {
        column: usize,
        expected: &'static str,
        found: &'static str,
    },
    #[error("`{text}` is not a value of column {column}")]
    Foreign { column: usize, text: String },
    #[error("the row has no column {column}")]
    Missing { column: usize },
}

impl ColumnError {
    pub(super) fn kind(column: usize, expected: &'static str, found: ValueRef<'_>) -> ColumnError {
        ColumnError::Kind {
            column,
            expected,
            found: found.kind(),
        }
    }

    /// A value of the right kind that no version of the engine has written.
    pub fn foreign(column: usize, value: impl ToString) -> ColumnError {
        ColumnError::Foreign {
            column,
            text: value.to_string(),
        }
    }
}

/// What reading a row gives.
pub type RowResult<T> = Result<T, ColumnError>;

/// A type that can be written into a column or compared with one.
pub trait ToValue {
    fn to_value(&self) -> ValueRef<'_>;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> ValueRef<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, T::to_value)
    }
}

impl ToValue for str {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToValue for String {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

/// A type that can be read from a column.
pub trait FromValue: Sized {
    /// # Errors
    /// [`ColumnError`] when the value in `column` is none of this type.
    fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<Self>;
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<Option<T>> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::from_value(column, value).map(Some),
        }
    }
}

impl FromValue for String {
    fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<String> {
        match value {
            ValueRef::Text(text) => Ok(text.to_owned()),
            other => Err(ColumnError::kind(column, "a text", other)),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<Vec<u8>> {
        match value {
            ValueRef::Blob(bytes) => Ok(bytes.to_vec()),
            other => Err(ColumnError::kind(column, "bytes", other)),
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<[u8; N]> {
        match value {
            ValueRef::Blob(bytes) => bytes
                .try_into()
                .map_err(|_| ColumnError::foreign(column, format!("{bytes:02x?}"))),
            other => Err(ColumnError::kind(column, "bytes", other)),
        }
    }
}

fn integer(column: usize, value: ValueRef<'_>) -> RowResult<i64> {
    match value {
        ValueRef::Integer(number) => Ok(number),
        other => Err(ColumnError::kind(column, "a number", other)),
    }
}

impl ToValue for bool {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Integer(i64::from(*self))
    }
}

impl FromValue for bool {
    fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<bool> {
        match integer(column, value)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(ColumnError::foreign(column, other)),
        }
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> ValueRef<'_> {
                ValueRef::Integer(i64::from(*self))
            }
        }

        impl FromValue for $type {
            fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<$type> {
                let number = integer(column, value)?;
                <$type>::try_from(number).map_err(|_| ColumnError::foreign(column, number))
            }
        }
    )*};
}

integers!(u8, u16, u32, i8, i16, i32, i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_what_it_was_written_as() {
        assert_eq!(u16::from_value(0, 65_535_u16.to_value()), Ok(65_535));
        assert_eq!(bool::from_value(0, true.to_value()), Ok(true));
        let text = Some("a".to_owned());
        assert_eq!(Option::from_value(0, text.to_value()), Ok(text));
        let none: Option<String> = None;
        assert_eq!(Option::from_value(0, none.to_value()), Ok(none));
        assert_eq!(<[u8; 2]>::from_value(0, [1, 2].to_value()), Ok([1, 2]));
    }

    #[test]
    fn a_column_that_holds_something_else_is_named() {
        let wrong = u8::from_value(3, 256_i64.to_value()).unwrap_err();
        assert_eq!(wrong.to_string(), "`256` is not a value of column 3");
        let wrong = u8::from_value(3, "x".to_value()).unwrap_err();
        let words = "column 3 holds a text where a number belongs";
        assert_eq!(wrong.to_string(), words);
        assert!(bool::from_value(0, 2_u8.to_value()).is_err());
        assert!(String::from_value(0, ValueRef::Null).is_err());
        assert!(<[u8; 2]>::from_value(0, [1].to_value()).is_err());
    }
}
