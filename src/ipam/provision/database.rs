//! Step two of provisioning: the database is there, may be used, and holds IPAM's tables.
//!
//! The division of labour: what lies on the database server, or in the folder of the embedded
//! database, is the *identity* of the schema (version, culture, who made it, whether it is whole)
//! and the properties that provisioning writes. The data itself is in the engine's own
//! [`crate::ipam::store::Store`]. So every refusal and every loss of the connection is met over
//! the network as Windows IPAM would meet it, while data does not travel there.

use std::collections::BTreeMap;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::wire::windows::tds::{
    Batch, Contents, DatabaseRight, Response, SCHEMA_VERSION, SERVER_LOCALE, Schema, SqlError,
    SqlVersion,
};

use super::parameters::DatabaseTarget;
use super::sql::{SqlDatabase, SqlFailure};

/// What became of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseOutcome {
    /// The schema was created in a database that was there.
    Created,
    /// The database was created too (domain 12.16).
    DatabaseCreated,
    /// A schema that was there is used on.
    Reused,
    /// An earlier attempt of this server had created the schema.
    Continued,
}

impl DatabaseTarget {
    pub(super) fn sql(&self) -> Option<SqlDatabase<'_>> {
        match self {
            DatabaseTarget::Wid { .. } => None,
            DatabaseTarget::Sql {
                server,
                name,
                port,
                credential,
            } => Some(SqlDatabase {
                server,
                name,
                port: *port,
                credential: credential.as_ref(),
            }),
        }
    }
}

/// How a schema that is found is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    /// A schema that is there is to be used.
    pub reuse: bool,
    /// An earlier attempt with this very database was begun and not ended, so a schema of this
    /// server's making is its work.
    pub begun: bool,
}

impl Ipam {
    /// Makes the database ready, or takes it over.
    pub(super) async fn prepare_database(
        &self,
        caller: &Caller,
        target: &DatabaseTarget,
        wish: Wish,
    ) -> IpamResult<DatabaseOutcome> {
        match target {
            DatabaseTarget::Wid { path } => self.prepare_wid(caller, path, wish).await,
            DatabaseTarget::Sql { .. } => {
                let target = target.sql().expect("just matched");
                self.prepare_sql(target, wish).await
            }
        }
    }

    async fn prepare_sql(
        &self,
        target: SqlDatabase<'_>,
        wish: Wish,
    ) -> IpamResult<DatabaseOutcome> {
        let refusal = |failure: SqlFailure| failure.refusal(target);
        let version = self.sql(target, false, Batch::ServerVersion).await;
        match version.map_err(refusal)? {
            // Domain 2.4: 2008 R2 or later.
            Response::Version(version) if version < SqlVersion::Sql2008R2 => {
                return Err(IpamError::new(
                    ErrorId::IpamApiErrorDatabaseVersionNotSupported,
                    format!(
                        "`{}` runs {version}; IPAM needs {} or later",
                        target.server,
                        SqlVersion::Sql2008R2
                    ),
                ));
            }
            _ => {}
        }
        let mut outcome = DatabaseOutcome::Created;
        match self.sql(target, true, Batch::Ping).await {
            Ok(_) => {}
            Err(failure) if failure.is(SqlError::CANNOT_OPEN_DATABASE) && !wish.reuse => {
                let name = target.name.to_owned();
                let create = self.sql(target, false, Batch::CreateDatabase { name });
                create.await.map_err(refusal)?;
                outcome = DatabaseOutcome::DatabaseCreated;
            }
            Err(failure) => return Err(refusal(failure)),
        }
        let found = match self.sql(target, true, Batch::Contents).await {
            Ok(Response::Contents(contents)) => contents,
            Ok(_) => return Err(verify_failed(&target.to_string(), "it answers nonsense")),
            Err(failure) => return Err(refusal(failure)),
        };
        if let Some(taken) = self.take(&target.to_string(), &found, wish)? {
            return Ok(taken);
        }
        let create = Batch::CreateSchema(self.new_schema());
        match self.sql(target, true, create).await {
            Ok(_) => Ok(outcome),
            Err(failure) => Err(refusal(failure)),
        }
    }

    /// The tables as this server makes them.
    pub(super) fn new_schema(&self) -> Schema {
        Schema {
            version: SCHEMA_VERSION,
            locale: SERVER_LOCALE.to_owned(),
            server: self.options.server.to_string(),
            intact: true,
            properties: BTreeMap::new(),
        }
    }

    /// Whether what is found can be used; `None` when the tables are still to be made.
    pub(super) fn take(
        &self,
        place: &str,
        found: &Contents,
        wish: Wish,
    ) -> IpamResult<Option<DatabaseOutcome>> {
        let schema = match (found, wish.reuse) {
            (Contents::Empty, false) => return Ok(None),
            (Contents::Empty, true) => {
                return Err(IpamError::new(
                    ErrorId::IpamApiErrorDatabaseIsEmpty,
                    format!(
                        "{place} holds no schema to use; provision without `UseExistingSchema`"
                    ),
                ));
            }
            (Contents::Foreign, _) => {
                return Err(verify_failed(
                    place,
                    "it holds tables of another application",
                ));
            }
            (Contents::Ipam(schema), _) => schema,
        };
        let own = schema.server == self.options.server.as_str();
        // One without properties is unfinished whoever remembers it.
        if own && (wish.begun || schema.properties.is_empty()) {
            return Ok(Some(DatabaseOutcome::Continued));
        }
        if !wish.reuse {
            return Err(IpamError::new(
                ErrorId::IpamApiErrorDatabaseSchemaExists,
                format!(
                    "{place} holds the schema of `{}` already; use `UseExistingSchema`, or a clean \
                     database",
                    schema.server
                ),
            ));
        }
        verify(place, schema)?;
        Ok(Some(DatabaseOutcome::Reused))
    }

    /// Writes what provisioning initialised where the schema is.
    pub(super) async fn put_properties(
        &self,
        caller: &Caller,
        target: &DatabaseTarget,
        properties: BTreeMap<String, String>,
    ) -> IpamResult<()> {
        match (target, target.sql()) {
            (_, Some(sql)) => {
                let batch = Batch::PutProperties(properties);
                let written = self.sql(sql, true, batch).await;
                written.map(drop).map_err(|failure| failure.refusal(sql))
            }
            (DatabaseTarget::Wid { path }, None) => {
                self.put_wid_properties(caller, path, properties).await
            }
            (DatabaseTarget::Sql { .. }, None) => Ok(()),
        }
    }

    /// Whether the database of a provisioned server answers now.
    ///
    /// # Errors
    /// `IpamApiDatabaseConnectionLost`, with what to look at (domain 2.4).
    pub(crate) async fn reach_database(&self) -> IpamResult<()> {
        let target = self.database.borrow().clone();
        match target.sql() {
            Some(sql) => {
                let answer = self.sql(sql, true, Batch::Ping).await;
                answer.map(drop).map_err(|failure| failure.lost(sql))
            }
            None => self.reach_wid(),
        }
    }

    /// The rights IPAM has in its database.
    pub(super) async fn database_rights(
        &self,
        target: &DatabaseTarget,
    ) -> IpamResult<Vec<DatabaseRight>> {
        let Some(sql) = target.sql() else {
            self.reach_wid()?;
            return Ok(vec![DatabaseRight::DbOwner]);
        };
        match self.sql(sql, true, Batch::MyRights).await {
            Ok(Response::Rights(rights)) => Ok(rights.into_iter().collect()),
            Ok(_) => Ok(Vec::new()),
            Err(failure) => Err(failure.lost(sql)),
        }
    }
}

impl std::fmt::Display for SqlDatabase<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "database `{}` on `{}`", self.name, self.server)
    }
}

fn verify_failed(place: &str, why: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorDatabaseVerifySchemaFailed,
        format!("{place} does not hold IPAM's schema: {why}; use an empty database"),
    )
}

/// Whether a schema can be used as it is (domain 2.4).
fn verify(place: &str, schema: &Schema) -> IpamResult<()> {
    let refused = |id, why: String| Err(IpamError::new(id, format!("{place}: {why}")));
    let (theirs, ours) = (schema.version, SCHEMA_VERSION);
    if theirs > ours {
        return refused(
            ErrorId::IpamApiErrorDatabaseIsAtHigherVersion,
            format!("the schema has version {theirs}, this server {ours}; update the server"),
        );
    }
    if theirs < ours {
        return refused(
            ErrorId::IpamApiErrorDatabaseSchemaVersionMismatch,
            format!("the schema has version {theirs}, this server {ours}; convert it first"),
        );
    }
    if !schema.intact {
        return refused(
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
            "its tables were altered by hand; restore them or use a clean database".to_owned(),
        );
    }
    if schema.locale != SERVER_LOCALE {
        return refused(
            ErrorId::IpamApiErrorDatabaseLocaleMismatch,
            format!(
                "the schema was made under {}, this server runs under {SERVER_LOCALE}; provision \
                 it on a server of that culture",
                schema.locale
            ),
        );
    }
    Ok(())
}
