//! What a host has of its own as written: a SQL Server instance, folders, hardening.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use super::place::{At, Entries};
use crate::estate::Holds;
use crate::estate::sql::ServerRole;
use crate::wire::windows::tds::{DatabaseRight, SqlVersion};

/// A SQL Server, default instance.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SqlFile {
    /// `2019` by default.
    #[serde(default)]
    pub version: SqlVersion,
    /// SQL Server and Windows authentication mode; Windows authentication only by default.
    #[serde(default)]
    pub mixed_mode: bool,
    /// Logins by name: `CORP\IPAM1$` is a Windows account, `ipam` a login with a password.
    #[serde(default)]
    pub logins: Entries<SqlLoginFile>,
    /// Databases by name.
    #[serde(default)]
    pub databases: Entries<SqlDatabaseFile>,
}

/// A login.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SqlLoginFile {
    /// Of a SQL login; a Windows account has none here.
    pub password: Option<At<String>>,
    /// Whether the password must be changed before the first log-on.
    #[serde(default)]
    pub must_change: bool,
    #[serde(default)]
    pub server_roles: BTreeSet<ServerRole>,
}

/// A database.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SqlDatabaseFile {
    #[serde(default)]
    pub holds: Holds,
    /// Rights by login.
    #[serde(default)]
    pub users: BTreeMap<String, BTreeSet<DatabaseRight>>,
}

/// A folder.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FolderFile {
    /// Files in it, by name.
    #[serde(default)]
    pub files: Vec<String>,
    /// The two files of an embedded IPAM database with these contents.
    #[serde(default)]
    pub database: Holds,
}
