//! The scheduled tasks of an IPAM server, run on the estate's calendar (domain 2.6).

mod expiry;
mod interval;
mod run;
mod schedule;

pub use expiry::ExpiryCount;
pub use run::{TaskOutcome, TaskRun};
pub(crate) use schedule::initial_tasks;
pub use schedule::{ScheduledTask, TaskKind, TaskState};
