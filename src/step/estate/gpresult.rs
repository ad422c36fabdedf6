//! `gpresult /r /scope computer`: what the last refresh of a host applied, and what it did not.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Moment, SimTime};
use crate::estate::{Estate, Host};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

/// The host whose policies are shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Gpresult(pub String);

impl Arguments for Gpresult {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0)?;
        let now = stage.lab.now();
        let estate = stage.lab.estate();
        let Some(machine) = estate.host(&host) else {
            return Ok(());
        };
        let lines = told(&estate, machine, now);
        drop(estate);
        for line in lines {
            stage.say(line);
        }
        Ok(())
    }
}

/// The report, line by line, in the words and the order of the tool.
fn told(estate: &Estate, host: &Host, now: Moment) -> Vec<String> {
    let Some(membership) = &host.membership else {
        return vec!["the computer belongs to no domain and has no policies of one".to_owned()];
    };
    let domain = estate.domain(&membership.domain);
    let last = host.policy.last_refresh(host.booted, now.sim);
    let mut lines = vec![
        "COMPUTER SETTINGS".to_owned(),
        format!("  {}", estate.account_path(host).unwrap_or_default()),
        format!("  Last time Group Policy was applied: {}", wall(now, last)),
        format!("  Group Policy was applied from: {}", source(estate, host)),
        format!(
            "  Domain Name: {}",
            domain.map_or("", |domain| domain.netbios.as_str())
        ),
        "  Applied Group Policy Objects".to_owned(),
    ];
    // The tool lists what won first.
    let applied = host.policy.applied.iter().rev();
    lines.extend(applied.map(|gpo| format!("    {gpo}")));
    if host.policy.applied.is_empty() {
        lines.push("    N/A".to_owned());
    }
    if !host.policy.filtered_out.is_empty() {
        let words = "  The following GPOs were not applied because they were filtered out";
        lines.push(words.to_owned());
    }
    for (gpo, why) in &host.policy.filtered_out {
        lines.push(format!("    {gpo}"));
        lines.push(format!("      Filtering: {why}"));
    }
    lines.push("  The computer is a part of the following security groups".to_owned());
    let groups = host.policy.groups();
    let groups = groups.filter(|group| **group != membership.sid);
    let mut names: Vec<String> = groups.map(|group| estate.name_of(group)).collect();
    names.sort();
    lines.extend(names.iter().map(|name| format!("    {name}")));
    lines
}

/// A controller asks itself, a member the first controller that is up.
fn source(estate: &Estate, host: &Host) -> String {
    if host.is_controller() {
        return host.fqdn.to_string();
    }
    let mut up = host
        .domain()
        .into_iter()
        .flat_map(|domain| estate.controllers(domain))
        .filter(|controller| controller.up);
    up.next()
        .map_or("N/A".to_owned(), |controller| controller.fqdn.to_string())
}

/// A past instant of the run on the calendar.
fn wall(now: Moment, then: SimTime) -> jiff::Timestamp {
    let ago = now.sim.since(then);
    now.wall.checked_sub(ago).unwrap_or(now.wall)
}
