//! Every step there is: one line a step in the list of its kind, from which the enum, the names
//! and the schema follow.

mod cmdlet_steps;
mod console_steps;
mod estate_steps;
mod harness_steps;
mod network_steps;
mod space_steps;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use schemars::{Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer};

pub use super::arguments::Arguments;
use super::mention::Mentions;
use super::stage::{Stage, StepResult};
use super::step_macro::steps;
use super::{cmdlet, console, estate, harness, network};

use cmdlet_steps::cmdlet_steps;
use console_steps::console_steps;
use estate_steps::estate_steps;
use harness_steps::harness_steps;
use network_steps::network_steps;
use space_steps::space_steps;

/// A step as the registry lists it.
pub struct StepInfo {
    pub name: &'static str,
    /// One sentence.
    pub does: &'static str,
    /// The JSON Schema of its arguments.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

// Each list hands its steps on to the next, and the last to what makes them one.
cmdlet_steps! { space_steps console_steps estate_steps network_steps harness_steps steps; }
