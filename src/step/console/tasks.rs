//! The scheduled tasks of the IPAM server, as Task Scheduler shows and changes them.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::tasks::TaskKind;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};
use crate::step::value::Span;

/// How often a task runs from now on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetTaskInterval {
    pub task: Task,
    pub every: Span,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

/// A task below `Microsoft\Windows\IPAM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Task {
    AddressExpiry,
    AddressUtilization,
    Audit,
    ServerAvailability,
    ServerConfiguration,
    ServerDiscovery,
    ServiceMonitoring,
}

impl Task {
    fn kind(self) -> TaskKind {
        match self {
            Task::AddressExpiry => TaskKind::AddressExpiry,
            Task::AddressUtilization => TaskKind::AddressUtilization,
            Task::Audit => TaskKind::Audit,
            Task::ServerAvailability => TaskKind::ServerAvailability,
            Task::ServerConfiguration => TaskKind::ServerConfiguration,
            Task::ServerDiscovery => TaskKind::ServerDiscovery,
            Task::ServiceMonitoring => TaskKind::ServiceMonitoring,
        }
    }
}

impl Arguments for SetTaskInterval {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let ipam = stage.lab.ipam();
        let task = ipam
            .set_task_interval(&caller, self.task.kind(), self.every.0)
            .await?;
        stage.say(format!("{} runs next at {}", task.kind, task.next_run));
        Ok(())
    }
}
