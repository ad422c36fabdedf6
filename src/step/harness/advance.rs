//! Time passes; a note for the reader of the transcript.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::cmdlet::lease_import::runs_told;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};
use crate::step::tables;
use crate::step::value::Span;

/// Lets time pass on the estate's calendar, with everything that falls due.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Advance(pub Span);

impl Arguments for Advance {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let runs = stage.lab.advance(self.0.0).await;
        tables::tasks(stage, &runs);
        let runs = stage.lab.take_host_task_runs();
        runs_told(stage, &runs);
        Ok(())
    }
}

/// A sentence for the transcript.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Note(pub String);

impl Arguments for Note {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        // The note is told with the step's own words.
        let _ = stage;
        Ok(())
    }
}
