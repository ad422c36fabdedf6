//! Talking to SQL Server: one batch at a time, and what its errors mean to whoever provisions.

use std::net::SocketAddr;

use crate::base::Fqdn;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::remote::Stage;
use crate::wire::windows::tds::{Batch, LogIn, Request, Response, SqlError};
use crate::wire::windows::{Interface, Win32Error, frame};

use super::parameters::{DatabaseCredential, DatabaseServer};

/// A database on a database server, and how IPAM logs on.
#[derive(Debug, Clone, Copy)]
pub(super) struct SqlDatabase<'a> {
    pub server: &'a DatabaseServer,
    pub name: &'a str,
    pub port: u16,
    pub credential: Option<&'a DatabaseCredential>,
}

/// Why a batch gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SqlFailure {
    /// No answer: the name, the network, the firewall, the service.
    Unreachable(String),
    /// The IPAM server cannot log on to the domain.
    NoTicket(String),
    Refused(SqlError),
}

impl Ipam {
    /// One batch; `database` is false for one that works in `master`.
    pub(super) async fn sql(
        &self,
        target: SqlDatabase<'_>,
        database: bool,
        batch: Batch,
    ) -> Result<Response, SqlFailure> {
        let log_in = match target.credential {
            None => LogIn::Integrated,
            Some(credential) => LogIn::Sql {
                user: credential.user.clone(),
                password: credential.password.clone(),
            },
        };
        let request = frame::Request::SqlServer(Request {
            log_in,
            database: database.then(|| target.name.to_owned()),
            batch,
        });
        let computer = self.computer_account();
        let caller = target.credential.is_none().then_some(&computer);
        let mut last = format!("`{}` has no address", target.server);
        for address in self.addresses_of_server(target.server).await {
            let to = SocketAddr::new(address, target.port);
            let call = self
                .remote
                .call_port(caller, to, Interface::SqlServer, request.clone());
            match call.await {
                Ok(frame::Response::SqlServer(Response::Error(error))) => {
                    return Err(SqlFailure::Refused(error));
                }
                Ok(frame::Response::SqlServer(response)) => return Ok(response),
                Ok(_) => last = "something else than SQL Server answered".to_owned(),
                Err(error) if error.stage == Stage::LogOn => {
                    return Err(SqlFailure::NoTicket(error.to_string()));
                }
                Err(error) if error.error == Win32Error::ERROR_ACCESS_DENIED => {
                    return Err(SqlFailure::NoTicket(error.to_string()));
                }
                Err(error) => last = format!("nothing answers at {to}: {error}"),
            }
        }
        Err(SqlFailure::Unreachable(last))
    }

    async fn addresses_of_server(&self, server: &DatabaseServer) -> Vec<std::net::IpAddr> {
        match server {
            DatabaseServer::Address(address) => vec![*address],
            DatabaseServer::Name(name) => {
                let name: Fqdn = self.qualified(name);
                if name == self.options.server {
                    return vec![self.own_address()];
                }
                self.addresses_of(&name).await
            }
        }
    }
}

impl SqlFailure {
    /// The refusal while provisioning.
    pub(super) fn refusal(self, target: SqlDatabase<'_>) -> IpamError {
        let server = target.server;
        match self {
            SqlFailure::Unreachable(why) => IpamError::new(
                ErrorId::IpamApiErrorDatabaseServerUnreachable,
                format!(
                    "the database server `{server}` cannot be reached: {why}; check its name, the \
                     service MSSQLSERVER, and that its firewall lets TCP port {} in",
                    target.port
                ),
            ),
            SqlFailure::NoTicket(why) => IpamError::new(
                ErrorId::IpamApiErrorDatabaseLoginFailed,
                format!(
                    "the computer account cannot log on to `{server}`: {why}; check that a domain \
                     controller answers and that the server trusts the domain"
                ),
            ),
            SqlFailure::Refused(error) => sql_refusal(&error, target),
        }
    }

    /// The same while the server is in use: whatever it is, the database is gone.
    pub(super) fn lost(self, target: SqlDatabase<'_>) -> IpamError {
        let why = self.refusal(target).message;
        IpamError::new(ErrorId::IpamApiDatabaseConnectionLost, why)
    }

    pub(super) fn is(&self, number: u32) -> bool {
        matches!(self, SqlFailure::Refused(error) if error.number == number)
    }
}

/// The identifier of a server's error, and what mends it.
fn sql_refusal(error: &SqlError, target: SqlDatabase<'_>) -> IpamError {
    let (id, remedy) = match (error.number, error.state) {
        (SqlError::LOGIN_FAILED, state) => (
            ErrorId::IpamApiErrorDatabaseLoginFailed,
            match state {
                SqlError::STATE_WINDOWS_ONLY => {
                    "turn on SQL Server and Windows authentication mode and restart MSSQLSERVER"
                }
                SqlError::STATE_WRONG_PASSWORD => "give the right password",
                SqlError::STATE_NO_WINDOWS_LOGIN => {
                    "create a login for the IPAM server's account and map it to the database"
                }
                _ => "create the login or give another one",
            },
        ),
        (SqlError::PASSWORD_MUST_CHANGE, _) => (
            ErrorId::IpamApiErrorDatabasePasswordMustChange,
            "change the password of the login first",
        ),
        (SqlError::CANNOT_OPEN_DATABASE, _) => (
            ErrorId::IpamApiErrorDatabaseDoesNotExist,
            "create the database, or map the login to a user in it",
        ),
        (SqlError::CREATE_DATABASE_DENIED, _) => (
            ErrorId::IpamApiErrorDatabaseDoesNotExist,
            "create the database and map the login to a user in it, or give the login dbcreator",
        ),
        (SqlError::DATABASE_EXISTS, _) | (SqlError::PERMISSION_DENIED, _) => (
            ErrorId::IpamApiErrorDatabaseAccessDenied,
            "map the login to a user in the database with db_owner, or with db_datareader, \
             db_datawriter, db_ddladmin, VIEW DATABASE STATE and ALTER",
        ),
        (SqlError::OBJECT_EXISTS, _) => (
            ErrorId::IpamApiErrorDatabaseSchemaExists,
            "use `UseExistingSchema`, or a clean database",
        ),
        _ => (
            ErrorId::IpamApiErrorDatabaseVerifySchemaFailed,
            "use a clean database",
        ),
    };
    let why = format!(
        "`{}` on `{}`: {error}; {remedy}",
        target.name, target.server
    );
    IpamError::new(id, why)
}
