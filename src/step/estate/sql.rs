//! SQL Server as its administrator runs it: logins, databases, rights, authentication mode.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::estate::SqlLoginSpec;
use crate::estate::sql::ServerRole;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};
use crate::wire::windows::tds::DatabaseRight;

/// `CREATE LOGIN`, or `ALTER LOGIN` for one that is there.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetSqlLogin {
    pub host: String,
    /// A Windows account or group `CORP\IPAM1$`, or the name of a SQL login.
    pub login: String,
    /// Of a SQL login.
    pub password: Option<String>,
    /// Whether the password must be changed before the first log-on.
    #[serde(default)]
    pub must_change: bool,
    #[serde(default)]
    pub server_roles: BTreeSet<ServerRole>,
}

impl Arguments for SetSqlLogin {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let login = SqlLoginSpec {
            name: self.login.clone(),
            password: self.password.clone(),
            must_change: self.must_change,
            server_roles: self.server_roles.clone(),
        };
        let at = stage.lab.now();
        stage.lab.estate_mut().put_sql_login(&host, &login, at)?;
        Ok(())
    }
}

/// A database of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostDatabase {
    pub host: String,
    pub database: String,
}

/// `CREATE DATABASE`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct NewSqlDatabase(pub HostDatabase);

impl Arguments for NewSqlDatabase {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.0.host)?, stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        estate.create_sql_database(&host, &self.0.database, at)?;
        Ok(())
    }
}

/// `DROP DATABASE`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveSqlDatabase(pub HostDatabase);

impl Arguments for RemoveSqlDatabase {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.0.host)?, stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        estate.drop_sql_database(&host, &self.0.database, at)?;
        Ok(())
    }
}

/// Maps a login to a user of a database with these rights and no others; without any it has no
/// user there.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetSqlRights {
    pub host: String,
    pub database: String,
    pub login: String,
    pub rights: BTreeSet<DatabaseRight>,
}

impl Arguments for SetSqlRights {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.host)?, stage.lab.now());
        let of = (self.database.as_str(), self.login.as_str());
        let mut estate = stage.lab.estate_mut();
        estate.set_sql_rights(&host, of, self.rights.clone(), at)?;
        Ok(())
    }
}

/// *Server Properties > Security > Server authentication*; it counts from the next start of
/// MSSQLSERVER.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetSqlAuthentication {
    pub host: String,
    /// SQL Server and Windows authentication mode, or Windows only.
    pub mixed_mode: bool,
}

impl Arguments for SetSqlAuthentication {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.host)?, stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        estate.set_sql_mixed_mode(&host, self.mixed_mode, at)?;
        Ok(())
    }
}
