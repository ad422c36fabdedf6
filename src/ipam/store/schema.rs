//! The schema, its version, and what a database may be opened.

use std::collections::BTreeMap;

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::backend::Backend;
use super::database::Existing;
use super::row::Row;
use super::tables;
use super::value::RowResult;

/// Version of the schema. Raise it with every change of a DDL constant.
pub const VERSION: u32 = 6;

/// The tables of every area, in the order they are made.
pub const AREAS: &[&str] = &[
    crate::ipam::space::rows::DDL,
    crate::ipam::space::taken::DDL,
    crate::ipam::space::spaces::DDL,
    crate::ipam::space::subnets::DDL,
    super::access_rows::DDL,
    super::secret_key::DDL,
    super::configuration::DDL,
    super::discovery::DDL,
    super::servers::DDL,
    super::collected::DDL,
    super::events::DDL,
    super::property::DDL,
    super::expiry::DDL,
    super::monitoring::DDL,
    super::tracking::DDL,
    crate::ipam::usage::DDL,
    crate::ipam::fields::DDL,
    crate::ipam::groups::DDL,
    crate::ipam::sync::ledger::DDL,
    crate::ipam::failover::rows::DDL,
    crate::ipam::find::DDL,
];

/// The names of all tables of [`AREAS`].
pub(super) fn table_names() -> impl Iterator<Item = &'static str> {
    AREAS
        .iter()
        .flat_map(|area| tables::tables(area))
        .map(|table| table.name)
}

const PRODUCT: &str = "ipamlab";

/// The table by which a database of this engine is known, and which stands for the whole of it
/// where a lock needs a name.
pub(super) const TABLE: &str = "ipamlab_schema";

pub(super) const DDL: &str = "
CREATE TABLE ipamlab_schema (
    product TEXT NOT NULL, version INTEGER NOT NULL, locale TEXT NOT NULL,
    PRIMARY KEY (product, version));
";

/// The tables that a database holds, each with its columns in order.
pub(super) type Catalogue = BTreeMap<String, Vec<String>>;

/// Makes the tables in an empty database, and refuses one that this version cannot use.
///
/// # Errors
/// `IpamApiErrorDatabaseIsAtHigherVersion` for a newer schema;
/// `IpamApiErrorDatabaseSchemaIsModified` for a database that holds something else;
/// `IpamApiErrorDatabaseLocaleMismatch` when text is not ordered or encoded as it was when the
/// schema was made; `IpamApiErrorDatabaseSchemaExists` and `IpamApiErrorDatabaseIsEmpty` when
/// `existing` expected otherwise (domain 2.4).
pub(super) fn prepare(backend: &impl Backend, name: &str, existing: Existing) -> IpamResult<()> {
    let catalogue = backend.catalogue()?;
    if catalogue.is_empty() {
        if existing == Existing::Required {
            return Err(IpamError::new(
                ErrorId::IpamApiErrorDatabaseIsEmpty,
                format!("`{name}` holds no schema to use: open it without asking for one"),
            ));
        }
        return create(backend, name, existing);
    }
    judge(backend, name, &catalogue)?;
    if existing == Existing::Refused {
        return Err(exists(name));
    }
    Ok(())
}

fn exists(name: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorDatabaseSchemaExists,
        format!("`{name}` holds a schema already: use it, or name an empty database"),
    )
}

/// One transaction, so that a crash leaves either an empty database or a whole schema, and so that
/// of two engines that find it empty one makes the schema and the other uses it.
fn create(backend: &impl Backend, name: &str, existing: Existing) -> IpamResult<()> {
    backend.begin_definition()?;
    let made = (|| {
        let catalogue = backend.catalogue()?;
        if !catalogue.is_empty() {
            judge(backend, name, &catalogue)?;
            return match existing {
                Existing::Refused => Err(exists(name)),
                Existing::Allowed | Existing::Required => Ok(()),
            };
        }
        let locale = backend.locale()?;
        std::iter::once(&DDL)
            .chain(AREAS)
            .try_for_each(|area| backend.define(area))?;
        let row: &[&dyn super::ToValue] = &[&PRODUCT, &VERSION, &locale];
        let sql = "INSERT INTO ipamlab_schema VALUES (?1, ?2, ?3)";
        backend.execute(sql, &row).map(drop)
    })();
    let ended = made.and_then(|()| backend.commit());
    if ended.is_err() {
        let _ = backend.rollback();
    }
    ended
}

/// Whether a database that is not empty is this engine's, of its version and untouched.
fn judge(backend: &impl Backend, name: &str, catalogue: &Catalogue) -> IpamResult<()> {
    let versioned = catalogue
        .get(TABLE)
        .is_some_and(|columns| columns.iter().any(|column| column == "version"));
    if !versioned {
        return Err(modified(
            name,
            "does not hold this engine's schema: give an empty or absent one",
        ));
    }
    let sql = "SELECT max(version) FROM ipamlab_schema WHERE product = ?1";
    let version: Option<u32> = one(backend, sql, PRODUCT, |row| row.get(0))?.flatten();
    match version {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(IpamError::new(
                ErrorId::IpamApiErrorDatabaseIsAtHigherVersion,
                format!(
                    "the schema of `{name}` has version {newer}, this engine {VERSION}: update it"
                ),
            ));
        }
        Some(older) => {
            let words = format!("has the schema version {older}, this engine {VERSION}");
            return Err(modified(name, &words));
        }
        None => return Err(modified(name, "lost the version of its schema")),
    }
    let known = std::iter::once(&DDL).chain(AREAS);
    for table in known.flat_map(|area| tables::tables(area)) {
        let Some(found) = catalogue.get(table.name) else {
            return Err(modified(name, &format!("lost the table `{}`", table.name)));
        };
        let mut columns = table.columns.iter().map(|column| column.name);
        if !columns.by_ref().eq(found.iter().map(String::as_str)) {
            let words = format!("has a table `{}` with other columns", table.name);
            return Err(modified(name, &words));
        }
    }
    same_locale(backend, name)
}

fn same_locale(backend: &impl Backend, name: &str) -> IpamResult<()> {
    let sql = "SELECT locale FROM ipamlab_schema WHERE product = ?1 ORDER BY version DESC";
    let recorded = one(backend, sql, PRODUCT, |row| row.get::<String>(0))?;
    let (recorded, found) = (recorded.unwrap_or_default(), backend.locale()?);
    if recorded == found {
        return Ok(());
    }
    Err(IpamError::new(
        ErrorId::IpamApiErrorDatabaseLocaleMismatch,
        format!(
            "the schema of `{name}` was made with the locale `{recorded}`, and the database has \
             `{found}`: restore it into one with `{recorded}`"
        ),
    ))
}

pub(super) fn modified(name: &str, words: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        format!("`{name}` {words}"),
    )
}

fn one<T>(
    backend: &impl Backend,
    sql: &str,
    parameter: &str,
    map: impl Fn(&Row<'_>) -> RowResult<T>,
) -> IpamResult<Option<T>> {
    let mut found = None;
    backend.query(sql, &[parameter], |row| {
        found = Some(map(row).map_err(super::transaction::column_error)?);
        Ok(false)
    })?;
    Ok(found)
}
