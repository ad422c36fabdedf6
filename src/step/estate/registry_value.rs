//! Registry values of a host.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// A registry value and what it becomes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetRegistryValue {
    pub host: String,
    /// `HKLM\SYSTEM\CurrentControlSet\Services\DHCPServer\Parameters`.
    pub key: String,
    /// `DhcpLogFilePath`.
    pub name: String,
    pub value: String,
}

impl Arguments for SetRegistryValue {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}

/// Read access to the DNS Server event log for an account: an entry in `CustomSD`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CustomSdAccess {
    pub host: String,
    pub account: String,
}

impl Arguments for CustomSdAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}
