//! `Invoke-IpamDhcpLease`: the script that imports the leases of a DHCP server (domain 9.4).

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Fqdn;
use crate::ipam::lease_import::{CustomDatum, CustomSource, LeaseImport, LeaseImportReport};
use crate::ipam::{Caller, IpamError};
use crate::lab::observation::Table;
use crate::lab::{HostTask, HostTaskRun, LeaseImportCall};
use crate::step::cmdlet::common::Answer;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};

/// How the task is called unless somebody says.
const DEFAULT_TASK_NAME: &str = "IpamDhcpIntegration";
const DEFAULT_HOURS: u32 = 6;
const MOST_HOURS: u32 = 24;
/// The account whose identity on the network is that of its computer.
const NETWORK_SERVICE: &str = "Network Service";

/// Imports the leases of a DHCP server, once or by a task of the host it is run on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InvokeIpamDhcpLease {
    /// The IPAM server to store in.
    pub ipam_server_name: String,
    /// The DHCP server, in full; the host the script is run on by default.
    pub dhcp_server_fqdn: Option<String>,
    /// `IPv4`, `IPv6` or `All`; all by default.
    pub address_family: Option<String>,
    /// Only reservations.
    #[serde(default)]
    pub reservation_only: bool,
    /// Custom fields and what goes into each: `DhcpScope.Name`, `DhcpScope.ScopeId`,
    /// `DhcpScope.SuperscopeName`, `DhcpLease.HostName`, `DhcpLease.ClientId`,
    /// `DhcpLease.AddressState`, or a text.
    #[serde(default)]
    pub custom_data: BTreeMap<String, String>,
    /// Registers a task instead, which runs now and then again and again for a day.
    #[serde(default)]
    pub periodic: bool,
    /// `IpamDhcpIntegration` by default.
    pub task_name: Option<String>,
    /// 6 by default, 24 at most.
    pub hours_interval: Option<u32>,
    /// The account of the task: `CORP\importer`, or `Network Service`.
    pub credential: Option<String>,
    /// Goes on without the prompt.
    #[serde(default)]
    pub force: bool,
    /// What the prompt is answered; yes by default.
    #[serde(rename = "answer")]
    pub answer: Option<Answer>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
    /// The host it is run on; the IPAM server by default.
    #[serde(rename = "from")]
    pub from: Option<String>,
}

impl Arguments for InvokeIpamDhcpLease {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref())
            .hosts(self.from.as_ref())
            .ipam_server(&self.ipam_server_name);
        let named = self.credential.as_ref();
        to.account(named.filter(|name| !is_network_service(name)));
        let of_task =
            self.task_name.is_some() || self.hours_interval.is_some() || self.credential.is_some();
        if of_task && !self.periodic {
            let message = "`TaskName`, `HoursInterval` and `Credential` are of a task";
            to.problem("IpamServerName", message, "add `Periodic: true`");
        }
        if self.force && self.answer.is_some() {
            let remedy = "remove `Force` or `answer`";
            to.problem("answer", "`answer` has no prompt to answer", remedy);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let server = stage.host(&self.ipam_server_name)?;
        let host = match &self.from {
            Some(from) => stage.host(from)?,
            None => server.clone(),
        };
        let import = self.import(&host)?;
        let caller = stage.caller(self.as_user.as_ref())?;
        if !self.force {
            stage.say(self.question(&import));
            let refused = self.answer == Some(Answer::No);
            stage.say(if refused { "answer: no" } else { "answer: yes" });
            if refused {
                return Ok(());
            }
        }
        let call = LeaseImportCall {
            ipam_server: server,
            caller,
            import,
        };
        match self.periodic {
            true => self.register(stage, host, call).await,
            false => {
                let report = stage.lab.import_leases(&host, &call).await?;
                told(stage, &report);
                Ok(())
            }
        }
    }
}

impl InvokeIpamDhcpLease {
    fn import(&self, host: &Fqdn) -> Result<LeaseImport, StepError> {
        let server = match &self.dhcp_server_fqdn {
            Some(name) => parameter(name)?,
            None => host.clone(),
        };
        let mut import = LeaseImport::new(server)?;
        import.families = optional(self.address_family.as_ref())?.unwrap_or_default();
        import.reservation_only = self.reservation_only;
        for (field, source) in &self.custom_data {
            let source: CustomSource = parameter(source)?;
            let field = field.clone();
            import.custom_data.push(CustomDatum { field, source });
        }
        Ok(import)
    }

    fn question(&self, import: &LeaseImport) -> String {
        let what = match self.reservation_only {
            true => "reservations",
            false => "leases",
        };
        let when = match self.periodic {
            true => "by a scheduled task",
            false => "now",
        };
        let (server, ipam) = (import.server(), &self.ipam_server_name);
        format!("Confirm: import the {what} of {server} into {ipam} {when}")
    }

    /// Registers the task, and runs it for the first time.
    async fn register(
        &self,
        stage: &mut Stage<'_>,
        host: Fqdn,
        mut call: LeaseImportCall,
    ) -> StepResult {
        let hours = self.hours_interval.unwrap_or(DEFAULT_HOURS);
        if !(1..=MOST_HOURS).contains(&hours) {
            let message = format!("an interval of {hours} hours is not between 1 and {MOST_HOURS}");
            return Err(IpamError::parameter(message).into());
        }
        let Some(credential) = &self.credential else {
            let message = "a task runs as an account: name it in `Credential`, such as \
                           `Network Service`";
            return Err(IpamError::parameter(message).into());
        };
        call.caller = self.runs_as(stage, &host, credential)?;
        let name = self.task_name.as_deref().unwrap_or(DEFAULT_TASK_NAME);
        let account = call.caller.account.clone();
        let every = Duration::from_secs(u64::from(hours) * 3600);
        let now = stage.lab.now().wall;
        let task = HostTask::new(host.clone(), name.to_owned(), call, every, now);
        let until = task.until;
        stage.lab.register_host_task(task);
        stage.say(format!(
            "task {name} registered on {host}: as {account}, now and every {hours} hours until \
             {until}"
        ));
        stage.lab.run_due_host_tasks().await;
        let runs = stage.lab.take_host_task_runs();
        runs_told(stage, &runs);
        Ok(())
    }

    fn runs_as(
        &self,
        stage: &Stage<'_>,
        host: &Fqdn,
        credential: &str,
    ) -> Result<Caller, StepError> {
        if !is_network_service(credential) {
            return Ok(stage.lab.caller(credential)?);
        }
        let estate = stage.lab.estate();
        let member = estate.host(host).and_then(|host| host.membership.as_ref());
        let account = member.map(|member| member.account.to_string());
        drop(estate);
        let none = || StepError::Impossible(format!("`{host}` has no computer account"));
        Ok(stage.lab.caller(&account.ok_or_else(none)?)?)
    }
}

fn is_network_service(name: &str) -> bool {
    let bare = name.rsplit('\\').next().unwrap_or(name);
    let letters = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    letters(bare) == letters(NETWORK_SERVICE)
}

/// What an import did, scope by scope; what failed is a non-terminating error.
fn told(stage: &mut Stage<'_>, report: &LeaseImportReport) {
    let columns = ["scope", "added", "updated", "deleted"];
    let title = format!("leases of {}", report.server);
    let mut table = Table::new(&title, &columns);
    for scope in &report.scopes {
        if let Ok(imported) = &scope.outcome {
            let gone = imported.deleted.iter();
            let gone: Vec<String> = gone.map(|key| key.ip_address.to_string()).collect();
            table.row(vec![
                scope.scope.to_string(),
                imported.added.to_string(),
                imported.updated.to_string(),
                match gone.as_slice() {
                    [] => "0".to_owned(),
                    gone => format!("{}: {}", gone.len(), gone.join(", ")),
                },
            ]);
        }
    }
    stage.table(table);
    if report.scopes.is_empty() && report.unlisted.is_empty() {
        stage.say(format!("{} has no scope", report.server));
    }
    for failure in report.failures() {
        stage.error(failure.clone());
    }
}

/// Runs of the tasks that the script registered.
pub fn runs_told(stage: &mut Stage<'_>, runs: &[HostTaskRun]) {
    for run in runs {
        let ran = format!("task {} on {} ran at {}", run.task, run.host, run.at);
        match &run.outcome {
            Ok(report) => {
                let imported = report.scopes.iter().filter(|scope| scope.outcome.is_ok());
                let failed: Vec<String> = report.failures().map(ToString::to_string).collect();
                let scopes = match imported.count() {
                    1 => "1 scope".to_owned(),
                    several => format!("{several} scopes"),
                };
                stage.say(format!("{ran}: {scopes} imported, {} failed", failed.len()));
                failed
                    .into_iter()
                    .for_each(|why| stage.say(format!("  {why}")));
            }
            Err(error) => stage.say(format!("{ran}: {error}")),
        }
    }
}
