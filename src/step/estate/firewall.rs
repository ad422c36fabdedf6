//! Firewall rules of a host, by display name.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// Predefined inbound rules of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FirewallRules {
    pub host: String,
    /// Display names: `DHCP Server (RPC-In)`.
    pub rules: Vec<String>,
}

impl Arguments for FirewallRules {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}

/// A new inbound block rule, which beats every allow rule.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddBlockRule {
    pub host: String,
    /// Its display name.
    pub name: String,
    pub protocol: BlockedProtocol,
    /// A local port; every one by default.
    pub port: Option<u16>,
}

impl Arguments for AddBlockRule {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BlockedProtocol {
    Tcp,
    Udp,
    Icmp,
}
