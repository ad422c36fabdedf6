//! `Invoke-IpamGpoProvisioning` (domain 4.6).

use crate::ipam::gpo::{GpoProvisioning, GpoProvisioningStep, StepOutcome};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{Stage, StepResult, parameter};

cmdlet! {
    pub struct InvokeIpamGpoProvisioning: changes, PassThru {
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
    }
}

impl Cmdlet for InvokeIpamGpoProvisioning {
    fn target(&self) -> String {
        self.domain.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let controller = self.domain_controller.as_ref();
        let provisioning = GpoProvisioning {
            domain: parameter(&self.domain)?,
            gpo_prefix_name: self.gpo_prefix_name.clone(),
            ipam_server_fqdn: self.ipam_server_fqdn.clone(),
            delegated_gpo_user: self.delegated_gpo_user.clone(),
            delegated_gpo_group: self.delegated_gpo_group.clone(),
            domain_controller: controller.map(|name| stage.server(name)).transpose()?,
        };
        let ipam = &session.ipam;
        let report = ipam
            .invoke_ipam_gpo_provisioning(&session.caller, provisioning)
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
        if let Some(refusal) = report.refusal {
            return Err(refusal.into());
        }
        let mut gpos = Table::new("", &["DisplayName", "DomainName", "GpoStatus"]);
        let created = report.entries.iter();
        for gpo in created.filter(|entry| entry.step == GpoProvisioningStep::CreateGpos) {
            let status = "AllSettingsEnabled".to_owned();
            gpos.row(vec![gpo.object.clone(), self.domain.clone(), status]);
        }
        session.handed_on(stage, &gpos);
        Ok(())
    }
}
