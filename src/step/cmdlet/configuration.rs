//! `Invoke-IpamServerProvisioning`, `Get-IpamConfiguration` (domain 2.1, 2.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::configuration::ProvisioningMethod;
use crate::ipam::provision::{ProvisioningStep, ServerProvisioning};
use crate::ipam::remote::Channel;
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{Stage, StepResult};

/// How access settings reach managed servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Method {
    /// By Group Policy.
    Automatic,
    /// By hand.
    Manual,
}

cmdlet! {
    #[derive(Default)]
    pub struct InvokeIpamServerProvisioning: changes {
        /// `Manual` when omitted, as the cmdlet has it.
        pub provisioning_method: Option<Method>,
        /// Only with `Automatic`; 1 to 240 characters.
        pub gpo_prefix: Option<String>,
    }
}

impl Cmdlet for InvokeIpamServerProvisioning {
    const CHANNEL: Channel = Channel::RemoteManagement;

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let provisioning = ServerProvisioning {
            provisioning_method: match self.provisioning_method {
                Some(Method::Automatic) => ProvisioningMethod::Automatic,
                Some(Method::Manual) | None => ProvisioningMethod::Manual,
            },
            gpo_prefix: self.gpo_prefix.clone(),
        };
        let ipam = &session.ipam;
        let report = ipam
            .invoke_ipam_server_provisioning(&session.caller, provisioning)
            .await?;
        for step in &report.steps {
            stage.say(told(step));
        }
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamConfiguration: reads {}
}

impl Cmdlet for GetIpamConfiguration {
    const CHANNEL: Channel = Channel::RemoteManagement;

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let found = session.ipam.get_ipam_configuration(&session.caller).await?;
        let mut table = Table::new(
            "configuration",
            &["version", "port", "method", "GPO prefix"],
        );
        table.row(vec![
            found.version.to_string(),
            found.port.to_string(),
            found.provisioning_method.to_string(),
            found.gpo_prefix.unwrap_or_default(),
        ]);
        stage.table(table);
        if let Some(pending) = found.pending_port {
            stage.say(format!(
                "the change to port {pending} was not carried through: run \
                 `Set-IpamConfiguration -Port` again"
            ));
        }
        Ok(())
    }
}

/// One thing provisioning did, as a sentence.
fn told(step: &ProvisioningStep) -> String {
    match step {
        ProvisioningStep::Port(port) => format!("port {port} configured"),
        // The path is the runner's choice and differs from run to run; a transcript may not.
        ProvisioningStep::Database { path } if path == "memory" => {
            "database created in memory".to_owned()
        }
        ProvisioningStep::Database { .. } => "database created in a file".to_owned(),
        ProvisioningStep::ScheduledTasks(tasks) => {
            format!("{} scheduled tasks created", tasks.len())
        }
        ProvisioningStep::LocalGroup { group, created } => {
            let verb = if *created { "created" } else { "was there" };
            format!("local group {} {verb}", group.name())
        }
        ProvisioningStep::Method {
            provisioning_method,
            gpo_prefix,
        } => match gpo_prefix {
            Some(prefix) => format!("method {provisioning_method}, GPO prefix {prefix}"),
            None => format!("method {provisioning_method}"),
        },
        ProvisioningStep::Capability(name) => format!("capability {name} enabled"),
    }
}
