//! DNS queries and pings from a host of the estate.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// A DNS query.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DnsQuery {
    /// The host that asks; the IPAM server by default.
    pub from: Option<String>,
    /// The server that is asked; the asking host's resolver by default.
    pub server: Option<String>,
    /// A name, or an address for its PTR record.
    pub name: String,
    /// `A` for a name, `PTR` for an address, by default.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl Arguments for DnsQuery {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        if let Some(server) = &self.server {
            to.dns_server(server);
        }
        to.hosts(&self.from);
    }
}

/// A ping.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ping {
    /// The host that pings; the IPAM server by default.
    pub from: Option<String>,
    /// An address, or a host by name.
    pub to: String,
}

impl Arguments for Ping {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(&self.from);
        if self.to.parse::<std::net::IpAddr>().is_err() {
            to.host(&self.to);
        }
    }
}
