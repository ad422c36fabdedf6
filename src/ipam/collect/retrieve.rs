//! Retrieve Server Data and Retrieve All Server Data (domain 1.5, 2.6).

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt};

use crate::base::Fqdn;
use crate::base::limits::SERVERS_PER_COLLECTION;
use crate::ipam::access::{
    DHCP_CHANNEL, Probe, SECURITY_CHANNEL, SERVERS_AT_ONCE, availability, has_dhcp_log,
};
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::inventory::{
    DataRetrievalStatus, ManageabilityStatus, ServerRecord, ServerRole, known,
};
use crate::ipam::provision::Capability;
use crate::ipam::rbac::Right;
use crate::ipam::remote::RemoteError;
use crate::ipam::store::servers;

use super::audit::{collect_audit_lines, collect_events};
use super::configuration::{
    collect_scopes, collect_utilization, collect_zone_status, collect_zones,
};
use super::report::{CollectionKind, CollectionOutcome, CollectionReport, ServerCollection};

/// What retrieving from one server runs (domain 2.6).
const PER_SERVER: &[CollectionKind] = &[
    CollectionKind::DhcpScopes,
    CollectionKind::DnsZones,
    CollectionKind::ZoneStatus,
    CollectionKind::Availability,
    CollectionKind::ConfigurationEvents,
    CollectionKind::LeaseEvents,
    CollectionKind::LogonEvents,
];

/// What retrieving from all servers runs: utilization as well.
const ALL_SERVERS: &[CollectionKind] = &[
    CollectionKind::DhcpScopes,
    CollectionKind::DnsZones,
    CollectionKind::ZoneStatus,
    CollectionKind::Availability,
    CollectionKind::Utilization,
    CollectionKind::ConfigurationEvents,
    CollectionKind::LeaseEvents,
    CollectionKind::LogonEvents,
];

impl Ipam {
    /// Retrieve Server Data for at most ten servers.
    ///
    /// # Errors
    /// `IpamApiInvalidServersCountAllowedForTask`, `IpamApiObjectNotFound`. What a server refuses
    /// is in the report.
    pub async fn retrieve_server_data(
        &self,
        caller: &Caller,
        names: &[Fqdn],
    ) -> IpamResult<CollectionReport> {
        self.authorize(caller, Right::StartTasks).await?;
        if names.is_empty() || names.len() > SERVERS_PER_COLLECTION {
            return Err(IpamError::new(
                ErrorId::IpamApiInvalidServersCountAllowedForTask,
                format!(
                    "{} servers are named; 1 to {SERVERS_PER_COLLECTION} are allowed in one call",
                    names.len()
                ),
            ));
        }
        let names: BTreeSet<Fqdn> = names.iter().map(|name| self.qualified(name)).collect();
        let selected = self
            .store
            .read(|tx| names.iter().map(|name| known(tx, name)).collect())?;
        self.collect(selected, PER_SERVER).await
    }

    /// Retrieve All Server Data: every collection task except discovery, for every server.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn retrieve_all_server_data(&self, caller: &Caller) -> IpamResult<CollectionReport> {
        self.authorize(caller, Right::StartTasks).await?;
        let all = self.store.read(servers::servers)?;
        self.collect(all, ALL_SERVERS).await
    }

    /// Collects `kinds` from all `servers` at once, as the computer account.
    pub(crate) async fn collect(
        &self,
        servers: Vec<ServerRecord>,
        kinds: &[CollectionKind],
    ) -> IpamResult<CollectionReport> {
        let caller = self.computer_account();
        let tracking = Capability::IpAddressTracking;
        let tracked = self.store.read(|tx| tracking.is_enabled(tx))?;
        let wanted = |kind: &CollectionKind| {
            let of_tracking = [CollectionKind::LeaseEvents, CollectionKind::LogonEvents];
            tracked || !of_tracking.contains(kind)
        };
        let kinds: Vec<CollectionKind> = kinds.iter().copied().filter(wanted).collect();
        let kinds = kinds.as_slice();
        let runs = servers.iter().map(|server| {
            let probe = Probe {
                ipam: self,
                caller: &caller,
                server,
            };
            collect_from(probe, kinds)
        });
        let ended: Vec<IpamResult<ServerCollection>> =
            stream::iter(runs).buffered(SERVERS_AT_ONCE).collect().await;
        let collected: Vec<ServerCollection> = ended.into_iter().collect::<IpamResult<_>>()?;
        self.store.transaction(|tx| {
            for server in collected.iter().filter(|server| server.skipped.is_none()) {
                servers::put_data_retrieval(tx, &server.server, server.data_retrieval)?;
            }
            Ok(())
        })?;
        Ok(CollectionReport { servers: collected })
    }
}

/// Whether a kind of data exists on a server with these roles selected.
fn applies(kind: CollectionKind, server: &ServerRecord) -> bool {
    let has = |role: ServerRole| server.roles.contains(&role);
    match kind {
        CollectionKind::DhcpScopes | CollectionKind::Utilization | CollectionKind::LeaseEvents => {
            has(ServerRole::Dhcp)
        }
        CollectionKind::ConfigurationEvents => has(ServerRole::Dhcp) && has_dhcp_log(&server.os),
        CollectionKind::DnsZones | CollectionKind::ZoneStatus => has(ServerRole::Dns),
        CollectionKind::Availability => has(ServerRole::Dhcp) || has(ServerRole::Dns),
        CollectionKind::LogonEvents => has(ServerRole::Dc) || has(ServerRole::Nps),
    }
}

/// Everything of one server, one kind after the other.
async fn collect_from(probe: Probe<'_>, kinds: &[CollectionKind]) -> IpamResult<ServerCollection> {
    let server = probe.server;
    let mut collection = ServerCollection {
        server: server.name.clone(),
        skipped: None,
        outcomes: Default::default(),
        data_retrieval: server.data_retrieval,
    };
    if server.manageability != ManageabilityStatus::Managed {
        let why = format!("its manageability is {}", server.manageability);
        collection.skipped = Some(why);
        return Ok(collection);
    }
    for kind in kinds.iter().filter(|kind| applies(**kind, server)) {
        let outcome = match collect_one(probe, *kind).await {
            Ok(rows) => CollectionOutcome::Collected { rows: rows? },
            Err(error) => CollectionOutcome::Failed {
                stage: error.stage,
                error: error.error,
            },
        };
        collection.outcomes.insert(*kind, outcome);
    }
    let mut outcomes = collection.outcomes.values();
    if outcomes.all(|outcome| matches!(outcome, CollectionOutcome::Collected { .. })) {
        collection.data_retrieval = DataRetrievalStatus::Completed;
    }
    Ok(collection)
}

/// One kind: what the server refused, or what storing it refused, or how many rows came.
async fn collect_one(
    probe: Probe<'_>,
    kind: CollectionKind,
) -> Result<IpamResult<usize>, RemoteError> {
    match kind {
        CollectionKind::DhcpScopes => collect_scopes(probe).await,
        CollectionKind::DnsZones => collect_zones(probe).await,
        CollectionKind::ZoneStatus => collect_zone_status(probe).await,
        CollectionKind::Availability => {
            let states = availability(probe).await;
            let stored = probe
                .ipam
                .store
                .transaction(|tx| servers::put_availability(tx, &probe.server.name, &states));
            Ok(stored.map(|()| states.len()))
        }
        CollectionKind::Utilization => collect_utilization(probe).await,
        CollectionKind::ConfigurationEvents => collect_events(probe, DHCP_CHANNEL).await,
        CollectionKind::LeaseEvents => collect_audit_lines(probe).await,
        CollectionKind::LogonEvents => collect_events(probe, SECURITY_CHANNEL).await,
    }
}
