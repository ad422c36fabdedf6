//! Which names a DHCP server registers in DNS, by the cmdlet of the DhcpServer module.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::server::dhcp::{DnsSettings, DynamicUpdates};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};

/// `Set-DhcpServerv4DnsSetting`. What is not given stays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetDhcpServerv4DnsSetting {
    pub computer_name: String,
    /// A scope as `10.0.1.0/24`; the server by default.
    pub scope_id: Option<String>,
    pub dynamic_updates: Option<DynamicUpdatesValue>,
    #[serde(rename = "DeleteDnsRROnLeaseExpiry")]
    pub delete_on_lease_expiry: Option<bool>,
    #[serde(rename = "UpdateDnsRRForOlderClients")]
    pub older_clients: Option<bool>,
    #[serde(rename = "DisableDnsPtrRRUpdate")]
    pub disable_ptr: Option<bool>,
    pub name_protection: Option<bool>,
    pub dns_suffix: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum DynamicUpdatesValue {
    Always,
    Never,
    OnClientRequest,
}

impl Arguments for SetDhcpServerv4DnsSetting {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.computer_name)
            .prefix(self.scope_id.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.computer_name)?;
        let scope: Option<IpNet> = match &self.scope_id {
            Some(text) => Some(text.parse().map_err(|_| {
                StepError::Impossible(format!("`{text}` is not a prefix such as `10.0.1.0/24`"))
            })?),
            None => None,
        };
        let none = || StepError::Impossible(format!("`{host}` is no DHCP server"));
        let mut server = stage.lab.dhcp(&host).ok_or_else(none)?;
        let settings = self.onto(server.dns_settings(scope).clone());
        let wrong = |error: String| StepError::Impossible(error);
        settings.check().map_err(|error| wrong(error.to_string()))?;
        server
            .set_dns_settings(scope, settings)
            .map_err(|error| wrong(error.to_string()))
    }
}

impl SetDhcpServerv4DnsSetting {
    fn onto(&self, old: DnsSettings) -> DnsSettings {
        DnsSettings {
            updates: match self.dynamic_updates {
                None => old.updates,
                Some(DynamicUpdatesValue::Always) => DynamicUpdates::Always,
                Some(DynamicUpdatesValue::Never) => DynamicUpdates::Never,
                Some(DynamicUpdatesValue::OnClientRequest) => DynamicUpdates::OnClientRequest,
            },
            delete_on_expiry: self.delete_on_lease_expiry.unwrap_or(old.delete_on_expiry),
            older_clients: self.older_clients.unwrap_or(old.older_clients),
            only_a: self.disable_ptr.unwrap_or(old.only_a),
            name_protection: self.name_protection.unwrap_or(old.name_protection),
            suffix: self.dns_suffix.clone().or(old.suffix),
        }
    }
}
