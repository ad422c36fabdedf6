//! The engine's state and how it is opened.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::base::{AccountName, Fqdn, Seed};
use crate::net::Endpoint;

use super::error::IpamResult;
use super::remote::RemoteClient;
use super::resolver::Resolver;
use super::store::Store;

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
    /// Where the embedded database lives; `None` keeps it in memory.
    pub database: Option<PathBuf>,
    /// Source of message ids, transaction ids and ephemeral choices.
    pub seed: Seed,
    pub record_channel: RecordChannel,
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

/// One IPAM server.
pub struct Ipam {
    pub(crate) options: IpamOptions,
    pub(crate) endpoint: Endpoint,
    pub(crate) remote: RemoteClient,
    pub(crate) resolver: Resolver,
    pub(crate) store: Store,
}

impl Ipam {
    /// Opens the engine on the host behind `endpoint`, with what its database holds already.
    pub fn open(_options: IpamOptions, _endpoint: Endpoint) -> IpamResult<Ipam> {
        todo!()
    }
}
