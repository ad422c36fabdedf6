//! The IPAM server as its remote clients see it: the management port, 48885 unless it was moved
//! (domain 1.3, 2.1).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Opens a session.
    Connect,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// The server has taken the client in.
    Connected {
        /// The server's name.
        server: String,
        /// Protocol version (domain 1.3).
        version: String,
    },
}
