//! The scheduled tasks of an IPAM server, run on the estate's calendar (domain 2.6).

mod control;
mod expiry;
mod run;
mod schedule;
mod turn;

pub use expiry::{ExpiryCount, ExpiryLogging, ExpirySettings};
pub use run::{TaskOutcome, TaskRun};
pub(crate) use schedule::initial_tasks;
pub use schedule::{ScheduledTask, TASK_PATH, TaskKind, TaskResult, TaskState, UnknownTask};
pub(crate) use turn::Turns;
