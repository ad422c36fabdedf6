//! The database parameters of `Invoke-IpamServerProvisioning`: as given, and as they mean one
//! database (domain 2.2, 2.4).

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::base::Fqdn;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};

/// How IPAM logs on to an external database (appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DatabaseAuthType {
    /// As the IPAM server's computer account.
    #[default]
    Windows,
    /// As a login of the database server.
    Sql,
}

impl fmt::Display for DatabaseAuthType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DatabaseAuthType::Windows => "Windows",
            DatabaseAuthType::Sql => "SQL",
        })
    }
}

/// A `PSCredential`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseCredential {
    pub user: String,
    pub password: String,
}

/// The parameters as given. Without any of them the embedded database in its default folder is
/// meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatabaseParameters {
    pub wid_schema_path: Option<String>,
    /// FQDN, IPv4 or IPv6 address.
    pub database_server: Option<String>,
    pub database_name: Option<String>,
    pub database_port: Option<i64>,
    pub database_auth_type: Option<DatabaseAuthType>,
    pub database_credential: Option<DatabaseCredential>,
    pub use_existing_schema: bool,
}

/// Where the database server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DatabaseServer {
    Name(Fqdn),
    Address(IpAddr),
}

impl fmt::Display for DatabaseServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseServer::Name(name) => name.fmt(f),
            DatabaseServer::Address(address) => address.fmt(f),
        }
    }
}

/// One database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DatabaseTarget {
    /// Windows Internal Database, with its files in this folder.
    Wid { path: String },
    /// SQL Server. Without a credential IPAM logs on as its computer account.
    ///
    /// Deviation: Windows keeps the credential encrypted; here it is kept as it is, because
    /// nobody but the engine can read its store.
    Sql {
        server: DatabaseServer,
        name: String,
        port: u16,
        credential: Option<DatabaseCredential>,
    },
}

/// The default folder of the embedded database (domain 2.2).
pub const DEFAULT_WID_PATH: &str = r"%WINDIR%\System32\IPAM\Database";

/// The only name the embedded database can have.
const WID_NAME: &str = "IPAM";

impl Default for DatabaseTarget {
    fn default() -> DatabaseTarget {
        DatabaseTarget::Wid {
            path: DEFAULT_WID_PATH.to_owned(),
        }
    }
}

/// `SQL Server database IPAM on db1.corp.example, port 1433`, or the embedded one's folder.
impl fmt::Display for DatabaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseTarget::Wid { path } => write!(f, "Windows Internal Database at {path}"),
            DatabaseTarget::Sql {
                server, name, port, ..
            } => write!(f, "SQL Server database {name} on {server}, port {port}"),
        }
    }
}

impl DatabaseParameters {
    /// The database that is meant.
    ///
    /// # Errors
    /// Everything of domain 2.4 that shows without asking anybody, each by its own identifier.
    pub fn target(&self) -> IpamResult<DatabaseTarget> {
        match (&self.database_server, &self.wid_schema_path) {
            (Some(_), Some(path)) => refused(
                ErrorId::IpamApiErrorInvalidDatabaseParameterSet,
                format!(
                    "`WidSchemaPath` `{path}` is of the embedded database and `DatabaseServer` of \
                     an external one; give one of the two"
                ),
            ),
            (Some(server), None) => self.external(server),
            (None, path) => self.embedded(path.as_deref()),
        }
    }

    fn embedded(&self, path: Option<&str>) -> IpamResult<DatabaseTarget> {
        let remedy = "give `DatabaseServer` for an external one, or omit it";
        if let Some(name) = &self.database_name
            && !name.eq_ignore_ascii_case(WID_NAME)
        {
            return refused(
                ErrorId::IpamApiErrorInvalidDatabaseName,
                format!(
                    "the embedded database is always called {WID_NAME}, not `{name}`: {remedy}"
                ),
            );
        }
        if let Some(port) = self.database_port {
            return refused(
                ErrorId::IpamApiErrorInvalidDatabasePort,
                format!("the embedded database has no port, so none can be `{port}`: {remedy}"),
            );
        }
        if let Some(credential) = &self.database_credential {
            return refused(
                ErrorId::IpamApiErrorInvalidDatabaseCredential,
                format!(
                    "nobody logs on to the embedded database as `{}`: {remedy}",
                    credential.user
                ),
            );
        }
        if self.database_auth_type == Some(DatabaseAuthType::Sql) {
            return refused(
                ErrorId::IpamApiErrorInvalidDatabaseParameterSet,
                format!("the embedded database knows Windows authentication only: {remedy}"),
            );
        }
        if self.use_existing_schema {
            return refused(
                ErrorId::IpamApiErrorInvalidDatabaseParameterSet,
                "`UseExistingSchema` is for an external database; to reuse an embedded one give \
                 its folder as `WidSchemaPath`",
            );
        }
        let path = path.map_or(Ok(DEFAULT_WID_PATH), rooted)?;
        Ok(DatabaseTarget::Wid {
            path: path.to_owned(),
        })
    }

    fn external(&self, server: &str) -> IpamResult<DatabaseTarget> {
        let invalid = ErrorId::IpamApiErrorInvalidDatabaseServer;
        let server = match server.trim() {
            "" => {
                return refused(
                    invalid,
                    "`DatabaseServer` is empty; name the database server",
                );
            }
            text => match (text.parse(), text.parse()) {
                (Ok(address), _) => DatabaseServer::Address(address),
                (_, Ok(name)) => DatabaseServer::Name(name),
                _ => {
                    let why = format!(
                        "`{text}` is no database server: give an FQDN, an IPv4 or an IPv6 address"
                    );
                    return refused(invalid, why);
                }
            },
        };
        let name = match self.database_name.as_deref().map(str::trim) {
            None | Some("") => {
                let why = "`DatabaseName` is empty; name the database";
                return refused(ErrorId::IpamApiErrorInvalidDatabaseName, why);
            }
            Some(name) => name.to_owned(),
        };
        Ok(DatabaseTarget::Sql {
            server,
            name,
            port: self.port()?,
            credential: self.credential()?,
        })
    }

    fn port(&self) -> IpamResult<u16> {
        let invalid = ErrorId::IpamApiErrorInvalidDatabasePort;
        let Some(port) = self.database_port else {
            let why = "`DatabasePort` is missing; SQL Server listens on 1433 by default";
            return refused(invalid, why);
        };
        match u16::try_from(port) {
            Ok(port) if port > 0 => Ok(port),
            _ => refused(invalid, format!("port `{port}` is not within 1 to 65535")),
        }
    }

    fn credential(&self) -> IpamResult<Option<DatabaseCredential>> {
        let invalid = ErrorId::IpamApiErrorInvalidDatabaseCredential;
        match (
            self.database_auth_type.unwrap_or_default(),
            &self.database_credential,
        ) {
            (DatabaseAuthType::Windows, None) => Ok(None),
            (DatabaseAuthType::Windows, Some(credential)) => refused(
                invalid,
                format!(
                    "with Windows authentication the computer account logs on, not `{}`; omit \
                     `DatabaseCredential` or give `DatabaseAuthType: SQL`",
                    credential.user
                ),
            ),
            (DatabaseAuthType::Sql, None) => refused(
                invalid,
                "SQL authentication needs a login; give `DatabaseCredential`",
            ),
            (DatabaseAuthType::Sql, Some(credential)) if credential.user.trim().is_empty() => {
                refused(invalid, "the user name of `DatabaseCredential` is empty")
            }
            (DatabaseAuthType::Sql, Some(credential)) => Ok(Some(credential.clone())),
        }
    }
}

/// A path that starts at the root of a drive of this machine.
fn rooted(path: &str) -> IpamResult<&str> {
    let invalid = ErrorId::IpamApiErrorInvalidDatabasePath;
    let path = path.trim();
    if path.is_empty() {
        return refused(
            invalid,
            "`WidSchemaPath` is empty; name a folder or omit it",
        );
    }
    let mut letters = path.chars();
    let drive = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && matches!(letters.next(), Some('\\' | '/'));
    let upper = path.to_ascii_uppercase();
    let named = ["%WINDIR%\\", "%SYSTEMROOT%\\", "%SYSTEMDRIVE%\\"];
    if drive || named.iter().any(|root| upper.starts_with(root)) {
        return Ok(path);
    }
    refused(
        invalid,
        format!("`{path}` does not start at a drive of this server; give a path like `D:\\IPAM`"),
    )
}

fn refused<T>(id: ErrorId, why: impl Into<String>) -> IpamResult<T> {
    Err(IpamError::new(id, why))
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
