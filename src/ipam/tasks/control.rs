//! The tasks in the administrator's hands: show, start, disable, enable, change the interval.

use std::time::Duration;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::{Category, Channel};
use crate::ipam::rbac::Right;
use crate::ipam::store::Tx;
use crate::ipam::store::configuration::{self, TaskRow};

use super::run::TaskRun;
use super::schedule::{ScheduledTask, TaskKind, next_run};

/// What a repetition may be, as Task Scheduler bounds it.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);

/// A task as stored.
fn row(tx: &Tx<'_>, kind: TaskKind) -> IpamResult<TaskRow> {
    let rows = configuration::tasks(tx)?;
    rows.into_iter()
        .find(|row| row.kind == kind)
        .ok_or_else(|| IpamError::not_found(format!("there is no task `{kind}`")))
}

impl Ipam {
    /// The scheduled tasks in the order in which they fall due: `Get-ScheduledTask` and
    /// `Get-ScheduledTaskInfo` in one.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_scheduled_tasks(&self, caller: &Caller) -> IpamResult<Vec<ScheduledTask>> {
        self.authorize(caller, Right::Read).await?;
        let rows = self.store.read(configuration::tasks)?;
        Ok(rows.iter().map(|row| self.shown(row)).collect())
    }

    fn shown(&self, row: &TaskRow) -> ScheduledTask {
        let mut task = ScheduledTask::from(row);
        if let Some(now) = self.turns.state(row.kind) {
            task.state = now;
        }
        task
    }

    /// `Start-ScheduledTask`: runs a task now, as the server's computer account whoever starts
    /// it, or queues it behind the run under way. Its next scheduled run stays where it is.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for whoever is in no administrator group of IPAM,
    /// `IpamApiInvalidParameter` for a disabled task. What the task met is in its run.
    pub async fn start_scheduled_task(
        &self,
        caller: &Caller,
        kind: TaskKind,
    ) -> IpamResult<TaskRun> {
        self.authorize(caller, Right::StartTasks).await?;
        if !self.store.read(|tx| row(tx, kind))?.enabled {
            return Err(IpamError::parameter(format!(
                "the task `{kind}` is disabled; enable it with Enable-ScheduledTask"
            )));
        }
        let account = &caller.account;
        let started = format!("started the task {kind}");
        self.log(Channel::Admin, account, Category::ScheduledTasks, started);
        let now = self.wall();
        Ok(self.run_now(kind, now, now).await)
    }

    /// `Disable-ScheduledTask` and `Enable-ScheduledTask`. A run under way goes on; an enabled
    /// task keeps its rhythm and makes up for nothing.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for all but local administrators of the IPAM server: Task Scheduler
    /// asks no IPAM role.
    pub async fn set_scheduled_task_enabled(
        &self,
        caller: &Caller,
        kind: TaskKind,
        enabled: bool,
    ) -> IpamResult<ScheduledTask> {
        let now = self.wall();
        let done = if enabled { "enabled" } else { "disabled" };
        self.edit_task(caller, kind, done.to_owned(), |task| {
            if enabled && !task.enabled && task.next_run <= now {
                task.next_run = next_run(task.next_run, task.interval, now);
            }
            task.enabled = enabled;
        })
        .await
    }

    /// `Set-ScheduledTask` with another repetition interval; the next run is one interval away.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for less than a minute or more than 31 days,
    /// `IpamApiAccessDenied` for all but local administrators of the IPAM server.
    pub async fn set_scheduled_task_interval(
        &self,
        caller: &Caller,
        kind: TaskKind,
        interval: Duration,
    ) -> IpamResult<ScheduledTask> {
        if !(SHORTEST..=LONGEST).contains(&interval) {
            return Err(IpamError::new(
                ErrorId::IpamApiInvalidParameter,
                format!(
                    "a task cannot run every {} s; give it 1 minute to 31 days",
                    interval.as_secs()
                ),
            ));
        }
        let next = self.wall().checked_add(interval);
        let done = format!("set the interval to {} s", interval.as_secs());
        self.edit_task(caller, kind, done, |task| {
            task.interval = interval;
            task.next_run = next.unwrap_or(jiff::Timestamp::MAX);
        })
        .await
    }

    async fn edit_task(
        &self,
        caller: &Caller,
        kind: TaskKind,
        done: String,
        edit: impl FnOnce(&mut TaskRow),
    ) -> IpamResult<ScheduledTask> {
        self.authorize(caller, Right::Configure).await?;
        let row = self.store.transaction(|tx| {
            let mut task = row(tx, kind)?;
            edit(&mut task);
            configuration::put_task(tx, &task)?;
            let told = format!("task {kind}: {done}");
            self.changed(tx, caller, Category::ScheduledTasks, told)?;
            Ok(task)
        })?;
        Ok(self.shown(&row))
    }
}
