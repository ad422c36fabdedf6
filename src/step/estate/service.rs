//! Services of a host: start, stop, restart, access to their status.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

/// A service of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostService {
    /// A host, or several by a pattern: `dhcp*`.
    pub host: String,
    /// `DHCPServer` or `DNS`.
    pub service: String,
}

impl HostService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host_pattern(&self.host);
    }
}

/// Stops and starts a service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RestartService(pub HostService);

impl Arguments for RestartService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        for host in stage.hosts_like(&self.0.host)? {
            stage.lab.restart_service(&host, &self.0.service)?;
        }
        Ok(())
    }
}

/// Stops a service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StopService(pub HostService);

impl Arguments for StopService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        for host in stage.hosts_like(&self.0.host)? {
            stage.lab.stop_service(&host, &self.0.service)?;
        }
        Ok(())
    }
}

/// Starts a service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StartService(pub HostService);

impl Arguments for StartService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        for host in stage.hosts_like(&self.0.host)? {
            stage.lab.start_service(&host, &self.0.service)?;
        }
        Ok(())
    }
}

/// Access to a service's status for an account, as `sc sdset` gives it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceAccess {
    pub host: String,
    pub service: String,
    pub account: String,
}

impl Arguments for ServiceAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, trustee) = (stage.host(&self.host)?, stage.sid(&self.account)?);
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        let changed = estate.grant_service_access(&host, &self.service, &trustee, at)?;
        drop(estate);
        if !changed {
            stage.say(format!("{} may query it already", self.account));
        }
        Ok(())
    }
}

/// Access to a service's status, taken away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RevokeServiceAccess(pub ServiceAccess);

impl Arguments for RevokeServiceAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, trustee) = (stage.host(&self.0.host)?, stage.sid(&self.0.account)?);
        let at = stage.lab.now();
        stage
            .lab
            .estate_mut()
            .revoke_service_access(&host, &self.0.service, &trustee, at)?;
        Ok(())
    }
}
