//! Windows Management Instrumentation over WS-Management (TCP port 5985), as far as the IPAM
//! server uses it on its own host: made firewall rules (`MSFT_NetFirewallRule`) and the
//! application pool that the management port belongs to.

use serde::{Deserialize, Serialize};

/// A made inbound rule that allows one TCP port to one program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirewallRule {
    pub name: String,
    pub port: u16,
    pub program: String,
    pub enabled: bool,
}

/// Local administrators only, but for the opening of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Opens a remote management session in the name of the frame's caller (domain 2.5).
    OpenSession,
    /// The made rules whose name begins with `prefix`.
    FirewallRules {
        prefix: String,
    },
    CreateFirewallRule(FirewallRule),
    EnableFirewallRule {
        name: String,
    },
    DeleteFirewallRule {
        name: String,
    },
    /// Whether something else than the pool listens on the port.
    IsPortTaken {
        port: u16,
    },
    /// Sets the port that the pool listens on from its next start.
    BindPool {
        port: u16,
    },
    /// Ends the pool's sessions and starts it with the port it is bound to.
    RestartPool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Done,
    FirewallRules(Vec<FirewallRule>),
    IsPortTaken(bool),
}
