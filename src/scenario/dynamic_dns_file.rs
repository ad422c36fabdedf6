//! Dynamic DNS of DHCP servers as written: what is registered for clients.

use schemars::JsonSchema;
use serde::Deserialize;

use super::place::At;

/// What a scope registers in DNS for its clients.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DynamicDnsFile {
    /// When DNS is updated; `on-client-request` by default.
    #[serde(default)]
    pub updates: DynamicUpdatesFile,
    /// Whether records go when the lease expires or is released; they do by default, unless DNS
    /// is never updated.
    pub delete_on_lease_expiry: Option<bool>,
    /// Whether clients that send no option 81 are registered too.
    #[serde(default)]
    pub older_clients: bool,
    /// Only A records, no PTR records.
    #[serde(default)]
    pub only_a: bool,
    /// Whether a name stays with the client that had it first.
    #[serde(default)]
    pub name_protection: bool,
    /// Domain of names without one; `dns-domain` of the scope by default.
    pub suffix: Option<At<String>>,
}

/// The same for a whole server, and the key it signs its updates with.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostDynamicDnsFile {
    /// For scopes without settings of their own.
    pub settings: Option<At<DynamicDnsFile>>,
    /// Name of a TSIG key that the DNS server knows under `keys`.
    pub key: Option<At<String>>,
    /// The secret of that key, in base64.
    pub secret: Option<At<String>>,
}

/// When DNS is updated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DynamicUpdatesFile {
    Always,
    Never,
    #[default]
    OnClientRequest,
}
