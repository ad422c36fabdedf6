//! Several people at work at the same time, each with steps of their own.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::entry::StepEntry;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::script::conclude;
use crate::step::stage::{Aim, Stage, StepResult};
use crate::step::value::Span;

/// Runs the steps of several consoles at the same time. Each console does its own one after the
/// other; all begin together, and the step ends when the last of them has. What each saw is told
/// console by console, so that the transcript does not depend on who was quicker.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AtTheSameTime(pub Vec<Console>);

/// One person at one console.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Console {
    /// Who is signed in; the signed-in administrator by default.
    #[serde(rename = "as")]
    pub as_user: Option<String>,
    /// The IPAM server it is connected to; the one the script's console is connected to by
    /// default.
    pub server: Option<String>,
    /// How long after the others it begins; at once by default.
    pub after: Option<Span>,
    pub steps: Vec<StepEntry>,
}

impl Arguments for AtTheSameTime {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        if self.0.len() < 2 {
            let remedy = "add a console, or write its steps without `at-the-same-time`";
            let message = "one console alone works with nobody at the same time";
            to.problem("at-the-same-time", message, remedy);
        }
        for console in &self.0 {
            to.account(console.as_user.as_ref());
            if let Some(server) = &console.server {
                to.ipam_server(server);
            }
            for entry in &console.steps {
                to.0.extend(entry.step.mentions().0);
            }
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let consoles: Vec<&Console> = self.0.iter().collect();
        let (limit, jobs) = (consoles.len(), stage.jobs.clone());
        stage
            .each(consoles, limit, async |console: &&Console, side| {
                side.jobs = jobs.clone();
                console.work(side).await
            })
            .await
    }
}

impl Console {
    async fn work(&self, stage: &mut Stage<'_>) -> StepResult {
        if let Some(user) = &self.as_user {
            stage.administrator.clone_from(user);
        }
        if let Some(server) = &self.server {
            stage.aim = Aim {
                server: stage.host(server)?,
                from: None,
            };
        }
        if let Some(after) = &self.after {
            stage.lab.network().advance(after.0).await;
        }
        stage.say(format!("{} on {}:", stage.administrator, stage.aim.server));
        for entry in &self.steps {
            stage.say(format!("> {}", entry.step.name()));
            let result = entry.step.apply(stage).await;
            conclude(stage, &entry.step, entry.fails, result);
        }
        Ok(())
    }
}
