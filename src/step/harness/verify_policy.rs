//! Expectations of Group Policy on a host: what its last refresh applied and what it did not.

use crate::step::stage::{Stage, StepResult};

use super::expect::PolicyExpectation;
use super::verify::{compare, compare_lists};

pub(super) fn of_policy(wanted: &PolicyExpectation, stage: &mut Stage<'_>) -> StepResult {
    let host = stage.host(&wanted.host)?;
    let (applied, filtered_out) = {
        let estate = stage.lab.estate();
        let policy = estate.host(&host).map(|host| &host.policy);
        let applied = policy.map(|policy| policy.applied.clone());
        let filtered_out = policy.map(|policy| policy.filtered_out.clone());
        (
            applied.unwrap_or_default(),
            filtered_out.unwrap_or_default(),
        )
    };
    if let Some(names) = &wanted.applied {
        compare_lists(stage, format!("{host} applied GPOs"), names, applied);
    }
    for (gpo, reason) in &wanted.filtered_out {
        let found = filtered_out.get(gpo).map(ToString::to_string);
        let found = found.unwrap_or_else(|| "not filtered out".to_owned());
        compare(stage, format!("{host} {gpo}"), reason, found);
    }
    Ok(())
}
