//! The embedded database: SQLite, in this process.

use rusqlite::types::{ToSqlOutput, ValueRef as Lite};
use rusqlite::{CachedStatement, Connection, ToSql};

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::params::Params;
use super::row::Row;
use super::value::{ColumnError, RowResult, ValueRef};

/// A failure of the database itself: disk full, file gone, locked by another process.
pub(super) fn database_error(error: rusqlite::Error) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiDatabaseConnectionLost,
        format!("the database failed: {error}"),
    )
}

impl ToSql for ValueRef<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            ValueRef::Null => Lite::Null,
            ValueRef::Integer(number) => Lite::Integer(number),
            ValueRef::Text(text) => Lite::Text(text.as_bytes()),
            ValueRef::Blob(bytes) => Lite::Blob(bytes),
        }))
    }
}

/// The value in a column of a row.
pub(super) fn value<'a>(row: &'a rusqlite::Row<'a>, column: usize) -> RowResult<ValueRef<'a>> {
    let value = row
        .get_ref(column)
        .map_err(|_| ColumnError::Missing { column })?;
    match value {
        Lite::Null => Ok(ValueRef::Null),
        Lite::Integer(number) => Ok(ValueRef::Integer(number)),
        Lite::Real(number) => Err(ColumnError::foreign(column, number)),
        Lite::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(ValueRef::Text(text)),
            Err(_) => Err(ColumnError::foreign(column, text.escape_ascii())),
        },
        Lite::Blob(bytes) => Ok(ValueRef::Blob(bytes)),
    }
}

/// The statement, prepared once and kept by its text, with its parameters.
fn bound<'c>(
    connection: &'c Connection,
    sql: &str,
    params: &impl Params,
) -> rusqlite::Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql)?;
    let (given, taken) = (params.count(), statement.parameter_count());
    if given != taken {
        return Err(rusqlite::Error::InvalidParameterCount(given, taken));
    }
    for index in 0..given {
        statement.raw_bind_parameter(index + 1, params.at(index))?;
    }
    Ok(statement)
}

/// Runs a statement that changes rows; gives how many.
pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    params: &impl Params,
) -> IpamResult<usize> {
    bound(connection, sql, params)
        .and_then(|mut statement| statement.raw_execute())
        .map_err(database_error)
}

/// Hands the rows of a query to `each`, until it wants no more.
pub(super) fn query(
    connection: &Connection,
    sql: &str,
    params: &impl Params,
    mut each: impl FnMut(&Row<'_>) -> IpamResult<bool>,
) -> IpamResult<()> {
    let mut statement = bound(connection, sql, params).map_err(database_error)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(database_error)? {
        if !each(&Row::embedded(row))? {
            break;
        }
    }
    Ok(())
}
