//! What provisioning has initialised on the IPAM server.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::lab::observation::Table;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

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
