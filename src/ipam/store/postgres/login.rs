//! Logging in, and making the database where there is none.

use std::time::Duration;

use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};

use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::store::{Existing, ServerAddress};

use super::refusal;

/// How long a server may take to answer a connection, unless the address says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Settings of every connection. Another engine's transaction is short, so waiting long for it
/// means that its host is gone; and one that stands still must not hold up the others.
const SETTINGS: &str = "SET client_min_messages = warning; SET lock_timeout = '30s'; \
                        SET idle_in_transaction_session_timeout = '60s'";

/// The database that every server has, from which another can be made.
const MAINTENANCE: &str = "postgres";

/// Where to log in, and as whom.
#[derive(Clone)]
pub(super) struct Login {
    pub address: ServerAddress,
    config: Config,
    database: String,
}

impl Login {
    /// Reads an address: `postgres://user:password@host:port/name?option=value`.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` when it is none, or leaves out the server or the database.
    pub(super) fn new(address: &ServerAddress) -> IpamResult<Login> {
        let usage = "write `postgres://user@host:port/name`";
        let mut config: Config = address.url().parse().map_err(|error: postgres::Error| {
            let cause = refusal::cause(&error);
            let words = format!("`{address}` is no address of a database: {cause}; {usage}");
            IpamError::parameter(words)
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            let words = format!("`{address}` names no server: {usage}");
            return Err(IpamError::parameter(words));
        }
        let database = config.get_dbname().unwrap_or_default().to_owned();
        if database.is_empty() {
            let words = format!("`{address}` names no database: {usage}");
            return Err(IpamError::parameter(words));
        }
        if let (None, Some(password)) = (config.get_password(), address.password()) {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("ipamlab");
        }
        Ok(Login {
            address: address.clone(),
            config,
            database,
        })
    }

    /// Connects.
    pub(super) fn connect(&self) -> IpamResult<Client> {
        self.try_connect().map_err(|error| self.refusal(&error))
    }

    /// Connects, and makes the database when it is not there and may be made.
    pub(super) fn connect_or_make(&self, existing: Existing) -> IpamResult<Client> {
        match self.try_connect() {
            Err(error)
                if error.code() == Some(&SqlState::INVALID_CATALOG_NAME)
                    && existing != Existing::Required =>
            {
                // Where making it fails, that it is missing is what there is to tell.
                self.make().map_err(|_| self.refusal(&error))?;
                self.connect()
            }
            result => result.map_err(|error| self.refusal(&error)),
        }
    }

    fn make(&self) -> Result<(), postgres::Error> {
        let mut config = self.config.clone();
        config.dbname(MAINTENANCE);
        let name = self.database.replace('"', "\"\"");
        let sql = format!("CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0");
        match config.connect(NoTls)?.batch_execute(&sql) {
            // Another engine was faster.
            Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => Ok(()),
            result => result,
        }
    }

    fn try_connect(&self) -> Result<Client, postgres::Error> {
        let mut client = self.config.connect(NoTls)?;
        client.batch_execute(SETTINGS)?;
        Ok(client)
    }

    fn refusal(&self, error: &postgres::Error) -> IpamError {
        let user = self.config.get_user().unwrap_or("the user of this process");
        refusal::on_login(error, &self.address, user)
    }
}
