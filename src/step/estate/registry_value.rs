//! Registry values of a host.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

/// A registry value and what it becomes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetRegistryValue {
    pub host: String,
    /// `HKLM\SYSTEM\CurrentControlSet\Services\DHCPServer\Parameters`.
    pub key: String,
    /// `DhcpLogFilePath`.
    pub name: String,
    pub value: String,
}

impl Arguments for SetRegistryValue {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let path = format!("{}\\{}", self.key.trim_end_matches('\\'), self.name);
        let at = stage.lab.now();
        let old = stage
            .lab
            .estate_mut()
            .set_registry(&host, &path, &self.value, at)?;
        match old.as_str() {
            "" => stage.say("was empty"),
            old => stage.say(format!("was: {old}")),
        }
        Ok(())
    }
}

/// Read access to the DNS Server event log for an account: an entry in `CustomSD`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CustomSdAccess {
    pub host: String,
    pub account: String,
}

impl Arguments for CustomSdAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, trustee) = (stage.host(&self.host)?, stage.sid(&self.account)?);
        let at = stage.lab.now();
        if !stage
            .lab
            .estate_mut()
            .grant_dns_event_log(&host, &trustee, at)?
        {
            stage.say(format!("{} may read it already", self.account));
        }
        Ok(())
    }
}

/// Read access to the DNS Server event log, taken away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RevokeEventLogAccess(pub CustomSdAccess);

impl Arguments for RevokeEventLogAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, trustee) = (stage.host(&self.0.host)?, stage.sid(&self.0.account)?);
        let at = stage.lab.now();
        stage
            .lab
            .estate_mut()
            .revoke_dns_event_log(&host, &trustee, at)?;
        Ok(())
    }
}
