//! `Add-`, `Set-`, `Get-` and `Remove-IpamDiscoveryDomain` (domain 3.1).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamDiscoveryDomain {
    pub name: String,
    /// All three are true by default.
    pub discover_dc: Option<bool>,
    pub discover_dns: Option<bool>,
    pub discover_dhcp: Option<bool>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetIpamDiscoveryDomain {
    pub name: String,
    /// What is not given stays as it is.
    pub discover_dc: Option<bool>,
    pub discover_dns: Option<bool>,
    pub discover_dhcp: Option<bool>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamDiscoveryDomain {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamDiscoveryDomain {
    pub name: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
