//! `Add-`, `Set-`, `Get-` and `Remove-IpamAddress` (domain 5.6, 8.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// Adds a record. Storing it touches no server (domain 8.1).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamAddress {
    #[serde(rename = "IpAddress")]
    pub ip_address: String,
    /// `IPAM` by default.
    pub managed_by_service: Option<String>,
    /// `Localhost` by default.
    pub service_instance: Option<String>,
    pub device_name: Option<String>,
    /// `Host` by default.
    pub device_type: Option<String>,
    /// `In-Use` by default.
    #[serde(rename = "IpAddressState")]
    pub ip_address_state: Option<String>,
    /// `Static` by default.
    pub assignment_type: Option<String>,
    pub mac_address: Option<String>,
    pub reservation_server: Option<String>,
    pub reservation_name: Option<String>,
    /// `DHCP`, `BOOTP` or `Both`.
    pub reservation_type: Option<String>,
    pub reservation_description: Option<String>,
    pub client_id: Option<String>,
    pub duid: Option<String>,
    pub iaid: Option<u32>,
    pub forward_lookup_zone: Option<String>,
    pub forward_lookup_primary_server: Option<String>,
    pub reverse_lookup_zone: Option<String>,
    pub reverse_lookup_primary_server: Option<String>,
    /// RFC 3339, or a date alone.
    pub assignment_date: Option<String>,
    pub expiry_date: Option<String>,
    pub description: Option<String>,
    pub owner: Option<String>,
    pub asset_tag: Option<String>,
    pub serial_number: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamAddress {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref())
            .date(self.assignment_date.as_ref())
            .date(self.expiry_date.as_ref());
    }
}

/// Changes a record. What is not given stays as it is; the empty text clears a field.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetIpamAddress {
    #[serde(rename = "IpAddress")]
    pub ip_address: String,
    /// Which record of the address, when there is more than one.
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    pub new_managed_by_service: Option<String>,
    pub new_service_instance: Option<String>,
    pub device_name: Option<String>,
    pub device_type: Option<String>,
    #[serde(rename = "IpAddressState")]
    pub ip_address_state: Option<String>,
    pub assignment_type: Option<String>,
    pub mac_address: Option<String>,
    pub reservation_server: Option<String>,
    pub reservation_name: Option<String>,
    pub reservation_type: Option<String>,
    pub reservation_description: Option<String>,
    pub client_id: Option<String>,
    pub duid: Option<String>,
    pub iaid: Option<u32>,
    pub forward_lookup_zone: Option<String>,
    pub forward_lookup_primary_server: Option<String>,
    pub reverse_lookup_zone: Option<String>,
    pub reverse_lookup_primary_server: Option<String>,
    pub assignment_date: Option<String>,
    pub expiry_date: Option<String>,
    pub description: Option<String>,
    pub owner: Option<String>,
    pub asset_tag: Option<String>,
    pub serial_number: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetIpamAddress {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref())
            .date(self.assignment_date.as_ref())
            .date(self.expiry_date.as_ref());
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamAddress {
    /// Only records of this address; all by default.
    #[serde(rename = "IpAddress")]
    pub ip_address: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamAddress {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamAddress {
    #[serde(rename = "IpAddress")]
    pub ip_address: String,
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamAddress {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}
