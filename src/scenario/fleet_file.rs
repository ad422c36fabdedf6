//! Fleets: hosts that are alike but for their number, written once.

use schemars::JsonSchema;
use serde::Deserialize;

use super::estate_file::{HostFile, OsFile, RoleFile};
use super::place::At;

/// Hosts that are alike: the fleet `dhcp` of 150 is the hosts `dhcp1` to `dhcp150`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FleetFile {
    /// How many hosts.
    pub count: At<u32>,
    /// Address of the first one; each of the others has the next.
    pub first_address: At<String>,
    #[serde(default)]
    pub roles: Vec<At<RoleFile>>,
    #[serde(default)]
    pub os: OsFile,
    /// The organisational unit their accounts lie in.
    pub ou: Option<String>,
    /// Whether every access setting was made by hand on each before the run began.
    #[serde(default)]
    pub prepared: bool,
    /// DHCP scopes of each, for a fleet of DHCP servers.
    pub scopes: Option<FleetScopesFile>,
}

/// IPv4 scopes of a fleet, one prefix after the other: the first host has the first of them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FleetScopesFile {
    /// How many scopes each host has.
    pub each: At<u32>,
    /// Prefix of the first scope of the first host: `10.16.0.0/24`.
    pub first: At<String>,
    /// Addresses at the begin of each prefix, after its network address, that are not leased;
    /// 9 by default.
    pub reserve: Option<At<u32>>,
}

impl FleetFile {
    /// What every host of the fleet is, without its address and scopes.
    pub(super) fn host(&self) -> HostFile {
        HostFile {
            roles: self.roles.clone(),
            os: self.os,
            ou: self.ou.clone(),
            prepared: self.prepared,
            ..HostFile::default()
        }
    }
}
