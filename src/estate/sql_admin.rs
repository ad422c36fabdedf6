//! SQL Server instances as they are set up, and as their administrator changes them.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fqdn, Moment, Sid};
use crate::wire::windows::tds::{DatabaseRight, SqlVersion};

use super::build::Builder;
use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::host::Role;
use super::sid::{self, well_known};
use super::spec::{EstateSpec, HostSpec};
use super::sql::{Holds, ServerRole, SqlDatabase, SqlLogin, SqlProof, SqlServer};

/// An instance as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlSpec {
    pub version: SqlVersion,
    pub mixed_mode: bool,
    pub logins: Vec<SqlLoginSpec>,
    pub databases: Vec<SqlDatabaseSpec>,
}

/// A login as written: one with a backslash in its name is a Windows account or group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlLoginSpec {
    pub name: String,
    pub password: Option<String>,
    pub must_change: bool,
    pub server_roles: BTreeSet<ServerRole>,
}

/// A database as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlDatabaseSpec {
    pub name: String,
    pub holds: Holds,
    /// Rights by login.
    pub users: BTreeMap<String, BTreeSet<DatabaseRight>>,
}

/// The account of Windows that an IPAM server acts as on its own machine.
const NETWORK_SERVICE: &str = r"NT AUTHORITY\NETWORK SERVICE";

impl Builder {
    /// Sets the instances up, once the accounts that log on to them exist.
    pub(super) fn add_sql_servers(&mut self, spec: &EstateSpec) {
        let in_domains = spec.domains.iter().flat_map(|domain| {
            let hosts = domain.hosts.iter();
            hosts.map(move |host| (host, Some(&domain.name)))
        });
        let outside = spec.workgroup.iter().map(|host| (host, None));
        let hosts: Vec<(&HostSpec, Option<&Fqdn>)> = in_domains
            .chain(outside)
            .filter(|(host, _)| host.roles.contains(&Role::Sql))
            .collect();
        for (host, domain) in hosts {
            let fqdn = match domain.or(host.dns_suffix.as_ref()) {
                Some(suffix) => host.name.in_domain(suffix),
                None => match host.name.as_str().parse() {
                    Ok(fqdn) => fqdn,
                    Err(_) => continue,
                },
            };
            let written = host.sql.clone().unwrap_or_default();
            let made = self.sql_server(&fqdn, &written);
            if let Some(made) = self.keep(made)
                && let Some(machine) = self.estate.hosts.get_mut(&fqdn)
            {
                machine.sql = Some(made);
            }
        }
    }

    fn sql_server(&self, host: &Fqdn, spec: &SqlSpec) -> Result<SqlServer, EstateError> {
        let mut server = SqlServer {
            version: spec.version,
            mixed_mode: spec.mixed_mode,
            mixed_mode_running: spec.mixed_mode,
            logins: BTreeMap::new(),
            databases: BTreeMap::new(),
        };
        for login in &spec.logins {
            let made = self.estate.sql_login(host, login)?;
            server.logins.insert(login.name.to_lowercase(), made);
        }
        for database in &spec.databases {
            let mut made = SqlDatabase {
                name: database.name.clone(),
                contents: database.holds.contents(),
                users: BTreeMap::new(),
            };
            for (login, rights) in &database.users {
                known_login(&server, host, login)?;
                made.users.insert(login.to_lowercase(), rights.clone());
            }
            server.databases.insert(database.name.to_lowercase(), made);
        }
        Ok(server)
    }
}

fn known_login(server: &SqlServer, host: &Fqdn, name: &str) -> Result<(), EstateError> {
    let unknown = || EstateError::UnknownSqlLogin {
        host: host.clone(),
        name: name.to_owned(),
        hint: Hint::nearest(name, server.logins.values().map(|login| &login.name)),
    };
    server.login(name).map(drop).ok_or_else(unknown)
}

impl Estate {
    fn sql_login(&self, host: &Fqdn, spec: &SqlLoginSpec) -> Result<SqlLogin, EstateError> {
        let proof = match &spec.password {
            Some(password) => SqlProof::Password {
                password: password.clone(),
                must_change: spec.must_change,
            },
            None => SqlProof::Windows(self.windows_account(host, &spec.name)?),
        };
        Ok(SqlLogin {
            name: spec.name.clone(),
            proof,
            server_roles: spec.server_roles.clone(),
        })
    }

    fn windows_account(&self, host: &Fqdn, name: &str) -> Result<Sid, EstateError> {
        if name.eq_ignore_ascii_case(NETWORK_SERVICE) {
            return Ok(well_known(sid::NETWORK_SERVICE));
        }
        let domain = self.hosts.get(host).and_then(|host| host.domain());
        Ok(self.find_principal(name, domain)?.sid.clone())
    }

    /// The instance of a host.
    ///
    /// # Errors
    /// There is no such host, or it runs no SQL Server.
    pub fn sql_server(&self, host: &Fqdn) -> Result<&SqlServer, EstateError> {
        let sql = self.host_or_err(host)?.sql.as_ref();
        sql.ok_or_else(|| EstateError::NoSqlServer { host: host.clone() })
    }

    /// The same, to change it.
    ///
    /// # Errors
    /// As [`Estate::sql_server`].
    pub fn sql_server_mut(&mut self, host: &Fqdn) -> Result<&mut SqlServer, EstateError> {
        let sql = self.host_mut(host)?.sql.as_mut();
        sql.ok_or_else(|| EstateError::NoSqlServer { host: host.clone() })
    }

    /// `CREATE LOGIN`, or `ALTER LOGIN` for one that is there.
    ///
    /// # Errors
    /// No such instance, or no such Windows account.
    pub fn put_sql_login(
        &mut self,
        host: &Fqdn,
        login: &SqlLoginSpec,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let made = self.sql_login(host, login)?;
        let server = self.sql_server_mut(host)?;
        server.logins.insert(login.name.to_lowercase(), made);
        Ok(())
    }

    /// `CREATE DATABASE`.
    ///
    /// # Errors
    /// No such instance, or a database of that name exists.
    pub fn create_sql_database(
        &mut self,
        host: &Fqdn,
        name: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let server = self.sql_server_mut(host)?;
        if server.database(name).is_some() {
            return Err(EstateError::AlreadyExists {
                name: name.to_owned(),
                place: host.to_string(),
            });
        }
        let made = SqlDatabase {
            name: name.to_owned(),
            contents: Holds::Nothing.contents(),
            users: BTreeMap::new(),
        };
        server.databases.insert(name.to_lowercase(), made);
        Ok(())
    }

    /// `DROP DATABASE`.
    ///
    /// # Errors
    /// No such instance or database.
    pub fn drop_sql_database(
        &mut self,
        host: &Fqdn,
        name: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.sql_database_or_err(host, name)?;
        let server = self.sql_server_mut(host)?;
        server.databases.remove(&name.to_lowercase());
        Ok(())
    }

    /// `CREATE USER` for a login and `ALTER ROLE ... ADD MEMBER` or `GRANT`: the login has these
    /// rights in the database from now on, and no others. None takes its user away.
    ///
    /// # Errors
    /// No such instance, database or login.
    pub fn set_sql_rights(
        &mut self,
        host: &Fqdn,
        (database, login): (&str, &str),
        rights: BTreeSet<DatabaseRight>,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.sql_database_or_err(host, database)?;
        let server = self.sql_server_mut(host)?;
        known_login(server, host, login)?;
        if let Some(database) = server.database_mut(database) {
            let key = login.to_lowercase();
            match rights.is_empty() {
                true => database.users.remove(&key),
                false => database.users.insert(key, rights),
            };
        }
        Ok(())
    }

    /// *Server Properties > Security*: Windows authentication, or SQL Server and Windows.
    ///
    /// # Errors
    /// No such instance.
    pub fn set_sql_mixed_mode(
        &mut self,
        host: &Fqdn,
        on: bool,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.sql_server_mut(host)?.mixed_mode = on;
        Ok(())
    }

    fn sql_database_or_err(&self, host: &Fqdn, name: &str) -> Result<(), EstateError> {
        let server = self.sql_server(host)?;
        let unknown = || EstateError::UnknownSqlDatabase {
            host: host.clone(),
            name: name.to_owned(),
            hint: Hint::nearest(name, server.databases.values().map(|known| &known.name)),
        };
        server.database(name).map(drop).ok_or_else(unknown)
    }
}
