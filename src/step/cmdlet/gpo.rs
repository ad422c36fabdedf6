//! `Invoke-IpamGpoProvisioning` (domain 4.6).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::gpo::{GpoProvisioning, StepOutcome};
use crate::lab::observation::Table;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult, parameter};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InvokeIpamGpoProvisioning {
    pub domain: String,
    pub gpo_prefix_name: String,
    /// The IPAM server itself by default; must be a fully qualified name.
    pub ipam_server_fqdn: Option<String>,
    #[serde(default)]
    pub delegated_gpo_user: Vec<String>,
    #[serde(default)]
    pub delegated_gpo_group: Vec<String>,
    /// The domain's PDC emulator by default.
    pub domain_controller: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for InvokeIpamGpoProvisioning {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let controller = self.domain_controller.as_ref();
        let provisioning = GpoProvisioning {
            domain: parameter(&self.domain)?,
            gpo_prefix_name: self.gpo_prefix_name.clone(),
            ipam_server_fqdn: self.ipam_server_fqdn.clone(),
            delegated_gpo_user: self.delegated_gpo_user.clone(),
            delegated_gpo_group: self.delegated_gpo_group.clone(),
            domain_controller: controller.map(|name| stage.server(name)).transpose()?,
        };
        let ipam = stage.lab.ipam();
        let report = ipam
            .invoke_ipam_gpo_provisioning(&caller, provisioning)
            .await?;
        let mut table = Table::new("", &["step", "object", "outcome"]);
        for entry in &report.entries {
            let outcome = match &entry.outcome {
                StepOutcome::Done => "done".to_owned(),
                StepOutcome::Skipped(why) => format!("skipped: {why}"),
                StepOutcome::Warning(why) => format!("warning: {why}"),
                StepOutcome::Failed(why) => format!("failed: {why}"),
            };
            table.row(vec![entry.step.to_string(), entry.object.clone(), outcome]);
        }
        stage.table(table);
        match report.refusal {
            Some(refusal) => Err(refusal.into()),
            None => Ok(()),
        }
    }
}
