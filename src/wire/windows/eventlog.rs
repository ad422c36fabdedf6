//! Event log reading (MS-EVEN6).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// At most `max` records of a channel with a record id above `after`.
    Read {
        channel: String,
        after: u64,
        max: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Records(Vec<EventRecord>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Runs from 1 in each channel.
    pub record: u64,
    pub event: u32,
    pub at: Timestamp,
    /// Positional parameters, as domain 9.7 lists them.
    pub data: Vec<String>,
}
