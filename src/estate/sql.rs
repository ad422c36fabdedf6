//! A SQL Server instance of a host: logins, databases, and who may do what in them.
//!
//! A database is reduced to what a provisioning can meet in it: nothing, the tables of IPAM with
//! what they say of themselves, or the tables of somebody else.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Sid;
use crate::wire::windows::tds::{
    Contents, DatabaseRight, SCHEMA_VERSION, SERVER_LOCALE, Schema, SqlVersion,
};

/// The port an instance listens on.
pub const PORT: u16 = 1433;

/// A role of a login in the whole instance.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ServerRole {
    /// May do everything.
    Sysadmin,
    /// May create databases, and owns those it creates.
    Dbcreator,
}

/// What a database or a folder holds, in a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    #[default]
    Nothing,
    /// IPAM's tables, whole and of this version.
    Ipam,
    /// IPAM's tables, with one of them altered.
    Modified,
    /// IPAM's tables as a later version makes them.
    HigherVersion,
    /// IPAM's tables as an earlier version made them.
    LowerVersion,
    /// IPAM's tables made on a system of another culture.
    OtherLocale,
    /// Tables of another application.
    Foreign,
}

impl Holds {
    /// The same in full.
    pub fn contents(self) -> Contents {
        let schema = Schema {
            version: SCHEMA_VERSION,
            locale: SERVER_LOCALE.to_owned(),
            server: "retired.ipam".to_owned(),
            intact: true,
            properties: BTreeMap::from([("DeploymentType".to_owned(), "Manual".to_owned())]),
        };
        Contents::Ipam(match self {
            Holds::Nothing => return Contents::Empty,
            Holds::Foreign => return Contents::Foreign,
            Holds::Ipam => schema,
            Holds::Modified => Schema {
                intact: false,
                ..schema
            },
            Holds::HigherVersion => Schema {
                version: SCHEMA_VERSION + 1,
                ..schema
            },
            Holds::LowerVersion => Schema {
                version: SCHEMA_VERSION - 1,
                ..schema
            },
            Holds::OtherLocale => Schema {
                locale: "de-DE".to_owned(),
                ..schema
            },
        })
    }
}

/// How a login proves itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlProof {
    /// A Windows account or group: whoever has this identifier in the token.
    Windows(Sid),
    Password {
        password: String,
        /// `MUST_CHANGE`: no log-on until the password was changed.
        must_change: bool,
    },
}

/// A login of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlLogin {
    /// As written: `CORP\IPAM1$`, `ipam`.
    pub name: String,
    pub proof: SqlProof,
    pub server_roles: BTreeSet<ServerRole>,
}

/// A database of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlDatabase {
    /// As written.
    pub name: String,
    pub contents: Contents,
    /// Rights by the login's name in lower case. A login without an entry has no user here.
    pub users: BTreeMap<String, BTreeSet<DatabaseRight>>,
}

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlServer {
    pub version: SqlVersion,
    /// Whether SQL authentication is set; it counts from the next start of the service.
    pub mixed_mode: bool,
    /// The same as the running service has it.
    pub mixed_mode_running: bool,
    /// By name in lower case.
    pub logins: BTreeMap<String, SqlLogin>,
    /// By name in lower case.
    pub databases: BTreeMap<String, SqlDatabase>,
}

impl SqlServer {
    pub fn login(&self, name: &str) -> Option<&SqlLogin> {
        self.logins.get(&name.to_lowercase())
    }

    pub fn database(&self, name: &str) -> Option<&SqlDatabase> {
        self.databases.get(&name.to_lowercase())
    }

    pub fn database_mut(&mut self, name: &str) -> Option<&mut SqlDatabase> {
        self.databases.get_mut(&name.to_lowercase())
    }

    /// The logins that a Windows token opens.
    pub fn windows_logins(&self, token: &BTreeSet<Sid>) -> Vec<&SqlLogin> {
        let opens = |login: &&SqlLogin| match &login.proof {
            SqlProof::Windows(sid) => token.contains(sid),
            SqlProof::Password { .. } => false,
        };
        self.logins.values().filter(opens).collect()
    }

    /// What somebody logged on through `logins` may do in a database; `None` without a user.
    pub fn rights(
        &self,
        logins: &[&SqlLogin],
        database: &SqlDatabase,
    ) -> Option<BTreeSet<DatabaseRight>> {
        let mut held = None;
        for login in logins {
            if login.server_roles.contains(&ServerRole::Sysadmin) {
                return Some(BTreeSet::from([DatabaseRight::DbOwner]));
            }
            if let Some(own) = database.users.get(&login.name.to_lowercase()) {
                held.get_or_insert_with(BTreeSet::new).extend(own);
            }
        }
        held
    }
}
