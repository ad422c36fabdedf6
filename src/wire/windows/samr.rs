//! Machine-local groups (MS-SAMR), over SMB's port 445.

use serde::{Deserialize, Serialize};

use crate::base::Sid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    Create {
        group: String,
        description: String,
    },
    Delete {
        group: String,
    },
    AddMember {
        group: String,
        member: Sid,
    },
    RemoveMember {
        group: String,
        member: Sid,
    },
    /// Direct members of a group.
    Members {
        group: String,
    },
    /// The machine-local groups the frame's caller is in, directly or through nested groups.
    CallerGroups,
    /// The same, and every SID of the token that the caller has on this machine.
    CallerToken,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Done,
    Members(Vec<Sid>),
    Groups(Vec<String>),
    Token { groups: Vec<String>, sids: Vec<Sid> },
}
