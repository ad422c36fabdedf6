//! The console's monitoring and event views: server availability, zone status, event catalogue.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Fqdn;
use crate::ipam::IpamError;
use crate::ipam::audit::CatalogueFilter;
use crate::ipam::events::Channel;
use crate::ipam::space::{RangeKey, RangeQuery};
use crate::ipam::tasks::ExpirySettings;
use crate::step::mention::Mentions;
use crate::step::monitoring_tables;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::tables;
use crate::step::value::OneOrMany;
use crate::step::when::{End, optional_instant};

/// Who looks.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct View {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

/// Shows how the services of the servers were seen last.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ShowServerAvailability(pub View);

impl Arguments for ShowServerAvailability {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.0.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let services = ipam.get_server_availability(caller).await?;
        monitoring_tables::availability(stage, &services);
        Ok(())
    }
}

/// Shows how the zones were seen last.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ShowZoneStatus(pub View);

impl Arguments for ShowZoneStatus {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.0.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let zones = ipam.get_zone_status(caller).await?;
        monitoring_tables::zones(stage, &zones);
        Ok(())
    }
}

/// The zones whose status is reset.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ResetZoneStatus {
    pub zones: OneOrMany<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ResetZoneStatus {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let zones = self.zones.0.iter().map(|zone| parameter(zone));
        let zones: Vec<Fqdn> = zones.collect::<Result<_, _>>()?;
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        ipam.reset_zone_status(caller, &zones).await?;
        Ok(())
    }
}

/// Retrieve Event Catalog Data.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RetrieveEventCatalogData(pub View);

impl Arguments for RetrieveEventCatalogData {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.0.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let report = ipam.retrieve_event_catalog_data(caller).await?;
        tables::collection(stage, &report);
        Ok(())
    }
}

/// Filters of the catalogue of DHCP configuration events; all events by default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SearchEventCatalog {
    pub event_id: Option<u32>,
    #[serde(default)]
    pub server: OneOrMany<String>,
    /// `2026-03-02` or `2026-03-02T08:00`.
    pub from: Option<String>,
    pub until: Option<String>,
    pub user_name: Option<String>,
    pub user_domain: Option<String>,
    /// `10.0.1.0/24`.
    pub scope_id: Option<String>,
    /// A reservation's address, an exclusion, an option.
    pub object: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SearchEventCatalog {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(&self.server.0)
            .prefix(self.scope_id.as_ref())
            .account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let servers = self.server.0.iter();
        let servers: Result<_, StepError> = servers.map(|name| stage.server(name)).collect();
        let filter = CatalogueFilter {
            servers: servers?,
            from: optional_instant(self.from.as_ref(), End::Start)?,
            until: optional_instant(self.until.as_ref(), End::Last)?,
            event: self.event_id,
            user_name: self.user_name.clone(),
            user_domain: self.user_domain.clone(),
            scope: self.scope_id.clone(),
            object: self.object.clone(),
        };
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let found = ipam.get_ipam_dhcp_configuration_event(caller, &filter);
        let found = found.await?;
        monitoring_tables::dhcp_events(stage, &found);
        Ok(())
    }
}

/// Ranges of DHCP servers, by their networks: `10.0.1.0/24`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RetrieveRangeData(pub Vec<String>);

impl Arguments for RetrieveRangeData {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(None).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let known = ipam.get_ipam_range(caller, &RangeQuery::default()).await?;
        let mut keys: Vec<RangeKey> = Vec::new();
        for network in &self.0 {
            let of_it = known
                .iter()
                .filter(|range| range.network_id.to_string() == *network);
            let before = keys.len();
            keys.extend(of_it.map(|range| range.key.clone()));
            if keys.len() == before {
                return Err(
                    IpamError::not_found(format!("there is no range of `{network}`")).into(),
                );
            }
        }
        let report = ipam.retrieve_range_data(caller, &keys).await?;
        tables::collection(stage, &report);
        Ok(())
    }
}

/// IP address expiry log settings; what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetExpiryLogSettings {
    /// Days before the date at which an alert begins: 0 to 3500, and 0 for never.
    pub alert_threshold: Option<u16>,
    /// `state-transition` or `every-run`.
    pub logging_frequency: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetExpiryLogSettings {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let settings = ExpirySettings {
            alert_threshold_days: self.alert_threshold,
            logging: optional(self.logging_frequency.as_ref())?,
        };
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        ipam.set_expiry_log_settings(caller, settings).await?;
        Ok(())
    }
}

/// A channel of IPAM: `Admin`, `ConfigurationChange` or `Operational`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowEventLog {
    pub channel: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowEventLog {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let channel: Channel = parameter(&self.channel)?;
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let events = ipam.get_event_log(caller, channel).await?;
        let name = format!("Microsoft-Windows-IPAM/{channel}");
        monitoring_tables::event_log(stage, &name, events);
        Ok(())
    }
}

/// Whether a channel of IPAM takes records, as `wevtutil set-log /enabled` decides.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetEventLog {
    pub channel: String,
    pub enabled: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetEventLog {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let channel: Channel = parameter(&self.channel)?;
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        ipam.set_event_log_enabled(caller, channel, self.enabled)
            .await?;
        Ok(())
    }
}
