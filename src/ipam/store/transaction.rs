//! Statements, alone or in a transaction.

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::generation::Rules;

use super::backend::{AnyBackend, Backend as _};
use super::fault::FaultHook;
use super::open::Store;
use super::params::Params;
use super::row::Row;
use super::value::{ColumnError, RowResult};

/// What a transaction can do. Statements are prepared once and cached by their text.
pub struct Tx<'a> {
    backend: &'a AnyBackend,
    faults: &'a FaultHook,
    rules: Rules,
}

/// A row that somebody else has written, or changed.
pub(super) fn column_error(error: ColumnError) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        format!("the database holds what no version of this engine writes: {error}"),
    )
}

impl Tx<'_> {
    /// The rules of the engine whose database this is.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Runs a statement that changes rows; gives how many.
    ///
    /// # Errors
    /// `IpamApiDatabaseConnectionLost`.
    pub fn execute(&self, sql: &str, params: impl Params) -> IpamResult<usize> {
        self.faults.step()?;
        self.backend.execute(sql, &params)
    }

    /// The first row of a query, if any.
    ///
    /// # Errors
    /// `IpamApiDatabaseConnectionLost`, or `IpamApiErrorDatabaseSchemaIsModified` when `map` does
    /// not know what the row holds.
    pub fn query_one<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> RowResult<T>,
    ) -> IpamResult<Option<T>> {
        let mut map = Some(map);
        let mut found = None;
        self.rows(sql, &params, |row| {
            found = map.take().map(|map| map(row)).transpose()?;
            Ok(false)
        })?;
        Ok(found)
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// As [`Tx::query_one`].
    pub fn query<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut map: impl FnMut(&Row<'_>) -> RowResult<T>,
    ) -> IpamResult<Vec<T>> {
        let mut found = Vec::new();
        self.rows(sql, &params, |row| {
            found.push(map(row)?);
            Ok(true)
        })?;
        Ok(found)
    }

    /// Hands the rows of a query to `each` one by one, however many there are. `each` runs no
    /// statement: the connection is busy with the query.
    ///
    /// # Errors
    /// As [`Tx::query_one`], and what `each` refuses with, which ends it.
    pub fn each<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut map: impl FnMut(&Row<'_>) -> RowResult<T>,
        mut each: impl FnMut(T) -> IpamResult<()>,
    ) -> IpamResult<()> {
        self.faults.step()?;
        self.backend.query(sql, &params, |row| {
            each(map(row).map_err(column_error)?)?;
            Ok(true)
        })
    }

    fn rows(
        &self,
        sql: &str,
        params: &impl Params,
        mut each: impl FnMut(&Row<'_>) -> RowResult<bool>,
    ) -> IpamResult<()> {
        self.faults.step()?;
        let each = |row: &Row<'_>| each(row).map_err(column_error);
        self.backend.query(sql, params, each)
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
        self.faults().step()?;
        self.backend().begin()?;
        let result = work(&tx).and_then(|value| {
            self.faults().step()?;
            self.backend().commit().map(|()| value)
        });
        // Where the connection is lost there is nothing left to roll back: closing it does.
        if result.is_err() && self.faults().step().is_ok() {
            let _ = self.backend().rollback();
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
            backend: self.backend(),
            faults: self.faults(),
            rules: self.rules(),
        }
    }
}
