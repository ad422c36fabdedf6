//! A DHCP server as its administrator changes it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// Addresses excluded from a scope.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exclusion {
    pub server: String,
    /// `10.0.1.0/24`.
    pub scope: String,
    /// `10.0.1.10-10.0.1.19`.
    pub range: String,
}

impl Arguments for Exclusion {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.range]);
    }
}

/// A reservation made on the server itself, beside IPAM.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewReservation {
    pub server: String,
    pub scope: String,
    pub address: String,
    pub name: Option<String>,
    pub mac: Option<String>,
    pub duid: Option<String>,
    pub iaid: Option<u32>,
}

impl Arguments for NewReservation {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.address]);
    }
}

/// A reservation of the server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OldReservation {
    pub server: String,
    pub scope: String,
    pub address: String,
}

impl Arguments for OldReservation {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.address]);
    }
}
