//! The schema, its version, and what a database may be opened.

use rusqlite::{Connection, OptionalExtension};

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::embedded::database_error;

/// Version of the schema. Raise it with every change of a DDL constant.
pub const VERSION: u32 = 2;

/// The tables of every area, in the order they are made.
pub const AREAS: &[&str] = &[
    crate::ipam::space::rows::DDL,
    super::access_rows::DDL,
    super::secret_key::DDL,
    super::configuration::DDL,
    super::discovery::DDL,
    super::servers::DDL,
    super::collected::DDL,
    super::events::DDL,
];

/// The names of all tables of [`AREAS`].
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    let statements = AREAS
        .iter()
        .flat_map(|area| area.split("CREATE TABLE ").skip(1));
    statements.filter_map(|rest| rest.split_ascii_whitespace().next())
}

const PRODUCT: &str = "ipamlab";

const DDL: &str = "CREATE TABLE ipamlab_schema (product TEXT NOT NULL, version INTEGER NOT NULL);";

/// What a database file holds.
enum Found {
    Nothing,
    Ours(u32),
    Foreign,
}

fn inspect(connection: &Connection) -> rusqlite::Result<Found> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name <> \
                  'ipamlab_schema' LIMIT 1";
    let first: Option<String> = connection
        .query_row(tables, [], |row| row.get(0))
        .optional()?;
    match first.as_deref() {
        None => Ok(Found::Nothing),
        Some("ipamlab_schema") => {
            let version = connection
                .query_row(
                    "SELECT version FROM ipamlab_schema WHERE product = ?1",
                    [PRODUCT],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(version.map_or(Found::Foreign, Found::Ours))
        }
        Some(_) => Ok(Found::Foreign),
    }
}

/// Makes the tables in an empty database, and refuses one that this version cannot use.
///
/// # Errors
/// `IpamApiErrorDatabaseIsAtHigherVersion` for a newer schema,
/// `IpamApiErrorDatabaseSchemaIsModified` for a file that holds something else.
pub(super) fn prepare(connection: &Connection, name: &str) -> IpamResult<()> {
    let found = match inspect(connection) {
        Err(rusqlite::Error::SqliteFailure(failure, _))
            if failure.code == rusqlite::ErrorCode::NotADatabase =>
        {
            Found::Foreign
        }
        other => other.map_err(database_error)?,
    };
    match found {
        Found::Ours(VERSION) => Ok(()),
        Found::Ours(newer) if newer > VERSION => Err(IpamError::new(
            ErrorId::IpamApiErrorDatabaseIsAtHigherVersion,
            format!("the schema of `{name}` has version {newer}, this engine {VERSION}: update it"),
        )),
        Found::Nothing => create(connection),
        Found::Ours(_) | Found::Foreign => Err(IpamError::new(
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
            format!("`{name}` does not hold this engine's schema: give an empty or absent file"),
        )),
    }
}

/// One transaction, so that a crash leaves either an empty file or a whole schema.
fn create(connection: &Connection) -> IpamResult<()> {
    let mut script = String::from("BEGIN IMMEDIATE;\n");
    script.push_str(DDL);
    for area in AREAS {
        script.push_str(area);
    }
    script.push_str(&format!(
        "INSERT INTO ipamlab_schema VALUES ('{PRODUCT}', {VERSION}); COMMIT;"
    ));
    connection.execute_batch(&script).map_err(database_error)
}
