//! Which names a DHCP server registers in DNS, by the cmdlets of the DhcpServer module.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::Family;
use crate::server::dhcp::{DnsSettings, DnsSettingsOf, DynamicUpdates};
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

impl From<DynamicUpdatesValue> for DynamicUpdates {
    fn from(value: DynamicUpdatesValue) -> DynamicUpdates {
        match value {
            DynamicUpdatesValue::Always => DynamicUpdates::Always,
            DynamicUpdatesValue::Never => DynamicUpdates::Never,
            DynamicUpdatesValue::OnClientRequest => DynamicUpdates::OnClientRequest,
        }
    }
}

impl Arguments for SetDhcpServerv4DnsSetting {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.computer_name)
            .prefix(self.scope_id.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let of = settings_of(Family::V4, self.scope_id.as_ref())?;
        change(stage, &self.computer_name, of, |old| self.onto(old))
    }
}

/// Whose settings are meant: those of a scope, or of the server for one protocol.
fn settings_of(family: Family, scope: Option<&String>) -> Result<DnsSettingsOf, StepError> {
    let Some(text) = scope else {
        return Ok(DnsSettingsOf::Server(family));
    };
    let example = match family {
        Family::V4 => "10.0.1.0/24",
        Family::V6 => "2001:db8:0:1::/64",
    };
    let parsed: Result<IpNet, _> = text.parse();
    let fits = parsed
        .ok()
        .filter(|scope| Family::of(scope.addr()) == family);
    fits.map(DnsSettingsOf::Scope).ok_or_else(|| {
        StepError::Impossible(format!("`{text}` is not a prefix such as `{example}`"))
    })
}

fn change(
    stage: &Stage<'_>,
    server: &str,
    of: DnsSettingsOf,
    change: impl FnOnce(DnsSettings) -> DnsSettings,
) -> StepResult {
    let host = stage.host(server)?;
    let none = || StepError::Impossible(format!("`{host}` is no DHCP server"));
    let mut server = stage.lab.dhcp(&host).ok_or_else(none)?;
    let settings = change(server.dns_settings(of).clone());
    let wrong = |error: String| StepError::Impossible(error);
    settings.check().map_err(|error| wrong(error.to_string()))?;
    server
        .set_dns_settings(of, settings)
        .map_err(|error| wrong(error.to_string()))
}

impl SetDhcpServerv4DnsSetting {
    fn onto(&self, old: DnsSettings) -> DnsSettings {
        DnsSettings {
            updates: self.dynamic_updates.map_or(old.updates, Into::into),
            delete_on_expiry: self.delete_on_lease_expiry.unwrap_or(old.delete_on_expiry),
            older_clients: self.older_clients.unwrap_or(old.older_clients),
            only_a: self.disable_ptr.unwrap_or(old.only_a),
            name_protection: self.name_protection.unwrap_or(old.name_protection),
            suffix: self.dns_suffix.clone().or(old.suffix),
        }
    }
}

/// `Set-DhcpServerv6DnsSetting`, which has fewer of them: a client without option 39 is never
/// registered, and where AAAA records are, names below `ip6.arpa` are too.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetDhcpServerv6DnsSetting {
    pub computer_name: String,
    /// A scope as `2001:db8:0:1::/64`; the server by default.
    pub prefix: Option<String>,
    pub dynamic_updates: Option<DynamicUpdatesValue>,
    #[serde(rename = "DeleteDnsRROnLeaseExpiry")]
    pub delete_on_lease_expiry: Option<bool>,
    pub name_protection: Option<bool>,
}

impl Arguments for SetDhcpServerv6DnsSetting {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.computer_name)
            .prefix(self.prefix.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let of = settings_of(Family::V6, self.prefix.as_ref())?;
        change(stage, &self.computer_name, of, |old| DnsSettings {
            updates: self.dynamic_updates.map_or(old.updates, Into::into),
            delete_on_expiry: self.delete_on_lease_expiry.unwrap_or(old.delete_on_expiry),
            name_protection: self.name_protection.unwrap_or(old.name_protection),
            ..old
        })
    }
}
