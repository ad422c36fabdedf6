//! The engine's state and how it is opened.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;

use crate::base::{AccountName, Fqdn, Seed};
use crate::net::Endpoint;

use super::caller::Caller;
use super::configuration::integrity::IntegrityState;
use super::error::IpamResult;
use super::find::Shown;
use super::generation::Rules;
use super::gpo::GroupHome;
use super::provision::DatabaseTarget;
use super::remote::RemoteClient;
use super::resolver::Resolver;
use super::store::{Database, Store, configuration};
use super::sync;
use super::tasks::Turns;

/// What an engine needs to know about the host it runs on, and nothing about any other.
#[derive(Debug, Clone)]
pub struct IpamOptions {
    /// The host the engine runs on.
    pub server: Fqdn,
    /// Its computer account and secret: the identity of scheduled tasks (domain 1.2).
    pub computer: AccountName,
    pub computer_secret: String,
    /// The domain controllers the host's resolver found at start, nearest first.
    pub controllers: Vec<IpAddr>,
    /// The DNS server set on the host's network interface (domain 3.2).
    pub dns_server: IpAddr,
    /// Where its data lives.
    pub database: Database,
    /// Source of message ids, transaction ids and ephemeral choices.
    pub seed: Seed,
    pub record_channel: RecordChannel,
    /// After which time `Set-IpamConfiguration -RefreshHmacKey` replaces the key (domain 12.21).
    pub secret_key_lifetime: Duration,
    /// In which domain IPAMUG is made (domain 12.6).
    pub group_home: GroupHome,
    /// The security events that address tracking takes as log-ons (domain 12.20).
    pub logon_events: Vec<u32>,
    /// Where releases differ, which one the engine is (domain 12.13, 12.14, 12.29).
    pub rules: Rules,
}

/// How DNS records are written on servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordChannel {
    /// DNS server management calls, as Windows IPAM does (domain 8.7).
    Management,
    /// RFC 2136 updates signed with this key, or unsigned; works with any DNS server.
    DynamicUpdate { key: Option<UpdateKey> },
}

/// A TSIG key of the engine (RFC 8945).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateKey {
    pub name: Fqdn,
    /// HMAC-SHA256 secret.
    pub secret: Vec<u8>,
}

/// Whether this host is an IPAM server yet (domain 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvisioningState {
    NotProvisioned,
    /// A provisioning call is under way.
    InProgress,
    Provisioned,
}

/// One IPAM server.
pub struct Ipam {
    pub(crate) options: IpamOptions,
    pub(crate) endpoint: Endpoint,
    pub(crate) remote: RemoteClient,
    pub(crate) resolver: Resolver,
    pub(crate) store: Store,
    pub(crate) provisioning: Cell<ProvisioningState>,
    pub(crate) integrity: IntegrityState,
    /// A change of the management port is under way.
    pub(crate) moving_port: Cell<bool>,
    /// The database that provisioning was given.
    pub(crate) database: RefCell<DatabaseTarget>,
    /// Whether the service of the embedded database runs on this host.
    pub(crate) wid_running: Cell<bool>,
    pub(crate) turns: Turns,
    pub(crate) shown: Shown,
    pub(crate) pushes: sync::Turns,
}

impl Ipam {
    /// Opens the engine on the host behind `endpoint`, with what its database holds already.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn open(options: IpamOptions, endpoint: Endpoint) -> IpamResult<Ipam> {
        let store = Store::open(&options.database)?.with_rules(options.rules);
        let provisioned = store.read(configuration::configuration)?.is_some();
        let database = store.read(DatabaseTarget::stored)?;
        let remote = RemoteClient::new(endpoint.clone(), options.controllers.clone());
        let resolver = Resolver::new(
            endpoint.clone(),
            options.dns_server,
            options.seed.stream("resolver"),
        );
        Ok(Ipam {
            options,
            endpoint,
            remote,
            resolver,
            store,
            integrity: IntegrityState::default(),
            moving_port: Cell::new(false),
            turns: Turns::default(),
            shown: Shown::default(),
            pushes: sync::Turns::default(),
            provisioning: Cell::new(if provisioned {
                ProvisioningState::Provisioned
            } else {
                ProvisioningState::NotProvisioned
            }),
            database: RefCell::new(database),
            wid_running: Cell::new(true),
        })
    }

    pub fn provisioning_state(&self) -> ProvisioningState {
        self.provisioning.get()
    }

    /// The host it runs on.
    pub fn server(&self) -> &Fqdn {
        &self.options.server
    }

    /// Where releases of Windows Server differ, which one this is.
    pub fn rules(&self) -> Rules {
        self.options.rules
    }

    /// The engine's database, for tests that stop it between two statements.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The remote calls of this host, for whoever purges its tickets or reboots it.
    pub fn remote(&self) -> &RemoteClient {
        &self.remote
    }

    /// The identity of scheduled tasks and of everything the service does by itself (domain 1.2).
    pub(crate) fn computer_account(&self) -> Caller {
        Caller {
            account: self.options.computer.clone(),
            secret: self.options.computer_secret.clone(),
        }
    }

    /// The instant on the estate's calendar.
    pub(crate) fn wall(&self) -> Timestamp {
        self.endpoint.now().wall
    }

    /// The domain that the IPAM server's own name is in.
    pub(crate) fn own_domain(&self) -> Fqdn {
        let server = &self.options.server;
        server.parent().unwrap_or_else(|| server.clone())
    }

    /// The name with the IPAM server's own domain added when it is a bare host name.
    pub(crate) fn qualified(&self, name: &Fqdn) -> Fqdn {
        if name.as_str().contains('.') {
            return name.clone();
        }
        let domain = self.options.server.parent();
        domain
            .and_then(|domain| format!("{name}.{domain}").parse().ok())
            .unwrap_or_else(|| name.clone())
    }
}
