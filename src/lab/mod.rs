//! Composes one run: estate, network, servers, engine, calendar, observations.
//!
//! It knows neither YAML nor printing. A run begins with a [`LabSpec`] and [`run`]; what comes out
//! is an [`observation::RunRecord`]. The engine in it is given an endpoint and nothing else: what
//! it learns of the estate comes over the network.

mod admission;
mod build;
mod calendar;
mod control;
mod folder;
pub mod observation;
mod prepare;
mod recorder;
mod running;
mod serve;
mod spec;
mod truth;
mod zones;

pub use build::{LabError, run};
pub use recorder::Recorder;
pub use running::{Lab, SharedDhcp, SharedDns};
pub use serve::serve;
pub use spec::{DEFAULT_START, DeviceSpec, DnsSpec, EngineSpec, LabSpec};
