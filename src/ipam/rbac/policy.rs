//! Policies: who has which role where (domain 9.9).

use serde::{Deserialize, Serialize};

use crate::base::Sid;

use super::scope::ScopePath;

/// A role, and the access scope it is given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub role: String,
    pub scope: ScopePath,
}

/// What a user, or the members of a group, may do. Policies only add; none denies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPolicy {
    /// The user or group by its down-level name: `CORP\helpdesk`.
    pub account: String,
    /// What the account is recognised by, so that a rename changes nothing.
    pub sid: Sid,
    pub description: String,
    pub grants: Vec<Grant>,
}

/// A policy as it is asked for; the directory knows the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPolicy {
    /// `CORP\helpdesk`, `helpdesk@corp.example`, or a bare name of the IPAM server's own domain.
    pub account: String,
    pub description: String,
    pub grants: Vec<Grant>,
}
