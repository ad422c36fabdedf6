//! Members of local groups and of domain groups, and new domain groups.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// A member of a local group of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LocalGroupMember {
    pub host: String,
    /// `DHCP Users`, `Event Log Readers`, ...
    pub group: String,
    /// `CORP\IPAMUG`; a computer ends in `$`.
    pub member: String,
}

impl Arguments for LocalGroupMember {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}

/// A member of a domain group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DomainGroupMember {
    /// `CORP\IPAMUG`.
    pub group: String,
    /// `CORP\ipam1$`.
    pub member: String,
}

impl Arguments for DomainGroupMember {}

/// A new domain group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewDomainGroup {
    pub domain: String,
    pub name: String,
    #[serde(default)]
    pub scope: NewGroupScope,
    /// `CORP\ipam1$`.
    #[serde(default)]
    pub members: Vec<String>,
}

impl Arguments for NewDomainGroup {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NewGroupScope {
    DomainLocal,
    Global,
    #[default]
    Universal,
}
