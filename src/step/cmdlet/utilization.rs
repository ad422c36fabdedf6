//! `Get-` and `Set-IpamAddressUtilizationThreshold`, `Remove-IpamUtilizationData` (domain 5.8).

use crate::ipam::usage::UtilizationThreshold;
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{Stage, StepResult};
use crate::step::when::day;

fn thresholds(thresholds: UtilizationThreshold) -> Table {
    let columns = ["UnderUtilizationThreshold", "OverUtilizationThreshold"];
    let mut table = Table::new("utilization thresholds", &columns);
    table.row(vec![
        thresholds.under.to_string(),
        thresholds.over.to_string(),
    ]);
    table
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamAddressUtilizationThreshold: reads {}
}

impl Cmdlet for GetIpamAddressUtilizationThreshold {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let (ipam, caller) = (&session.ipam, &session.caller);
        let found = ipam.get_ipam_address_utilization_threshold(caller).await?;
        stage.table(thresholds(found));
        Ok(())
    }
}

cmdlet! {
    /// What is not given stays as it is.
    #[derive(Default)]
    pub struct SetIpamAddressUtilizationThreshold: changes, PassThru {
        /// In percent; 20 unless it was changed.
        pub under_utilization_threshold: Option<u32>,
        /// In percent; 80 unless it was changed.
        pub over_utilization_threshold: Option<u32>,
    }
}

impl Cmdlet for SetIpamAddressUtilizationThreshold {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let (ipam, caller) = (&session.ipam, &session.caller);
        let (under, over) = (
            self.under_utilization_threshold,
            self.over_utilization_threshold,
        );
        let set = ipam.set_ipam_address_utilization_threshold(caller, under, over);
        session.returned(stage, thresholds(set.await?));
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamUtilizationData: changes {
        /// Up to which day, that day included; before today: `2026-03-02`.
        pub end_date: String,
    }
}

impl Cmdlet for RemoveIpamUtilizationData {
    fn target(&self) -> String {
        format!("utilization data until {}", self.end_date)
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let until = day(&self.end_date)?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let purged = ipam.remove_ipam_utilization_data(caller, until).await?;
        stage.say(format!("purged: {purged}"));
        Ok(())
    }
}
