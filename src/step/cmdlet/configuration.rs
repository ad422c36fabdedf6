//! `Invoke-IpamServerProvisioning`, `Get-IpamConfiguration` (domain 2.1, 2.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// How access settings reach managed servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Method {
    /// By Group Policy.
    Automatic,
    /// By hand.
    Manual,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InvokeIpamServerProvisioning {
    /// `Manual` when omitted, as the cmdlet has it.
    pub provisioning_method: Option<Method>,
    /// Only with `Automatic`; 1 to 240 characters.
    pub gpo_prefix: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for InvokeIpamServerProvisioning {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamConfiguration {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamConfiguration {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
