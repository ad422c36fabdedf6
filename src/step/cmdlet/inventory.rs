//! `Add-`, `Set-`, `Get-` and `Remove-IpamServerInventory` (domain 3.3).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// A role as the inventory names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ServerType {
    Dc,
    Dns,
    Dhcp,
    Nps,
}

/// Manageability status (domain 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Manageability {
    Unspecified,
    Managed,
    Unmanaged,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamServerInventory {
    /// The server's fully qualified name.
    pub name: String,
    pub server_type: Vec<ServerType>,
    pub manageability_status: Option<Manageability>,
    pub owner: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetIpamServerInventory {
    pub name: String,
    pub server_type: Option<Vec<ServerType>>,
    pub manageability_status: Option<Manageability>,
    pub owner: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamServerInventory {
    /// Only this server; all by default.
    pub name: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamServerInventory {
    pub name: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
