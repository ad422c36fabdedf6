//! Logging on at a domain controller, TCP port 88.
//!
//! A ticket snapshots the groups of its account: a membership granted later counts only in a new
//! ticket (domain 4.1, A14).

use serde::{Deserialize, Serialize};

use crate::base::{AccountName, Sid};

/// A ticket, opaque to its holder. Only the servers of the estate can tell what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TicketHandle(pub u64);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Log on; `secret` is the account's password.
    LogOn {
        account: AccountName,
        secret: String,
    },
    /// What the frame's own ticket carries: a service may decode a ticket shown to it.
    WhoAmI,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    LoggedOn(TicketHandle),
    Caller {
        account: AccountName,
        sid: Sid,
        groups: Vec<Sid>,
    },
}
