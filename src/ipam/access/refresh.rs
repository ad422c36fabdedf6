//! Refresh Server Access Status: ServerDiscovery restricted to selected servers (domain 3.8).

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{join, join_all};
use futures_util::stream::{self, StreamExt};

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::inventory::{RecommendedAction, ServerRecord, ServerRole};
use crate::ipam::store::{monitoring, servers};

use super::availability::{Availability, availability};
use super::check::{AccessCheck, CHECKS, CheckKind, CheckResult, Evidence, Probe};
use super::status::AccessStatus;

/// Servers that are checked at once. Bounds the sockets of this host, not the result: checks of
/// different servers do not see each other.
pub(crate) const SERVERS_AT_ONCE: usize = 256;

/// What all checks say about one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessReport {
    pub server: Fqdn,
    /// The roles that were checked: those selected for the server.
    pub roles: BTreeSet<ServerRole>,
    pub checks: BTreeMap<CheckKind, CheckResult>,
    pub overall: AccessStatus,
    pub recommended_action: RecommendedAction,
    /// Not an access check: a server can be Unblocked and Not Reachable (A17).
    pub availability: BTreeMap<ServerRole, Availability>,
}

impl From<&ServerRecord> for AccessReport {
    fn from(server: &ServerRecord) -> AccessReport {
        AccessReport {
            server: server.name.clone(),
            roles: server.roles.clone(),
            checks: server.checks.clone(),
            overall: server.access(),
            recommended_action: server.recommended_action(),
            availability: server.availability.clone(),
        }
    }
}

impl Ipam {
    /// Refresh Server Access Status for `servers`, ordered by name; all of them when empty.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for a server that is not in the inventory.
    pub async fn refresh_server_access_status(
        &self,
        caller: &Caller,
        servers: &[Fqdn],
    ) -> IpamResult<Vec<AccessReport>> {
        let all: Vec<Fqdn>;
        let selected = if servers.is_empty() {
            let known = self.store.read(servers::servers)?;
            all = known.into_iter().map(|server| server.name).collect();
            &all
        } else {
            servers
        };
        let report = self.start_server_discovery(caller, Some(selected)).await?;
        Ok(report.access)
    }

    /// Runs every check and asks for the services of `servers`, all at once, as the computer
    /// account, and stores what they say. The answer is in the order of `servers`.
    pub(crate) async fn check_access(
        &self,
        mut servers: Vec<ServerRecord>,
    ) -> IpamResult<Vec<AccessReport>> {
        let caller = self.computer_account();
        let probes = servers.iter().map(|server| {
            let probe = Probe {
                ipam: self,
                caller: &caller,
                server,
            };
            join(run_checks(probe), availability(probe))
        });
        let results: Vec<_> = stream::iter(probes)
            .buffered(SERVERS_AT_ONCE)
            .collect()
            .await;
        for (server, (checks, availability)) in servers.iter_mut().zip(results) {
            server.checks = checks;
            server.availability = availability;
        }
        let at = self.wall();
        self.store.transaction(|tx| {
            for server in &servers {
                // One that was removed or edited meanwhile keeps the state that gave it.
                if let Some(current) = servers::server(tx, &server.name)?
                    && current.roles == server.roles
                {
                    servers::put_checks(tx, &server.name, &server.checks)?;
                    monitoring::put_availability(tx, &server.name, &server.availability, at)?;
                }
            }
            Ok(())
        })?;
        Ok(servers.iter().map(AccessReport::from).collect())
    }
}

/// All checks of one server at once.
async fn run_checks(probe: Probe<'_>) -> BTreeMap<CheckKind, CheckResult> {
    let attempts = CHECKS.iter().map(|check| async move {
        let result = run_check(*check, probe).await;
        (check.kind(), result)
    });
    join_all(attempts).await.into_iter().collect()
}

async fn run_check(check: &dyn AccessCheck, probe: Probe<'_>) -> CheckResult {
    if !check.applies_to(&probe.server.roles) {
        return CheckResult::not_applicable();
    }
    if probe.server.addresses.is_empty() {
        return CheckResult::blocked(Evidence::NoAddress);
    }
    check.attempt(probe).await
}
