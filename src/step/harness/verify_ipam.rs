//! What is wanted of the IPAM server itself.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::engine::ProvisioningState;
use crate::step::stage::{Stage, StepResult};

use super::verify::compare;

/// What is wanted of the IPAM server that the console is connected to.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IpamExpectation {
    /// Whether it is provisioned; a failed provisioning leaves it as it was before.
    pub provisioned: Option<bool>,
    /// `WID` or `MSSQL`.
    pub database: Option<String>,
    /// Whom it is to its database server.
    pub user: Option<String>,
    /// `Enabled` or `Disabled`: the capability IpAddressTracking.
    pub capability: Option<String>,
}

/// Compares every wanted value with the one found.
pub(super) async fn of_ipam(wanted: &IpamExpectation, stage: &mut Stage<'_>) -> StepResult {
    let session = stage.direct()?;
    if let Some(provisioned) = wanted.provisioned {
        let words = |is: bool| if is { "provisioned" } else { "not provisioned" };
        let state = session.ipam.provisioning_state();
        let found = words(state == ProvisioningState::Provisioned).to_owned();
        compare(stage, session.server.to_string(), words(provisioned), found);
    }
    if wanted.database.is_some() || wanted.user.is_some() {
        let found = session.ipam.get_ipam_database(&session.caller).await?;
        if let Some(kind) = &wanted.database {
            let found = found.database_type.to_owned();
            compare(stage, "database".to_owned(), kind, found);
        }
        if let Some(user) = &wanted.user {
            let found = found.database_user.unwrap_or_default();
            compare(stage, "database user".to_owned(), user, found);
        }
    }
    if let Some(status) = &wanted.capability {
        let all = session.ipam.get_ipam_capability(&session.caller).await?;
        let enabled = all.iter().all(|(_, enabled)| *enabled);
        let found = if enabled { "Enabled" } else { "Disabled" };
        compare(stage, "capability".to_owned(), status, found.to_owned());
    }
    Ok(())
}
