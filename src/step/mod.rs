//! The verbs of a scenario, one file a family: arguments as written, and what they do to a lab.
//!
//! Cmdlets keep the cmdlet's exact name and parameter names; console actions keep the console's
//! words in kebab-case; estate and harness verbs are kebab-case. A step knows neither the file it
//! came from nor how its observations will be printed. Start from [`registry::Step`].

mod address_table;
mod arguments;
pub mod cmdlet;
pub mod console;
mod details;
pub mod entry;
pub mod estate;
mod field_tables;
mod free_tables;
pub mod harness;
pub mod job;
pub mod mention;
mod monitoring_tables;
pub mod network;
mod parameter;
pub mod registry;
pub mod script;
mod server_table;
mod space_tables;
pub mod stage;
mod step_macro;
mod tables;
pub mod transfer;
pub mod value;
pub mod when;

pub use entry::StepEntry;
pub use mention::{Mention, Mentions};
pub use registry::{STEPS, Step, StepInfo};
pub use script::{Play, ScriptStep, play};
