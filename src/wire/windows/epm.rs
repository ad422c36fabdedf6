//! The endpoint mapper, TCP port 135: which port does this interface listen on?

use serde::{Deserialize, Serialize};

use super::frame::Interface;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    Map(Interface),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Port(u16),
}
