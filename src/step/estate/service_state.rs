//! Services that are neither running nor stopped: paused, or stuck on the way.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::wire::windows::scm::ServiceState;

use super::service::HostService;

/// Pauses a service: its clients hear nothing, its management goes on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SuspendService(pub HostService);

/// Lets a paused service go on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ResumeService(pub HostService);

/// Moves a service from one state to another.
fn change(
    stage: &Stage<'_>,
    which: &HostService,
    from: ServiceState,
    to: ServiceState,
) -> StepResult {
    let host = stage.host(&which.host)?;
    let state = {
        let estate = stage.lab.estate();
        estate.service_or_err(&host, &which.service)?.state
    };
    if state != from {
        return Err(StepError::Impossible(format!(
            "the service `{}` on `{host}` is {state:?}, not {from:?}",
            which.service
        )));
    }
    stage.lab.set_service_state(&host, &which.service, to)?;
    Ok(())
}

impl Arguments for SuspendService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts([&self.0.host]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        change(stage, &self.0, ServiceState::Running, ServiceState::Paused)
    }
}

impl Arguments for ResumeService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts([&self.0.host]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        change(stage, &self.0, ServiceState::Paused, ServiceState::Running)
    }
}

/// A service that hangs between two states until it is started, stopped or restarted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HangService {
    pub host: String,
    /// `DHCPServer` or `DNS`.
    pub service: String,
    pub state: Pending,
}

/// Where it hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pending {
    StartPending,
    StopPending,
    PausePending,
    ContinuePending,
}

impl Arguments for HangService {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts([&self.host]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let state = match self.state {
            Pending::StartPending => ServiceState::StartPending,
            Pending::StopPending => ServiceState::StopPending,
            Pending::PausePending => ServiceState::PausePending,
            Pending::ContinuePending => ServiceState::ContinuePending,
        };
        stage.lab.set_service_state(&host, &self.service, state)?;
        Ok(())
    }
}
