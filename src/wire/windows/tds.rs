//! SQL Server, reached over its own protocol (MS-TDS) on TCP port 1433.
//!
//! A batch stands for the statements that an application sends; what comes back is what the
//! server's rows or its error would tell. Deviation: the log-on travels with every batch, as the
//! ticket does on the other interfaces. Deviation: SQL Server tells a client state 1 with every
//! refused log-on and writes the true state to its own log only; here the true state travels,
//! because the IPAM protocol has separate refusals for the causes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the tables that the IPAM servers of an estate make and use.
pub const SCHEMA_VERSION: u32 = 4;

/// Culture of every server that is not said to be of another one.
pub const SERVER_LOCALE: &str = "en-US";

/// Who logs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogIn {
    /// The account of the frame's ticket.
    Integrated,
    /// A login of the server itself.
    Sql { user: String, password: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub log_in: LogIn,
    /// The database to work in; `None` is `master`.
    pub database: Option<String>,
    pub batch: Batch,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Batch {
    /// `SELECT 1`: the log-on, and that the database may be opened.
    Ping,
    /// `SERVERPROPERTY('ProductVersion')`.
    ServerVersion,
    /// `CREATE DATABASE`; the login becomes its owner.
    CreateDatabase { name: String },
    /// The database's own catalogue: what tables it holds.
    Contents,
    /// The tables of IPAM, in one transaction.
    CreateSchema(Schema),
    /// Writes the properties of the schema that is there, in one transaction.
    PutProperties(BTreeMap<String, String>),
    /// `HAS_PERMS_BY_NAME` and role memberships of the login in the database.
    MyRights,
}

/// What IPAM's tables say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub version: u32,
    /// Culture of the system that made it.
    pub locale: String,
    /// The IPAM server that made it.
    pub server: String,
    /// Whether every table is as it was made.
    pub intact: bool,
    /// Written when provisioning ends; empty until then.
    pub properties: BTreeMap<String, String>,
}

/// What a database holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contents {
    Empty,
    Ipam(Schema),
    /// Tables of another application.
    Foreign,
}

/// A right of a login in a database: a fixed role or a permission.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum DatabaseRight {
    #[serde(rename = "db_owner")]
    DbOwner,
    #[serde(rename = "db_datareader")]
    DbDatareader,
    #[serde(rename = "db_datawriter")]
    DbDatawriter,
    #[serde(rename = "db_ddladmin")]
    DbDdladmin,
    #[serde(rename = "VIEW DATABASE STATE")]
    ViewDatabaseState,
    #[serde(rename = "ALTER")]
    Alter,
}

impl DatabaseRight {
    /// What IPAM needs at least (domain 2.4); `db_owner` includes all of them.
    pub const MINIMUM: &[DatabaseRight] = &[
        DatabaseRight::DbDatareader,
        DatabaseRight::DbDatawriter,
        DatabaseRight::DbDdladmin,
        DatabaseRight::ViewDatabaseState,
        DatabaseRight::Alter,
    ];

    /// Those of [`DatabaseRight::MINIMUM`] that `held` lacks.
    pub fn missing_from(held: &BTreeSet<DatabaseRight>) -> Vec<DatabaseRight> {
        if held.contains(&DatabaseRight::DbOwner) {
            return Vec::new();
        }
        let minimum = DatabaseRight::MINIMUM.iter().copied();
        minimum.filter(|right| !held.contains(right)).collect()
    }
}

impl fmt::Display for DatabaseRight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DatabaseRight::DbOwner => "db_owner",
            DatabaseRight::DbDatareader => "db_datareader",
            DatabaseRight::DbDatawriter => "db_datawriter",
            DatabaseRight::DbDdladmin => "db_ddladmin",
            DatabaseRight::ViewDatabaseState => "VIEW DATABASE STATE",
            DatabaseRight::Alter => "ALTER",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Done,
    Version(SqlVersion),
    Contents(Contents),
    Rights(BTreeSet<DatabaseRight>),
    Error(SqlError),
}

/// A version of SQL Server, oldest first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum SqlVersion {
    #[serde(rename = "2005")]
    Sql2005,
    #[serde(rename = "2008")]
    Sql2008,
    #[serde(rename = "2008 R2")]
    Sql2008R2,
    #[serde(rename = "2012")]
    Sql2012,
    #[serde(rename = "2014")]
    Sql2014,
    #[serde(rename = "2016")]
    Sql2016,
    #[serde(rename = "2017")]
    Sql2017,
    #[default]
    #[serde(rename = "2019")]
    Sql2019,
    #[serde(rename = "2022")]
    Sql2022,
}

impl fmt::Display for SqlVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = match self {
            SqlVersion::Sql2005 => "2005",
            SqlVersion::Sql2008 => "2008",
            SqlVersion::Sql2008R2 => "2008 R2",
            SqlVersion::Sql2012 => "2012",
            SqlVersion::Sql2014 => "2014",
            SqlVersion::Sql2016 => "2016",
            SqlVersion::Sql2017 => "2017",
            SqlVersion::Sql2019 => "2019",
            SqlVersion::Sql2022 => "2022",
        };
        write!(f, "SQL Server {year}")
    }
}

/// An error of the server, by its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlError {
    pub number: u32,
    pub state: u8,
    pub message: String,
}

impl SqlError {
    /// The log-on was refused; the state tells why.
    pub const LOGIN_FAILED: u32 = 18_456;
    /// The password must be changed first.
    pub const PASSWORD_MUST_CHANGE: u32 = 18_488;
    /// There is no such database, or the login has no user in it.
    pub const CANNOT_OPEN_DATABASE: u32 = 4_060;
    /// The login may not create databases.
    pub const CREATE_DATABASE_DENIED: u32 = 262;
    pub const DATABASE_EXISTS: u32 = 1_801;
    /// The login lacks a right in the database.
    pub const PERMISSION_DENIED: u32 = 229;
    /// A table of that name exists.
    pub const OBJECT_EXISTS: u32 = 2_714;
    pub const INVALID_OBJECT: u32 = 208;

    /// State of 18456: there is no such login.
    pub const STATE_UNKNOWN_USER: u8 = 5;
    /// State of 18456: a Windows account without a login.
    pub const STATE_NO_WINDOWS_LOGIN: u8 = 11;
    /// State of 18456: the password is wrong.
    pub const STATE_WRONG_PASSWORD: u8 = 8;
    /// State of 18456: a SQL login where only Windows authentication is on.
    pub const STATE_WINDOWS_ONLY: u8 = 58;
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (error {}, state {})",
            self.message, self.number, self.state
        )
    }
}
