//! `Get-IpamConfiguration` (domain 2.1).

use crate::ipam::remote::Channel;
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{Stage, StepResult};

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
