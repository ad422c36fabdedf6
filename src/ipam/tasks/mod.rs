//! The scheduled tasks of an IPAM server, run on the estate's calendar (domain 2.6).

mod run;
mod schedule;

pub use run::{TaskOutcome, TaskRun};
pub use schedule::{ScheduledTask, TaskKind, TaskState};
