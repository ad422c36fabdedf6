//! Find and Allocate Available IP Address, and its Find Next (domain 7.1, 7.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// Opens the dialog on a range and searches.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FindAndAllocate {
    /// The range: its network `10.0.1.0/24`, or its bounds `10.0.1.10-10.0.1.250`.
    pub range: String,
    /// The service instance, when several ranges have that network.
    pub service_instance: Option<String>,
    /// Fields of the address record to store for the address found.
    pub allocate: Option<Allocation>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for FindAndAllocate {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref()).addresses([&self.range]);
    }
}

/// What is recorded for the address that was found.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Allocation {
    pub device_name: Option<String>,
    pub device_type: Option<String>,
    pub mac_address: Option<String>,
    pub reservation_server: Option<String>,
    pub reservation_name: Option<String>,
    pub reservation_type: Option<String>,
    pub client_id: Option<String>,
    pub duid: Option<String>,
    pub iaid: Option<u32>,
    pub forward_lookup_zone: Option<String>,
    pub forward_lookup_primary_server: Option<String>,
    pub reverse_lookup_zone: Option<String>,
    pub reverse_lookup_primary_server: Option<String>,
    pub description: Option<String>,
}

/// Goes on with the dialog opened last.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FindNext {
    pub allocate: Option<Allocation>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for FindNext {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
