//! Start Server Discovery, Refresh Server Access Status, Retrieve Server Data (domain 1.5).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Fqdn;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::step::tables;

/// Runs ServerDiscovery now.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StartServerDiscovery {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for StartServerDiscovery {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let since = stage.lab.network().packets_sent();
        let ipam = &session.ipam;
        let report = ipam.start_server_discovery(&session.caller, None).await?;
        tables::discovery(stage, &report);
        stage.judge(&report.access, since);
        Ok(())
    }
}

/// Servers by name or pattern, as the console's selection has them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Selection(pub Vec<String>);

impl Selection {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        for pattern in &self.0 {
            to.host_pattern(pattern);
        }
    }

    async fn servers(&self, stage: &Stage<'_>) -> Result<Vec<Fqdn>, StepError> {
        let mut servers = Vec::new();
        for pattern in &self.0 {
            servers.extend(stage.servers_like(pattern).await?);
        }
        Ok(servers)
    }
}

/// Refresh Server Access Status.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RefreshServerAccessStatus(pub Selection);

impl Arguments for RefreshServerAccessStatus {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(None).await?;
        let servers = self.0.servers(stage).await?;
        let since = stage.lab.network().packets_sent();
        let ipam = &session.ipam;
        let reports = ipam
            .refresh_server_access_status(&session.caller, &servers)
            .await?;
        tables::access(stage, &reports);
        stage.judge(&reports, since);
        Ok(())
    }
}

/// Retrieve Server Data.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RetrieveServerData(pub Selection);

impl Arguments for RetrieveServerData {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(None).await?;
        let servers = self.0.servers(stage).await?;
        let report = session
            .ipam
            .retrieve_server_data(&session.caller, &servers)
            .await?;
        tables::collection(stage, &report);
        Ok(())
    }
}

/// Runs all data collection tasks now.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetrieveAllServerData {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RetrieveAllServerData {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let report = session
            .ipam
            .retrieve_all_server_data(&session.caller)
            .await?;
        tables::collection(stage, &report);
        Ok(())
    }
}

/// Runs the scheduled tasks whose time has come.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RunDueTasks {}

impl Arguments for RunDueTasks {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let now = stage.lab.now().wall;
        let mut runs = Vec::new();
        for ipam in stage.lab.ipams() {
            runs.extend(ipam.run_due_tasks(now).await);
        }
        tables::tasks(stage, &runs);
        Ok(())
    }
}
