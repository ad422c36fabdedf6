//! Services of a host: start, stop, restart, access to their status.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// A service of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostService {
    pub host: String,
    /// `DHCPServer` or `DNS`.
    pub service: String,
}

impl Arguments for HostService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}

/// Access to a service's status for an account, as `sc sdset` gives it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceAccess {
    pub host: String,
    pub service: String,
    pub account: String,
}

impl Arguments for ServiceAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}
