//! Which tasks there are, how often each runs and when it is due.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use crate::ipam::store::configuration::TaskRow;

/// The folder of the tasks in Task Scheduler (domain 2.6).
pub const TASK_PATH: &str = "\\Microsoft\\Windows\\IPAM\\";

/// A task below [`TASK_PATH`].
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

/// No task of IPAM has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no task below `{TASK_PATH}`; there are {known}")]
pub struct UnknownTask {
    name: String,
    known: String,
}

impl FromStr for TaskKind {
    type Err = UnknownTask;

    fn from_str(text: &str) -> Result<TaskKind, UnknownTask> {
        let same = |kind: &&TaskKind| kind.to_string().eq_ignore_ascii_case(text.trim());
        TaskKind::ALL.iter().find(same).copied().ok_or_else(|| {
            let names: Vec<String> = TaskKind::ALL.iter().map(ToString::to_string).collect();
            UnknownTask {
                name: text.to_owned(),
                known: names.join(", "),
            }
        })
    }
}

/// State of a task (domain 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    Disabled,
    /// Started while it runs: it runs again when the run under way has ended.
    Queued,
    Ready,
    Running,
}

/// What Task Scheduler shows as *Last Run Result*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskResult(pub u32);

impl TaskResult {
    pub const SUCCESS: TaskResult = TaskResult(0);
    /// The task failed, or some server could not be collected from: which, is in the Admin log.
    pub const FAILED: TaskResult = TaskResult(1);
    pub const NOT_RUN_YET: TaskResult = TaskResult(0x41303);
}

impl fmt::Display for TaskResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:X}", self.0)
    }
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
    pub last_result: TaskResult,
    /// How often it ran since provisioning.
    pub runs: u32,
    /// How often it fell due while nothing could run it; the runs are not made up for, but for
    /// one.
    pub missed: u32,
    pub next_run: Timestamp,
}

impl From<&TaskRow> for ScheduledTask {
    fn from(row: &TaskRow) -> ScheduledTask {
        ScheduledTask {
            kind: row.kind,
            interval: row.interval,
            state: if row.enabled {
                TaskState::Ready
            } else {
                TaskState::Disabled
            },
            last_run: row.last_run,
            last_result: row.last_result,
            runs: row.runs,
            missed: row.missed,
            next_run: row.next_run,
        }
    }
}

/// The tasks as provisioning creates them: each runs for the first time one interval later.
pub(crate) fn initial_tasks(now: Timestamp) -> Vec<TaskRow> {
    TaskKind::ALL
        .iter()
        .map(|kind| {
            let interval = kind.default_interval();
            TaskRow {
                kind: *kind,
                interval,
                enabled: true,
                last_run: None,
                last_result: TaskResult::NOT_RUN_YET,
                runs: 0,
                missed: 0,
                next_run: now.checked_add(interval).unwrap_or(Timestamp::MAX),
            }
        })
        .collect()
}

/// How many periods passed between `due` and `now` without a run.
pub(crate) fn missed_runs(due: Timestamp, interval: Duration, now: Timestamp) -> u32 {
    let step = interval.as_millis().max(1);
    let behind = (now.as_millisecond() - due.as_millisecond()).max(0);
    u32::try_from(behind.unsigned_abs() as u128 / step).unwrap_or(u32::MAX)
}

/// The first instant after `now` that lies whole intervals after `due`.
pub(crate) fn next_run(due: Timestamp, interval: Duration, now: Timestamp) -> Timestamp {
    let step = i64::try_from(interval.as_millis())
        .unwrap_or(i64::MAX)
        .max(1);
    let behind = now.as_millisecond() - due.as_millisecond();
    let periods = behind.max(0) / step + 1;
    due.as_millisecond()
        .checked_add(periods.saturating_mul(step))
        .and_then(|at| Timestamp::from_millisecond(at).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn tasks_start_one_interval_after_provisioning_at_the_published_frequencies() {
        let minutes = |kind: TaskKind| kind.default_interval().as_secs() / 60;
        assert_eq!(minutes(TaskKind::ServerAvailability), 15);
        assert_eq!(minutes(TaskKind::ServiceMonitoring), 30);
        assert_eq!(minutes(TaskKind::AddressUtilization), 120);
        assert_eq!(minutes(TaskKind::ServerConfiguration), 360);
        for daily in [
            TaskKind::AddressExpiry,
            TaskKind::Audit,
            TaskKind::ServerDiscovery,
        ] {
            assert_eq!(minutes(daily), 1440);
        }
        let tasks = initial_tasks(at("2026-03-02T08:00:00Z"));
        assert_eq!(tasks.len(), 7);
        let availability = tasks
            .iter()
            .find(|task| task.kind == TaskKind::ServerAvailability)
            .unwrap();
        assert_eq!(availability.next_run, at("2026-03-02T08:15:00Z"));
    }

    #[test]
    fn a_task_that_missed_periods_keeps_its_rhythm() {
        let quarter = Duration::from_secs(900);
        let due = at("2026-03-02T08:15:00Z");
        let next = |now: &str| next_run(due, quarter, at(now));
        assert_eq!(next("2026-03-02T08:15:00Z"), at("2026-03-02T08:30:00Z"));
        let missed = |now: &str| missed_runs(due, quarter, at(now));
        assert_eq!(missed("2026-03-02T08:15:00Z"), 0);
        assert_eq!(missed("2026-03-02T08:29:59Z"), 0);
        assert_eq!(missed("2026-03-02T09:20:00Z"), 4);
        assert_eq!(next("2026-03-02T09:20:00Z"), at("2026-03-02T09:30:00Z"));
        assert_eq!(next("2026-03-02T08:00:00Z"), at("2026-03-02T08:30:00Z"));
    }
}
