//! Task Scheduler: `Get-`, `Start-`, `Disable-`, `Enable-` and `Set-ScheduledTask`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::tasks::TaskKind;
use crate::step::mention::Mentions;
use crate::step::monitoring_tables;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::tables;
use crate::step::value::Span;

/// Which tasks to show; all by default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetScheduledTask {
    /// `Audit`, `ServerAvailability` ...
    pub task_name: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetScheduledTask {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let wanted: Option<TaskKind> = optional(self.task_name.as_ref())?;
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let mut tasks = ipam.get_scheduled_tasks(caller).await?;
        tasks.retain(|task| wanted.is_none_or(|kind| kind == task.kind));
        tasks.sort_by_key(|task| task.kind);
        let table = monitoring_tables::scheduled_tasks(&tasks);
        stage.table(table);
        Ok(())
    }
}

/// A task by its name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct NamedTask {
    pub task_name: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl NamedTask {
    fn kind(&self) -> Result<TaskKind, StepError> {
        parameter(&self.task_name)
    }
}

/// Runs a task now.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StartScheduledTask(pub NamedTask);

impl Arguments for StartScheduledTask {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let kind = self.0.kind()?;
        let session = stage.session(self.0.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let run = ipam.start_scheduled_task(caller, kind).await?;
        tables::tasks(stage, &[run]);
        Ok(())
    }
}

/// Switches the schedule of a task off.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DisableScheduledTask(pub NamedTask);

/// Switches the schedule of a task on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct EnableScheduledTask(pub NamedTask);

async fn set_enabled(stage: &mut Stage<'_>, task: &NamedTask, enabled: bool) -> StepResult {
    let kind = task.kind()?;
    let session = stage.session(task.as_user.as_ref()).await?;
    let (ipam, caller) = (&session.ipam, &session.caller);
    let changed = ipam.set_scheduled_task_enabled(caller, kind, enabled);
    let table = monitoring_tables::scheduled_tasks(&[changed.await?]);
    stage.table(table);
    Ok(())
}

impl Arguments for DisableScheduledTask {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        set_enabled(stage, &self.0, false).await
    }
}

impl Arguments for EnableScheduledTask {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        set_enabled(stage, &self.0, true).await
    }
}

/// Another trigger for a task.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetScheduledTask {
    pub task_name: String,
    /// As `New-ScheduledTaskTrigger` takes it: how long from one run to the next.
    pub repetition_interval: Span,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetScheduledTask {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let kind: TaskKind = parameter(&self.task_name)?;
        let session = stage.session(self.as_user.as_ref()).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let interval = self.repetition_interval.0;
        let changed = ipam.set_scheduled_task_interval(caller, kind, interval);
        let table = monitoring_tables::scheduled_tasks(&[changed.await?]);
        stage.table(table);
        Ok(())
    }
}
