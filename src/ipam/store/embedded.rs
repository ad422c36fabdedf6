//! The embedded database: SQLite, in this process.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef as Lite};
use rusqlite::{CachedStatement, Connection, ErrorCode, ToSql};

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::backend::Backend;
use super::database::Existing;
use super::memory;
use super::params::Params;
use super::row::Row;
use super::schema::{self, Catalogue};
use super::value::{ColumnError, RowResult, ValueRef};

/// Pages of a database file that are kept at hand, at most: rows of a file in no order go to
/// leaves all over the tables, and each leaf that has to be read again costs more than the row.
const CACHE_KIB: i64 = 128 * 1024;

/// Bytes of a page of a new database. Putting the pages of a split in order takes SQLite through
/// a page number far behind the last, and the commit then looks for pages to drop in every place
/// of its cache: at a million records that costs more than the transaction itself unless pages are
/// few. It is also why rows in no order go in faster.
const PAGE_BYTES: i64 = 16 * 1024;

/// Pages that may wait in the write-ahead log, 192 MiB of them: one that is written by several
/// transactions in a row goes into the database once.
const LOG_PAGES: i64 = 192 * 1024 * 1024 / PAGE_BYTES;
/// What is left of the log on the disk once its pages are in the database.
const LOG_KEPT_BYTES: i64 = 4 * 1024 * 1024;

/// Distinct statements of the engine, with room; beyond it the least recently used is prepared
/// again.
const CACHED_STATEMENTS: usize = 256;

/// A connection to a database in memory or in a file.
pub(super) struct Embedded {
    /// There until the value is dropped.
    connection: Option<Connection>,
    in_memory: bool,
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|_| self.in_memory) {
            memory::give_back(connection);
        }
    }
}

impl Embedded {
    /// An empty database with every table, gone with the value.
    pub(super) fn in_memory(existing: Existing) -> IpamResult<Embedded> {
        if existing == Existing::Required {
            let words = "a database in memory is always empty: name a file";
            return Err(IpamError::new(ErrorId::IpamApiErrorDatabaseIsEmpty, words));
        }
        if let Some(connection) = memory::kept() {
            return Ok(Embedded {
                connection: Some(connection),
                in_memory: true,
            });
        }
        let connection = Connection::open_in_memory().map_err(database_error)?;
        let embedded = Embedded::over(connection, true)?;
        schema::prepare(&embedded, "memory", existing)?;
        Ok(embedded)
    }

    /// The database in the file at `path`, which is made when it is absent.
    pub(super) fn in_file(path: &Path, existing: Existing) -> IpamResult<Embedded> {
        if existing == Existing::Required && !path.exists() {
            return Err(IpamError::new(
                ErrorId::IpamApiErrorDatabaseDoesNotExist,
                format!(
                    "there is no file `{}` whose schema could be used",
                    path.display()
                ),
            ));
        }
        let connection = Connection::open(path).map_err(database_error)?;
        let embedded = Embedded::over(connection, false)?;
        schema::prepare(&embedded, &path.display().to_string(), existing)?;
        // A committed row must survive a power cut, and in WAL mode only FULL promises that.
        let connection = embedded.connection();
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .and_then(|()| connection.pragma_update(None, "synchronous", "FULL"))
            .and_then(|()| connection.pragma_update(None, "cache_size", -CACHE_KIB))
            .and_then(|()| connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES))
            .and_then(|()| connection.pragma_update(None, "journal_size_limit", LOG_KEPT_BYTES))
            .map_err(database_error)?;
        Ok(embedded)
    }

    fn over(connection: Connection, in_memory: bool) -> IpamResult<Embedded> {
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        // An existing database keeps the size it was made with.
        connection
            .pragma_update(None, "page_size", PAGE_BYTES)
            .map_err(database_error)?;
        // A plan follows from the statement alone: never from what is bound to it, which would
        // also mean to plan it anew with every value.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(database_error)?;
        Ok(Embedded {
            connection: Some(connection),
            in_memory,
        })
    }

    pub(super) fn connection(&self) -> &Connection {
        let connection = self.connection.as_ref();
        connection.expect("taken out only when the value is dropped")
    }
}

impl Backend for Embedded {
    fn execute(&self, sql: &str, params: &impl Params) -> IpamResult<usize> {
        bound(self.connection(), sql, params)
            .and_then(|mut statement| statement.raw_execute())
            .map_err(database_error)
    }

    fn query(
        &self,
        sql: &str,
        params: &impl Params,
        mut each: impl FnMut(&Row<'_>) -> IpamResult<bool>,
    ) -> IpamResult<()> {
        let mut statement = bound(self.connection(), sql, params).map_err(database_error)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(database_error)? {
            if !each(&Row::embedded(row))? {
                break;
            }
        }
        Ok(())
    }

    fn begin(&self) -> IpamResult<()> {
        self.execute("BEGIN IMMEDIATE", &[]).map(drop)
    }

    fn begin_definition(&self) -> IpamResult<()> {
        self.begin()
    }

    fn commit(&self) -> IpamResult<()> {
        self.execute("COMMIT", &[]).map(drop)
    }

    fn rollback(&self) -> IpamResult<()> {
        self.execute("ROLLBACK", &[]).map(drop)
    }

    fn define(&self, ddl: &str) -> IpamResult<()> {
        self.connection().execute_batch(ddl).map_err(database_error)
    }

    fn catalogue(&self) -> IpamResult<Catalogue> {
        let read = |connection: &Connection| {
            let mut statement = connection.prepare(
                "SELECT made.name, part.name FROM sqlite_master AS made
                 JOIN pragma_table_info(made.name) AS part
                 WHERE made.type = 'table' ORDER BY made.name, part.cid",
            )?;
            let mut catalogue = Catalogue::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let columns = catalogue.entry(row.get(0)?).or_default();
                columns.push(row.get(1)?);
            }
            Ok(catalogue)
        };
        read(self.connection()).map_err(|error| match error {
            rusqlite::Error::SqliteFailure(failure, _)
                if failure.code == ErrorCode::NotADatabase =>
            {
                let name = self.connection().path().unwrap_or_default();
                schema::modified(name, "is no database: give an empty or absent file")
            }
            other => database_error(other),
        })
    }

    fn locale(&self) -> IpamResult<String> {
        self.connection()
            .query_row("PRAGMA encoding", [], |row| row.get(0))
            .map_err(database_error)
    }
}

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
