//! Running what is due.

use jiff::Timestamp;

use crate::ipam::caller::Caller;
use crate::ipam::collect::CollectionReport;
use crate::ipam::discovery::DiscoveryReport;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};

use super::schedule::{ScheduledTask, TaskKind};

/// One run of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRun {
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
    /// Addresses whose expiry state was looked at.
    Expiry {
        addresses: usize,
    },
    Failed(IpamError),
}

impl Ipam {
    /// The scheduled tasks; empty before provisioning.
    pub async fn get_scheduled_tasks(&self, _caller: &Caller) -> IpamResult<Vec<ScheduledTask>> {
        todo!()
    }

    /// When the next task is due, for whoever moves the calendar.
    pub fn next_due(&self) -> Option<Timestamp> {
        todo!()
    }

    /// Runs every task due at `now` once, as the IPAM server's computer account (domain 1.2).
    ///
    /// A task that missed several periods runs once, as Task Scheduler does it.
    pub async fn run_due_tasks(&self, _now: Timestamp) -> Vec<TaskRun> {
        todo!()
    }
}
