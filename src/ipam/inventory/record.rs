//! One server as the inventory keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

use crate::base::{Fqdn, Sid};
use crate::ipam::access::{AccessStatus, Availability, CheckKind, CheckResult};
use crate::ipam::fields::CustomValues;

use super::status::{DataRetrievalStatus, ManageabilityStatus, NewFlag, RecommendedAction};

/// A role a server can be looked after in (appendix A, `ServerType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerRole {
    Dc,
    Dns,
    Dhcp,
    Nps,
}

impl ServerRole {
    pub const ALL: &[ServerRole] = &[
        ServerRole::Dc,
        ServerRole::Dns,
        ServerRole::Dhcp,
        ServerRole::Nps,
    ];
}

impl fmt::Display for ServerRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ServerRole::Dc => "DC",
            ServerRole::Dns => "DNS",
            ServerRole::Dhcp => "DHCP",
            ServerRole::Nps => "NPS",
        })
    }
}

/// Roles as a sentence lists them: `DC, DNS`.
pub(super) fn role_words(roles: &BTreeSet<ServerRole>) -> String {
    let words: Vec<String> = roles.iter().map(ToString::to_string).collect();
    words.join(", ")
}

/// The operating system that the directory records for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OsVersion {
    /// `Windows Server 2019`.
    pub name: String,
    /// `(6, 0)` is Windows Server 2008, `(6, 1)` 2008 R2.
    pub version: (u16, u16),
}

/// A server of the inventory (domain 3.4).
#[derive(Debug, Clone, PartialEq)]
pub struct ServerRecord {
    pub name: Fqdn,
    /// Object GUID of its computer account.
    pub guid: String,
    /// The computer account: what GPO filters list.
    pub sid: Sid,
    pub domain: Fqdn,
    pub forest: Fqdn,
    /// The roles selected for it: only these are checked and collected.
    pub roles: BTreeSet<ServerRole>,
    /// The roles discovery has ever found on it: one the administrator cleared stays cleared.
    pub known_roles: BTreeSet<ServerRole>,
    pub addresses: Vec<IpAddr>,
    pub os: OsVersion,
    pub owner: String,
    pub description: String,
    pub custom_configuration: CustomValues,
    pub manageability: ManageabilityStatus,
    pub flag: NewFlag,
    /// What the last access checks said; every check is `NotChecked` until one ran.
    pub checks: BTreeMap<CheckKind, CheckResult>,
    /// Running state of the DHCP and DNS services, by role.
    pub availability: BTreeMap<ServerRole, Availability>,
    pub data_retrieval: DataRetrievalStatus,
}

impl ServerRecord {
    /// IPAM access status over all checks (domain 3.6).
    pub fn access(&self) -> AccessStatus {
        crate::ipam::access::overall(self.checks.values().map(|result| result.status))
    }

    pub fn recommended_action(&self) -> RecommendedAction {
        RecommendedAction::of(self.manageability, self.access())
    }
}
