//! What was observed in a run, as plain data.
//!
//! Steps, oracle and laboratory write observations; reports read them. Nothing here knows who
//! produced an observation or how it will be printed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::SimTime;

/// Everything a report needs of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunRecord {
    /// The scenario's title: what it proves.
    pub title: String,
    /// Why the outcome follows.
    pub because: String,
    /// What of the sources it covers: `seed:ipam-provisioning`, `domain:A4`.
    pub covers: Vec<String>,
    pub seed: u64,
    /// Start of the estate's calendar, RFC 3339.
    pub start: String,
    pub steps: Vec<StepRecord>,
    /// Observations of the end check, after the last step.
    pub end: Vec<Observation>,
    pub packets: PacketSummary,
    /// Whether the run was cut short from outside.
    pub interrupted: bool,
}

impl RunRecord {
    /// Every finding of the run; a run without one went as expected.
    pub fn findings(&self) -> impl Iterator<Item = &Observation> {
        let steps = self.steps.iter().flat_map(|step| &step.observations);
        steps.chain(&self.end).filter(|seen| seen.is_finding())
    }
}

/// One step: its own words, when it ran, what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepRecord {
    /// From 1.
    pub number: usize,
    /// The step as its author wrote it, one line or a few.
    pub words: Vec<String>,
    /// Simulated milliseconds since the run began.
    #[serde(serialize_with = "as_millis")]
    #[schemars(with = "u64")]
    pub began: SimTime,
    #[serde(serialize_with = "as_millis")]
    #[schemars(with = "u64")]
    pub ended: SimTime,
    /// Packets sent before the step began.
    pub first_packet: u64,
    /// Packets sent while it ran.
    pub packets: u64,
    pub observations: Vec<Observation>,
}

fn as_millis<S: serde::Serializer>(time: &SimTime, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(time.0)
}

/// One thing seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// A sentence: `dhcp1.corp.example found as DHCP`.
    Line(String),
    /// Rows under column heads, as a console view shows them.
    Table(Table),
    /// The engine refused, which the step expected or not.
    Refusal {
        id: String,
        message: String,
        expected: bool,
    },
    /// An expectation was evaluated.
    Expectation {
        met: bool,
        subject: String,
        wanted: String,
        found: String,
    },
    /// Something that fails the run: oracle and engine disagree, an invariant broke, a fault
    /// never fired.
    Finding { what: String, detail: Vec<String> },
}

impl Observation {
    pub fn line(text: impl Into<String>) -> Observation {
        Observation::Line(text.into())
    }

    pub fn finding(what: impl Into<String>) -> Observation {
        Observation::Finding {
            what: what.into(),
            detail: Vec::new(),
        }
    }

    /// Whether it fails the run.
    pub fn is_finding(&self) -> bool {
        match self {
            Observation::Line(_) | Observation::Table(_) => false,
            Observation::Refusal { expected, .. } => !expected,
            Observation::Expectation { met, .. } => !met,
            Observation::Finding { .. } => true,
        }
    }
}

/// A small table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Table {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Table {
        Table {
            title: title.into(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row fills every column");
        self.rows.push(cells);
    }
}

/// Packets of a run, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct PacketSummary {
    /// Sent, by protocol: `dns`, `dhcp`, `icmp`, `rpc`, ...
    pub sent: Vec<(String, u64)>,
    /// Never arrived, by reason.
    pub dropped: Vec<(String, u64)>,
}
