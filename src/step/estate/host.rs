//! Hosts as machines: policy refresh, restart, power, ping, tickets.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// A host by its short name or in full.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OneHost(pub String);

impl Arguments for OneHost {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0);
    }
}

/// Whether addresses answer ping from now on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetPing {
    /// A host by name, or a device by its address.
    pub host: String,
    pub answers: bool,
}

impl Arguments for SetPing {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        if self.host.parse::<std::net::IpAddr>().is_err() {
            to.host(&self.host);
        }
    }
}

/// Purges the tickets of the IPAM server's scheduled tasks, as `klist -li 0x3e4 purge` does.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PurgeTickets {}

impl Arguments for PurgeTickets {}
