//! The event catalogue: `Get-` and `Remove-IpamDhcpConfigurationEvent` and
//! `-IpamConfigurationEvent`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::audit::{CatalogueFilter, ConfigurationEventFilter};
use crate::step::mention::Mentions;
use crate::step::monitoring_tables;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::step::value::OneOrMany;
use crate::step::when::{End, day, optional_instant};

/// Which configuration events of DHCP servers to show; all by default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamDhcpConfigurationEvent {
    #[serde(default)]
    pub server_name: OneOrMany<String>,
    /// `2026-03-02` or `2026-03-02T08:00`; both dates count.
    pub start_date: Option<String>,
    pub end_date: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamDhcpConfigurationEvent {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(&self.server_name.0).account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let servers = self.server_name.0.iter();
        let servers: Result<_, StepError> = servers.map(|name| stage.server(name)).collect();
        let filter = CatalogueFilter {
            servers: servers?,
            from: optional_instant(self.start_date.as_ref(), End::Start)?,
            until: optional_instant(self.end_date.as_ref(), End::Last)?,
            ..CatalogueFilter::default()
        };
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let found = ipam.get_ipam_dhcp_configuration_event(caller, &filter);
        let found = found.await?;
        monitoring_tables::dhcp_events(stage, &found);
        Ok(())
    }
}

/// Which of IPAM's own configuration events to show; all by default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamConfigurationEvent {
    #[serde(default)]
    pub user_name: OneOrMany<String>,
    #[serde(default)]
    pub user_domain_name: OneOrMany<String>,
    pub start_date: Option<String>,
    pub end_date: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamConfigurationEvent {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let filter = ConfigurationEventFilter {
            user_name: self.user_name.0.clone(),
            user_domain_name: self.user_domain_name.0.clone(),
            from: optional_instant(self.start_date.as_ref(), End::Start)?,
            until: optional_instant(self.end_date.as_ref(), End::Last)?,
        };
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let found = ipam.get_ipam_configuration_event(caller, &filter).await?;
        monitoring_tables::own_events(stage, &found);
        Ok(())
    }
}

/// Up to which day to purge, that day included; before today.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct UntilDay {
    /// `2026-03-02`.
    pub end_date: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

/// Purges configuration events of DHCP servers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveIpamDhcpConfigurationEvent(pub UntilDay);

impl Arguments for RemoveIpamDhcpConfigurationEvent {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let until = day(&self.0.end_date)?;
        let session = stage.session(self.0.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let purged = ipam.remove_ipam_dhcp_configuration_event(caller, until);
        let purged = purged.await?;
        stage.say(format!("purged: {purged}"));
        Ok(())
    }
}

/// Purges IPAM's own configuration events.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveIpamConfigurationEvent(pub UntilDay);

impl Arguments for RemoveIpamConfigurationEvent {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let until = day(&self.0.end_date)?;
        let session = stage.session(self.0.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let purged = ipam.remove_ipam_configuration_event(caller, until).await?;
        stage.say(format!("purged: {purged}"));
        Ok(())
    }
}
