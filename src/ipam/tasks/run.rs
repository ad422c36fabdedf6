//! Running what is due.

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::collect::{CollectionKind, CollectionReport};
use crate::ipam::discovery::DiscoveryReport;
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;
use crate::ipam::store::configuration::{self, TaskRow};
use crate::ipam::store::servers;

use super::expiry::ExpiryCount;
use super::schedule::{ScheduledTask, TaskKind, TaskState, next_run};

/// One run of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRun {
    /// The IPAM server it ran on.
    pub server: Fqdn,
    pub task: TaskKind,
    /// When it was due.
    pub due: Timestamp,
    pub outcome: TaskOutcome,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskOutcome {
    Discovered(Box<DiscoveryReport>),
    Collected(CollectionReport),
    Expiry(ExpiryCount),
    Failed(IpamError),
}

/// What a collection task collects (domain 2.6).
fn kinds_of(task: TaskKind) -> &'static [CollectionKind] {
    match task {
        TaskKind::ServerConfiguration => &[CollectionKind::DhcpScopes, CollectionKind::DnsZones],
        TaskKind::ServiceMonitoring => &[CollectionKind::ZoneStatus],
        TaskKind::ServerAvailability => &[CollectionKind::Availability],
        TaskKind::AddressUtilization => &[CollectionKind::Utilization],
        TaskKind::Audit => &[
            CollectionKind::ConfigurationEvents,
            CollectionKind::LeaseEvents,
            CollectionKind::LogonEvents,
        ],
        TaskKind::AddressExpiry | TaskKind::ServerDiscovery => &[],
    }
}

impl Ipam {
    /// The scheduled tasks in the order in which they fall due.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_scheduled_tasks(&self, caller: &Caller) -> IpamResult<Vec<ScheduledTask>> {
        self.authorize(caller, Right::Read).await?;
        let rows = self.store.read(configuration::tasks)?;
        Ok(rows.iter().map(ScheduledTask::from).collect())
    }

    /// Enables or disables a task, as Task Scheduler does it; gives its state. One that is enabled
    /// again goes on in its rhythm.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for whoever is no administrator of IPAM in any respect.
    pub async fn set_scheduled_task_enabled(
        &self,
        caller: &Caller,
        kind: TaskKind,
        enabled: bool,
    ) -> IpamResult<TaskState> {
        self.authorize(caller, Right::StartTasks).await?;
        let now = self.wall();
        self.store.transaction(|tx| {
            let tasks = configuration::tasks(tx)?;
            let unknown = || IpamError::not_found(format!("there is no task `{kind}`"));
            let found = tasks.into_iter().find(|task| task.kind == kind);
            let mut task = found.ok_or_else(unknown)?;
            if enabled && !task.enabled && task.next_run <= now {
                task.next_run = next_run(task.next_run, task.interval, now);
            }
            task.enabled = enabled;
            configuration::put_task(tx, &task)?;
            let verb = if enabled { "enabled" } else { "disabled" };
            let what = format!("scheduled task {kind} {verb}");
            self.changed(tx, caller, Category::ScheduledTasks, what)?;
            Ok(ScheduledTask::from(&task).state)
        })
    }

    /// When the next task is due, for whoever moves the calendar; `None` before provisioning and
    /// while the database is lost.
    pub fn next_due(&self) -> Option<Timestamp> {
        if self.provisioning_state() != ProvisioningState::Provisioned {
            return None;
        }
        self.store.read(configuration::next_due).ok().flatten()
    }

    /// Runs every task due at `now` once, as the IPAM server's computer account (domain 1.2).
    ///
    /// A task that missed several periods runs once, as Task Scheduler does it.
    pub async fn run_due_tasks(&self, now: Timestamp) -> Vec<TaskRun> {
        if self.provisioning_state() != ProvisioningState::Provisioned {
            return Vec::new();
        }
        let mut runs = Vec::new();
        let Ok(tasks) = self.store.read(configuration::tasks) else {
            return runs;
        };
        let due = |task: &&TaskRow| task.enabled && task.next_run <= now;
        for task in tasks.iter().filter(due) {
            let rescheduled = TaskRow {
                last_run: Some(now),
                next_run: next_run(task.next_run, task.interval, now),
                ..task.clone()
            };
            // Written before the run: a task that brings the engine down is not run again at
            // once when it comes back.
            let stored = self
                .store
                .transaction(|tx| configuration::put_task(tx, &rescheduled));
            let outcome = match stored {
                Ok(()) => self.run_task(task.kind).await,
                Err(refused) => TaskOutcome::Failed(refused),
            };
            runs.push(TaskRun {
                server: self.options.server.clone(),
                task: task.kind,
                due: task.next_run,
                outcome,
            });
        }
        runs
    }

    async fn run_task(&self, task: TaskKind) -> TaskOutcome {
        if let Err(lost) = self.reach_database().await {
            return TaskOutcome::Failed(lost);
        }
        let ended = match task {
            TaskKind::ServerDiscovery => self
                .discover()
                .await
                .map(|report| TaskOutcome::Discovered(Box::new(report))),
            TaskKind::AddressExpiry => self.count_expiry().map(TaskOutcome::Expiry),
            _ => match self.store.read(servers::servers) {
                Ok(all) => self
                    .collect(all, kinds_of(task))
                    .await
                    .map(TaskOutcome::Collected),
                Err(refused) => Err(refused),
            },
        };
        ended.unwrap_or_else(TaskOutcome::Failed)
    }
}
