//! `Find-IpamFreeAddress` (domain 7.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct FindIpamFreeAddress {
    /// Network of the range: `10.0.1.0/24`.
    pub network_id: String,
    /// Bounds of the range, when several ranges have that network.
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    /// 1 by default, 1024 at most.
    pub num_address: Option<u32>,
    /// Ping each candidate and look for its PTR record.
    #[serde(default)]
    pub test_reachability: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for FindIpamFreeAddress {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
