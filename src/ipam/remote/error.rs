//! How a remote call fails.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::windows::Win32Error;

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Getting a ticket from a domain controller.
    LogOn,
    /// Asking the server's endpoint mapper for the interface's port.
    EndpointMapper,
    /// Connecting to that port, or to the interface's own well-known port.
    Connect,
    /// The call itself: the server's own refusal, or the connection broke.
    Call,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::LogOn => "log on",
            Stage::EndpointMapper => "endpoint mapper",
            Stage::Connect => "connect",
            Stage::Call => "call",
        })
    }
}

/// Why a remote call did not give an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{stage}: {error}")]
pub struct RemoteError {
    pub stage: Stage,
    pub error: Win32Error,
    /// The request was sent and no reply came: the server may or may not have carried it out.
    pub outcome_unknown: bool,
}

impl RemoteError {
    /// A failure after which it is certain that nothing was carried out.
    pub fn at(stage: Stage, error: Win32Error) -> RemoteError {
        RemoteError {
            stage,
            error,
            outcome_unknown: false,
        }
    }
}
