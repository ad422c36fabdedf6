//! `Invoke-IpamGpoProvisioning` (domain 4.6).

use crate::ipam::gpo::{GpoObject, GpoProvisioning, StepOutcome};
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
            pass_thru: self.pass_thru,
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
        session.handed_on(stage, &objects(&report.gpos));
        Ok(())
    }
}

/// The GPOs as PowerShell prints those of the Group Policy module.
fn objects(gpos: &[GpoObject]) -> Table {
    let columns = [
        "DisplayName",
        "DomainName",
        "Owner",
        "Id",
        "GpoStatus",
        "CreationTime",
        "ModificationTime",
        "ComputerVersion",
    ];
    let mut table = Table::new("", &columns);
    for gpo in gpos {
        let properties = &gpo.properties;
        let version = properties.version;
        table.row(vec![
            gpo.display_name.clone(),
            gpo.domain_name.to_string(),
            properties.owner.clone(),
            properties.id.clone(),
            "AllSettingsEnabled".to_owned(),
            instant(properties.created),
            instant(properties.modified),
            format!("AD Version: {version}, SysVol Version: {version}"),
        ]);
    }
    table
}

fn instant(milliseconds: i64) -> String {
    let read = jiff::Timestamp::from_millisecond(milliseconds);
    read.map_or_else(|_| milliseconds.to_string(), |at| at.to_string())
}
