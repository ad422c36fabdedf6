//! Refresh Server Access Status: ServerDiscovery restricted to selected servers (domain 3.8).

use std::collections::BTreeMap;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::inventory::{RecommendedAction, ServerRole};

use super::availability::Availability;
use super::check::{CheckKind, CheckResult};
use super::status::AccessStatus;

/// What all checks say about one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessReport {
    pub server: Fqdn,
    pub checks: BTreeMap<CheckKind, CheckResult>,
    pub overall: AccessStatus,
    pub recommended_action: RecommendedAction,
    /// Not an access check: a server can be Unblocked and Not Reachable (A17).
    pub availability: BTreeMap<ServerRole, Availability>,
}

impl Ipam {
    /// Refresh Server Access Status for `servers`, ordered by name; all of them when empty.
    pub async fn refresh_server_access_status(
        &self,
        _caller: &Caller,
        _servers: &[Fqdn],
    ) -> IpamResult<Vec<AccessReport>> {
        todo!()
    }
}
