//! Expectations of a fleet of DHCP clients, and of the watch over their leases.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::lab::observation::Observation;
use crate::step::stage::{Stage, StepError, StepResult};

use super::verify::compare;

/// What is wanted of a fleet of DHCP clients.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClientsExpectation {
    pub name: String,
    /// Clients that have an address now.
    pub bound: Option<usize>,
    pub bound_at_least: Option<usize>,
    pub renewed_at_least: Option<u64>,
    pub returned_at_least: Option<u64>,
    pub roamed_at_least: Option<u64>,
    pub replaced_at_least: Option<u64>,
    /// Leases that ran out while the client was there.
    pub lost: Option<u64>,
    /// Times that a client asked and nobody answered.
    pub unserved: Option<u64>,
    /// How often the watch has checked that leases and records are in order.
    pub checks_at_least: Option<u64>,
}

pub(super) fn of_clients(wanted: &ClientsExpectation, stage: &mut Stage<'_>) -> StepResult {
    let name = &wanted.name;
    let none = || StepError::Impossible(format!("no clients `{name}` were started"));
    let look = |fleet: &crate::lab::clients::ClientFleet| (fleet.bound(), fleet.tally());
    let (bound, tally) = stage.lab.with_clients(name, look).ok_or_else(none)?;
    let subject = |key: &str| format!("{name} {key}");
    let exact = [
        ("bound", wanted.bound.map(|n| n as u64), bound as u64),
        ("lost", wanted.lost, tally.lost),
        ("unserved", wanted.unserved, tally.unserved),
    ];
    for (key, wanted, found) in exact {
        if let Some(wanted) = wanted {
            compare(stage, subject(key), &wanted.to_string(), found.to_string());
        }
    }
    let least = [
        (
            "bound",
            wanted.bound_at_least.map(|n| n as u64),
            bound as u64,
        ),
        ("renewed", wanted.renewed_at_least, tally.renewed),
        ("returned", wanted.returned_at_least, tally.returned),
        ("roamed", wanted.roamed_at_least, tally.roamed),
        ("replaced", wanted.replaced_at_least, tally.replaced),
        (
            "checks",
            wanted.checks_at_least,
            stage.lab.life_checks().unwrap_or(0),
        ),
    ];
    for (key, wanted, found) in least {
        if let Some(wanted) = wanted {
            stage.note(Observation::Expectation {
                met: found >= wanted,
                subject: subject(key),
                wanted: format!("at least {wanted}"),
                found: found.to_string(),
            });
        }
    }
    Ok(())
}
