//! Opening a database.

use crate::ipam::error::IpamResult;
#[cfg(not(feature = "postgres"))]
use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::generation::Rules;

use super::backend::AnyBackend;
use super::database::{Database, Existing, ServerAddress};
use super::embedded::Embedded;
use super::fault::FaultHook;
#[cfg(feature = "postgres")]
use super::{postgres::Server, schema};

/// The database of one engine.
pub struct Store {
    backend: AnyBackend,
    faults: FaultHook,
    rules: Rules,
}

impl Store {
    /// Opens a database, making it or its schema where there is none.
    ///
    /// # Errors
    /// Those of [`Store::open_with`].
    pub fn open(database: &Database) -> IpamResult<Store> {
        Store::open_with(database, Existing::Allowed)
    }

    /// Opens a database that holds a schema already, or none, as `existing` says.
    ///
    /// # Errors
    /// `IpamApiErrorDatabaseSchemaExists`, `IpamApiErrorDatabaseIsEmpty` and
    /// `IpamApiErrorDatabaseDoesNotExist` when it is not as `existing` says;
    /// `IpamApiErrorDatabaseIsAtHigherVersion`, `IpamApiErrorDatabaseSchemaIsModified` and
    /// `IpamApiErrorDatabaseLocaleMismatch` when this engine cannot use what it holds;
    /// `IpamApiErrorDatabaseLoginFailed`, `IpamApiErrorDatabaseAccessDenied` and
    /// `IpamApiDatabaseConnectionLost` when it cannot be reached.
    pub fn open_with(database: &Database, existing: Existing) -> IpamResult<Store> {
        let backend = match database {
            Database::Memory => AnyBackend::Embedded(Embedded::in_memory(existing)?),
            Database::File(path) => AnyBackend::Embedded(Embedded::in_file(path, existing)?),
            Database::Server(address) => on_server(address, existing)?,
        };
        Ok(Store {
            backend,
            faults: FaultHook::default(),
            rules: Rules::default(),
        })
    }

    /// The same, with the rules of the release its engine is.
    pub fn with_rules(mut self, rules: Rules) -> Store {
        self.rules = rules;
        self
    }

    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    /// The switch that makes statements fail, for tests of what a crash leaves behind.
    pub fn faults(&self) -> &FaultHook {
        &self.faults
    }

    pub(super) fn backend(&self) -> &AnyBackend {
        &self.backend
    }
}

#[cfg(feature = "postgres")]
fn on_server(address: &ServerAddress, existing: Existing) -> IpamResult<AnyBackend> {
    let server = Server::open(address, existing)?;
    schema::prepare(&server, &address.to_string(), existing)?;
    Ok(AnyBackend::Server(server))
}

#[cfg(not(feature = "postgres"))]
fn on_server(address: &ServerAddress, _: Existing) -> IpamResult<AnyBackend> {
    Err(IpamError::new(
        ErrorId::IpamApiDatabaseConnectionLost,
        format!(
            "this build cannot reach `{address}`: build it with \
             `cargo build --release --features postgres`"
        ),
    ))
}
