//! `Add-`, `Get-` and `Remove-IpamBlock` (domain 5.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamBlock {
    /// `10.0.0.0/8`.
    pub network_id: String,
    /// Given together with the end, or not at all.
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    /// Regional registry of public space: `AFRINIC`, `APNIC`, `ARIN`, `LACNIC` or `RIPE`.
    pub rir: Option<String>,
    pub owner: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamBlock {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamBlock {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamBlock {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamBlock {
    pub network_id: String,
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    #[serde(default)]
    pub delete_associated_sub_blocks: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamBlock {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
