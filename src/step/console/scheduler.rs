//! Task Scheduler on the IPAM server, and what provisioning has initialised there.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::lab::observation::Table;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult, parameter};
use crate::step::value::Span;

/// Shows something to somebody.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowScheduledTasks {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowScheduledTasks {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let tasks = session.ipam.get_scheduled_tasks(&session.caller).await?;
        let mut table = Table::new(
            r"scheduled tasks of \Microsoft\Windows\IPAM",
            &["task", "every", "state", "last run", "next run"],
        );
        for task in tasks {
            let never = || "never".to_owned();
            table.row(vec![
                task.kind.to_string(),
                Span(task.interval).to_string(),
                task.state.to_string(),
                task.last_run.map_or_else(never, |at| at.to_string()),
                task.next_run.to_string(),
            ]);
        }
        stage.table(table);
        Ok(())
    }
}

/// A task of the scheduler by its name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScheduledTaskName {
    /// `ServerDiscovery`, `Audit`, ...
    pub task: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl ScheduledTaskName {
    async fn switch(&self, on: bool, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let task = parameter(&self.task)?;
        let ipam = &session.ipam;
        let state = ipam
            .set_scheduled_task_enabled(&session.caller, task, on)
            .await?;
        stage.say(format!("task {task} is {state}"));
        Ok(())
    }
}

/// Lets a task run again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct EnableScheduledTask(pub ScheduledTaskName);

impl Arguments for EnableScheduledTask {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        self.0.switch(true, stage).await
    }
}

/// Keeps a task from running.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DisableScheduledTask(pub ScheduledTaskName);

impl Arguments for DisableScheduledTask {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.0.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        self.0.switch(false, stage).await
    }
}

/// Shows the properties that provisioning initialised.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowServerProperties {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowServerProperties {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let found = session.ipam.server_properties(&session.caller).await?;
        let mut table = Table::new("properties of the IPAM server", &["property", "value"]);
        for (name, value) in found {
            table.row(vec![name, value]);
        }
        stage.table(table);
        Ok(())
    }
}
