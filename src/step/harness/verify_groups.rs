//! What is wanted of a logical group's tree.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::groups::{Detail, Level};
use crate::ipam::inventory::AddressFamily;
use crate::step::cmdlet::inventory::Family;
use crate::step::stage::{Stage, StepResult};

use super::verify::compare;

/// What is wanted of a group.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GroupExpectation {
    pub name: String,
    /// IPv4 by default.
    pub family: Option<Family>,
    /// How many objects are in levels, each by its values from the top: `London / B1`, with
    /// `(no value)` for what has none. Levels that are not named may be there; one that is named
    /// with 0 must not.
    pub levels: BTreeMap<String, usize>,
}

/// Compares every wanted count with the one found.
pub(super) async fn of_group(wanted: &GroupExpectation, stage: &mut Stage<'_>) -> StepResult {
    let session = stage.direct()?;
    let family = wanted.family.map_or(AddressFamily::IPv4, Family::view);
    let (ipam, name) = (&session.ipam, &wanted.name);
    let (_, tree) = ipam
        .get_logical_group_members(&session.caller, name, family, Detail::Counts)
        .await?;
    for (path, count) in &wanted.levels {
        let found = count_at(&tree.levels, path);
        let subject = format!("{name}: {path}");
        compare(stage, subject, &count.to_string(), found.to_string());
    }
    Ok(())
}

fn count_at(levels: &[Level], path: &str) -> usize {
    let (mut levels, mut count) = (levels, 0);
    for value in path.split(" / ") {
        let mut here = levels.iter();
        let found = here.find(|level| level.value.as_deref().unwrap_or("(no value)") == value);
        let Some(level) = found else { return 0 };
        (levels, count) = (&level.levels, level.count);
    }
    count
}
