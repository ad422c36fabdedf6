//! Running what is due.

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::collect::{CollectionOutcome, CollectionReport};
use crate::ipam::discovery::DiscoveryReport;
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::{Category, Channel};
use crate::ipam::store::configuration::{self, TaskRow};

use super::expiry::ExpiryCount;
use super::schedule::{TaskKind, TaskResult, missed_runs, next_run};

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

impl TaskOutcome {
    /// Everything that went wrong, a sentence each.
    pub fn failures(&self) -> Vec<String> {
        match self {
            TaskOutcome::Failed(error) => vec![error.to_string()],
            TaskOutcome::Discovered(report) => {
                report.errors.iter().map(ToString::to_string).collect()
            }
            TaskOutcome::Collected(report) => collection_failures(report),
            TaskOutcome::Expiry(_) => Vec::new(),
        }
    }
}

fn collection_failures(report: &CollectionReport) -> Vec<String> {
    let mut failures = Vec::new();
    for server in &report.servers {
        for (kind, outcome) in &server.outcomes {
            if let CollectionOutcome::Failed { stage, error } = outcome {
                failures.push(format!(
                    "{} {kind}: failed at {stage}: {error}",
                    server.server
                ));
            }
        }
    }
    failures
}

impl Ipam {
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
            runs.push(self.run_now(task.kind, task.next_run, now).await);
        }
        runs
    }

    /// One run at `now` of a task that was due at `due`, when its turn comes.
    pub(super) async fn run_now(&self, kind: TaskKind, due: Timestamp, now: Timestamp) -> TaskRun {
        let _turn = self.turns.begin(kind).await;
        // Written before the run: a task that brings the engine down is not run again at once
        // when it comes back.
        let outcome = match self.note_start(kind, now) {
            Ok(()) => self.run_task(kind).await,
            Err(refused) => TaskOutcome::Failed(refused),
        };
        self.note_end(kind, &outcome);
        TaskRun {
            server: self.options.server.clone(),
            task: kind,
            due,
            outcome,
        }
    }

    fn note_start(&self, kind: TaskKind, now: Timestamp) -> IpamResult<()> {
        self.edit_row(kind, |task| {
            task.last_run = Some(now);
            task.runs += 1;
            // Started by hand, it keeps its next run.
            if task.next_run <= now {
                task.missed += missed_runs(task.next_run, task.interval, now);
                task.next_run = next_run(task.next_run, task.interval, now);
            }
        })
    }

    /// Keeps the result, and tells in the Admin channel what went wrong (domain 9.6).
    fn note_end(&self, kind: TaskKind, outcome: &TaskOutcome) {
        let failures = outcome.failures();
        let result = match failures.as_slice() {
            [] => TaskResult::SUCCESS,
            _ => TaskResult::FAILED,
        };
        // A lost database is what the outcome tells already.
        let _ = self.edit_row(kind, |task| task.last_result = result);
        for failure in failures {
            let told = format!("task {kind}: {failure}");
            let own = &self.options.computer;
            self.log(Channel::Admin, own, Category::ScheduledTasks, told);
        }
    }

    /// Changes a task as it is stored now, which may be another than when its run began.
    fn edit_row(&self, kind: TaskKind, edit: impl FnOnce(&mut TaskRow)) -> IpamResult<()> {
        self.store.transaction(|tx| {
            let rows = configuration::tasks(tx)?;
            match rows.into_iter().find(|row| row.kind == kind) {
                Some(mut row) => {
                    edit(&mut row);
                    configuration::put_task(tx, &row)
                }
                None => Ok(()),
            }
        })
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
            TaskKind::AddressExpiry => self.compute_expiry().map(TaskOutcome::Expiry),
            _ => self
                .run_collection_task(task)
                .await
                .map(TaskOutcome::Collected),
        };
        ended.unwrap_or_else(TaskOutcome::Failed)
    }
}
