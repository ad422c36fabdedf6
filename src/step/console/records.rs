//! Create and delete DHCP reservations and DNS records of an address record (domain 8.2, 8.4).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// The address record an action is taken on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OnRecord {
    pub address: String,
    /// Which record of the address, when there is more than one.
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for OnRecord {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref()).addresses([&self.address]);
    }
}
