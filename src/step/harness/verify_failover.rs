//! What is wanted of a scope in failover.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::stage::{Stage, StepError, StepResult, parameter};

use super::verify::{compare, compare_lists};

/// What is wanted of a scope of a server, as `show-failover-scopes` shows it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FailoverScopeExpectation {
    pub server: String,
    /// `10.0.1.0/24`.
    pub scope: String,
    pub relationship: Option<String>,
    /// `In sync`, `Out of sync` or `Not compared`.
    pub configuration_sync: Option<String>,
    /// In what the two servers differ, no more and no fewer: `range`, `exclusions`,
    /// `reservation of 10.0.1.20` ...
    pub differences: Option<Vec<String>>,
}

pub(super) async fn of_failover_scope(
    wanted: &FailoverScopeExpectation,
    stage: &mut Stage<'_>,
) -> StepResult {
    let server = stage.server(&wanted.server)?;
    let id = parameter(&wanted.scope)?;
    let session = stage.direct()?;
    let scopes = session.ipam.get_failover_scopes(&session.caller).await?;
    let mut scopes = scopes.into_iter();
    let Some(found) = scopes.find(|scope| scope.server == server && scope.scope == id) else {
        return Err(StepError::Impossible(format!(
            "the scope `{id}` of `{server}` is not known to be in failover"
        )));
    };
    let subject = |key: &str| format!("{id} of {server} {key}");
    let rows = [
        ("relationship", &wanted.relationship, found.relationship),
        (
            "configuration-sync",
            &wanted.configuration_sync,
            found.comparison.sync().to_string(),
        ),
    ];
    for (key, wanted, found) in rows {
        if let Some(wanted) = wanted {
            compare(stage, subject(key), wanted, found);
        }
    }
    if let Some(wanted) = &wanted.differences {
        let found = found.comparison.differences.iter();
        let found = found.map(ToString::to_string).collect();
        compare_lists(stage, subject("differences"), wanted, found);
    }
    Ok(())
}
