//! Changing how often a task runs, as an administrator does in Task Scheduler (domain 2.6).
//!
//! The sources name two periods of ServerDiscovery, a day and an hour; the day is what
//! provisioning sets, and this is how a server gets the other (domain 12.4).

use std::time::Duration;

use jiff::Timestamp;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::rbac::Right;
use crate::ipam::store::configuration;

use super::schedule::{ScheduledTask, TaskKind};

/// Task Scheduler repeats nothing more often.
const SHORTEST: Duration = Duration::from_secs(60);
/// Nor more rarely.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);

impl Ipam {
    /// Sets the interval of a task; the next run is one interval from now.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for an interval out of bounds; `IpamApiAccessDenied` for all
    /// but local administrators of the IPAM server, because Task Scheduler asks no IPAM role.
    pub async fn set_task_interval(
        &self,
        caller: &Caller,
        task: TaskKind,
        interval: Duration,
    ) -> IpamResult<ScheduledTask> {
        self.authorize(caller, Right::Configure).await?;
        if !(SHORTEST..=LONGEST).contains(&interval) {
            return Err(IpamError::parameter(format!(
                "a task cannot run every {} s; give it 1 minute to 31 days",
                interval.as_secs()
            )));
        }
        let next_run = self.wall().checked_add(interval).unwrap_or(Timestamp::MAX);
        self.store.transaction(|tx| {
            let mut tasks = configuration::tasks(tx)?;
            let row = tasks.iter_mut().find(|row| row.kind == task);
            let row = row.ok_or_else(|| {
                IpamError::not_found(format!("task `{task}` does not exist; provision first"))
            })?;
            row.interval = interval;
            row.next_run = next_run;
            configuration::put_task(tx, row)?;
            Ok(ScheduledTask::from(&*row))
        })
    }
}
