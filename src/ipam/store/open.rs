//! Opening a database: in memory from a ready-made image, or a file.

use std::cell::RefCell;
use std::path::Path;

use rusqlite::{Connection, MAIN_DB};

use crate::ipam::error::IpamResult;

use super::fault::FaultHook;
use super::schema;
use super::transaction::database_error;

/// Distinct statements of the engine, with room; beyond it the least recently used is prepared
/// again.
const CACHED_STATEMENTS: usize = 128;

thread_local! {
    /// An empty database with every table, as bytes: copying it costs a fraction of what running
    /// the DDL costs, and a run opens one store for every engine.
    static TEMPLATE: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// The embedded database of one engine.
pub struct Store {
    connection: Connection,
    faults: FaultHook,
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
            None => open_in_memory()?,
        };
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        Ok(Store {
            connection,
            faults: FaultHook::default(),
        })
    }

    /// The switch that makes statements fail, for tests of what a crash leaves behind.
    pub fn faults(&self) -> &FaultHook {
        &self.faults
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
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

fn open_in_memory() -> IpamResult<Connection> {
    TEMPLATE.with_borrow_mut(|template| {
        let image = match template {
            Some(image) => image,
            None => template.insert(make_template()?),
        };
        let mut connection = Connection::open_in_memory().map_err(database_error)?;
        connection
            .deserialize_read_exact(MAIN_DB, image.as_slice(), image.len(), false)
            .map_err(database_error)?;
        Ok(connection)
    })
}

fn make_template() -> IpamResult<Vec<u8>> {
    let mut connection = Connection::open_in_memory().map_err(database_error)?;
    schema::prepare(&connection, "memory")?;
    let image = connection.serialize(MAIN_DB).map_err(database_error)?;
    Ok(image.to_vec())
}
