//! `Get-Job`, `Wait-Job` and `Receive-Job`: PowerShell's own cmdlets for what `AsJob` started.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::lab::observation::Table;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};

/// Lists the jobs of this script.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetJob {}

impl Arguments for GetJob {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let mut table = Table::new("jobs", &["Id", "Command", "State", "HasMoreData"]);
        for job in stage.jobs.rows() {
            let more = if job.has_more_data { "True" } else { "False" };
            let cells = [job.id.to_string(), job.command, job.state.to_owned()];
            table.row([&cells[..], &[more.to_owned()]].concat());
        }
        match table.rows.is_empty() {
            true => stage.say("no job"),
            false => stage.table(table),
        }
        Ok(())
    }
}

/// Waits until a job has ended.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct WaitJob {
    /// The job's number; the first is 1.
    pub id: usize,
}

impl Arguments for WaitJob {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        known(stage, self.id)?;
        stage.jobs.wait(self.id).await;
        Ok(())
    }
}

/// Shows the output of a job, and meets its errors.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ReceiveJob {
    /// The job's number; the first is 1.
    pub id: usize,
    /// Waits for its end first; without it a job that still runs shows nothing.
    #[serde(default)]
    pub wait: bool,
}

impl Arguments for ReceiveJob {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        known(stage, self.id)?;
        if self.wait {
            stage.jobs.wait(self.id).await;
        }
        let Some((side, result)) = stage.jobs.receive(self.id) else {
            let running = stage.jobs.has_ended(self.id) == Some(false);
            stage.say(match running {
                true => format!("job {} still runs", self.id),
                false => format!("job {} has no more data", self.id),
            });
            return Ok(());
        };
        stage.absorb(side);
        result
    }
}

fn known(stage: &Stage<'_>, id: usize) -> StepResult {
    match stage.jobs.has_ended(id) {
        Some(_) => Ok(()),
        None => Err(StepError::Impossible(format!(
            "there is no job {id}: `AsJob: true` starts one, and the first is 1"
        ))),
    }
}
