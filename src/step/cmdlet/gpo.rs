//! `Invoke-IpamGpoProvisioning` (domain 4.6).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InvokeIpamGpoProvisioning {
    pub domain: String,
    pub gpo_prefix_name: String,
    /// The IPAM server itself by default; must be a fully qualified name.
    pub ipam_server_fqdn: Option<String>,
    #[serde(default)]
    pub delegated_gpo_user: Vec<String>,
    #[serde(default)]
    pub delegated_gpo_group: Vec<String>,
    /// The domain's PDC emulator by default.
    pub domain_controller: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for InvokeIpamGpoProvisioning {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
