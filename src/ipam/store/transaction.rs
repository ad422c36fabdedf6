//! Statements, alone or in a transaction.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::fault::FaultHook;
use super::open::Store;

/// What a transaction can do. Statements are prepared once and cached by their text.
pub struct Tx<'a> {
    connection: &'a Connection,
    faults: &'a FaultHook,
}

/// A failure of the database itself: disk full, file gone, locked by another process.
pub(super) fn database_error(error: rusqlite::Error) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiDatabaseConnectionLost,
        format!("the database failed: {error}"),
    )
}

impl Tx<'_> {
    /// Runs a statement that changes rows; gives how many.
    pub fn execute(&self, sql: &str, params: impl Params) -> IpamResult<usize> {
        self.faults.step()?;
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params))
            .map_err(database_error)
    }

    /// The id of the row inserted last.
    pub fn last_id(&self) -> i64 {
        self.connection.last_insert_rowid()
    }

    /// The first row of a query, if any.
    pub fn query_one<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> IpamResult<Option<T>> {
        self.faults.step()?;
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(params, map).optional())
            .map_err(database_error)
    }

    /// All rows of a query.
    pub fn query<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> IpamResult<Vec<T>> {
        self.faults.step()?;
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_map(params, map)?.collect())
            .map_err(database_error)
    }
}

impl Store {
    /// Runs `work` as one transaction: everything it did is committed when it succeeds, nothing
    /// of it when it refuses. `work` is synchronous, so no other operation of the engine can come
    /// between its statements.
    ///
    /// # Errors
    /// What `work` refused with, or `IpamApiDatabaseConnectionLost`.
    pub fn transaction<T>(&self, work: impl FnOnce(&Tx<'_>) -> IpamResult<T>) -> IpamResult<T> {
        let tx = self.tx();
        tx.execute("BEGIN IMMEDIATE", [])?;
        let result = work(&tx).and_then(|value| tx.execute("COMMIT", []).map(|_| value));
        if result.is_err() {
            // Where the connection is lost this does nothing; closing it rolls back.
            let _ = tx.execute("ROLLBACK", []);
        }
        result
    }

    /// Runs `work` outside any transaction: each statement sees what is committed when it runs.
    ///
    /// # Errors
    /// As [`Store::transaction`].
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> IpamResult<T>) -> IpamResult<T> {
        work(&self.tx())
    }

    fn tx(&self) -> Tx<'_> {
        Tx {
            connection: self.connection(),
            faults: self.faults(),
        }
    }
}
