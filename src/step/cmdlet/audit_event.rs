//! Address tracking: `Get-` and `Remove-IpamIpAddressAuditEvent`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::IpamError;
use crate::ipam::audit::{AuditKey, AuditQuery};
use crate::step::mention::Mentions;
use crate::step::monitoring_tables;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, parameter};
use crate::step::value::OneOrMany;
use crate::step::when::{End, day, instant};

use super::configuration_event::UntilDay;

/// A search for tracked events by one of four keys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamIpAddressAuditEvent {
    /// IPv4 only.
    pub ip_address: Option<String>,
    /// A MAC address, with or without dashes.
    pub client_id: Option<String>,
    pub host_name: Option<String>,
    #[serde(default)]
    pub user_name: OneOrMany<String>,
    /// `2026-03-02` or `2026-03-02T08:00`; both dates count, and may lie ahead.
    pub start_date: String,
    pub end_date: String,
    /// Includes log-ons from the addresses found; a search by user always does.
    #[serde(default)]
    pub correlate_logon_events: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl GetIpamIpAddressAuditEvent {
    /// The search that is meant.
    pub(in crate::step) fn query(&self) -> Result<AuditQuery, StepError> {
        Ok(AuditQuery {
            key: self.key()?,
            from: instant(&self.start_date, End::Start)?,
            until: instant(&self.end_date, End::Last)?,
            correlate_logon_events: self.correlate_logon_events,
        })
    }

    /// The one key that was given.
    fn key(&self) -> Result<AuditKey, StepError> {
        let users = (!self.user_name.0.is_empty()).then(|| self.user_name.0.clone());
        Ok(
            match (&self.ip_address, &self.client_id, &self.host_name, users) {
                (Some(address), None, None, None) => AuditKey::IpAddress(parameter(address)?),
                (None, Some(client), None, None) => AuditKey::ClientId(client.clone()),
                (None, None, Some(host), None) => AuditKey::HostName(host.clone()),
                (None, None, None, Some(users)) => AuditKey::UserName(users),
                _ => {
                    let text = "give one of `IpAddress`, `ClientId`, `HostName` and `UserName`";
                    return Err(IpamError::parameter(text).into());
                }
            },
        )
    }
}

impl Arguments for GetIpamIpAddressAuditEvent {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let query = self.query()?;
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let found = ipam.get_ipam_ip_address_audit_event(caller, &query);
        let found = found.await?;
        monitoring_tables::tracked(stage, &found);
        Ok(())
    }
}

/// Purges tracked events.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveIpamIpAddressAuditEvent(pub UntilDay);

impl Arguments for RemoveIpamIpAddressAuditEvent {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let until = day(&self.0.end_date)?;
        let session = stage.session(self.0.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let purged = ipam.remove_ipam_ip_address_audit_event(caller, until);
        let purged = purged.await?;
        stage.say(format!("purged: {purged}"));
        Ok(())
    }
}
