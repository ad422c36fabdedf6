//! Which tasks there are, how often each runs and when it is due.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

/// A task below `Microsoft\Windows\IPAM` (domain 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskKind {
    AddressExpiry,
    AddressUtilization,
    Audit,
    ServerAvailability,
    ServerConfiguration,
    ServerDiscovery,
    ServiceMonitoring,
}

impl TaskKind {
    /// Every task, in the order in which tasks due at the same instant run.
    pub const ALL: &[TaskKind] = &[
        TaskKind::ServerDiscovery,
        TaskKind::ServerConfiguration,
        TaskKind::ServiceMonitoring,
        TaskKind::ServerAvailability,
        TaskKind::AddressUtilization,
        TaskKind::Audit,
        TaskKind::AddressExpiry,
    ];

    /// The interval that provisioning sets.
    pub fn default_interval(self) -> Duration {
        let minutes = match self {
            TaskKind::ServerAvailability => 15,
            TaskKind::ServiceMonitoring => 30,
            TaskKind::AddressUtilization => 2 * 60,
            TaskKind::ServerConfiguration => 6 * 60,
            // Of the two published periods the day is the default (domain 12.4).
            TaskKind::AddressExpiry | TaskKind::Audit | TaskKind::ServerDiscovery => 24 * 60,
        };
        Duration::from_secs(minutes * 60)
    }
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// State of a task (domain 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    Disabled,
    Ready,
    Running,
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A task as the scheduler shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledTask {
    pub kind: TaskKind,
    pub interval: Duration,
    pub state: TaskState,
    pub last_run: Option<Timestamp>,
    pub next_run: Timestamp,
}
