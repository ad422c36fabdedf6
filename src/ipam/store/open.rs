//! Opening a database: in memory, or a file.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::ipam::error::IpamResult;

use super::embedded::database_error;
use super::fault::FaultHook;
use super::{memory, schema};

/// Distinct statements of the engine, with room; beyond it the least recently used is prepared
/// again.
const CACHED_STATEMENTS: usize = 256;

/// The embedded database of one engine.
pub struct Store {
    /// There until the store is dropped.
    connection: Option<Connection>,
    in_memory: bool,
    faults: FaultHook,
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|_| self.in_memory) {
            memory::give_back(connection);
        }
    }
}

impl Store {
    /// Opens the database in the file at `path`, making it when it is absent or empty; `None`
    /// opens a new one in memory.
    ///
    /// # Errors
    /// `IpamApiErrorDatabaseIsAtHigherVersion`, `IpamApiErrorDatabaseSchemaIsModified`, or
    /// `IpamApiDatabaseConnectionLost` when the file cannot be opened.
    pub fn open(path: Option<&Path>) -> IpamResult<Store> {
        let connection = match path {
            Some(path) => open_file(path)?,
            None => memory::open()?,
        };
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        // A plan follows from the statement alone: never from what is bound to it, which would
        // also mean to plan it anew with every value.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(database_error)?;
        Ok(Store {
            connection: Some(connection),
            in_memory: path.is_none(),
            faults: FaultHook::default(),
        })
    }

    /// The switch that makes statements fail, for tests of what a crash leaves behind.
    pub fn faults(&self) -> &FaultHook {
        &self.faults
    }

    pub(super) fn connection(&self) -> &Connection {
        let connection = self.connection.as_ref();
        connection.expect("taken out only when the store is dropped")
    }
}

fn open_file(path: &Path) -> IpamResult<Connection> {
    let connection = Connection::open(path).map_err(database_error)?;
    schema::prepare(&connection, &path.display().to_string())?;
    // A committed row must survive a power cut, and in WAL mode only FULL promises that.
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .and_then(|()| connection.pragma_update(None, "synchronous", "FULL"))
        .map_err(database_error)?;
    Ok(connection)
}
