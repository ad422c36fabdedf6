//! `Add-`, `Get-` and `Remove-IpamRange` (domain 5.5).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamRange {
    /// `10.0.1.0/24`.
    pub network_id: String,
    /// The network's first usable address by default.
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    /// The network's last usable address by default.
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    /// `IPAM` by default.
    pub managed_by_service: Option<String>,
    /// `Localhost` by default.
    pub service_instance: Option<String>,
    /// `Static` by default.
    pub assignment_type: Option<String>,
    /// Addresses and ranges that no search may return.
    #[serde(default)]
    pub reserved_address: Vec<String>,
    pub description: Option<String>,
    pub owner: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamRange {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamRange {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamRange {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamRange {
    pub network_id: String,
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    #[serde(default)]
    pub delete_mapped_addresses: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamRange {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
