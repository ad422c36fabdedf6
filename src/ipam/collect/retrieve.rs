//! Retrieve Server Data and Retrieve All Server Data (domain 1.5, 2.6).

use std::collections::{BTreeMap, BTreeSet};

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
use crate::ipam::space::RangeKey;
use crate::ipam::store::{monitoring, servers};
use crate::ipam::tasks::TaskKind;

use super::audit::{collect_audit_lines, collect_events, collect_logons};
use super::configuration::{collect_scopes, collect_utilization, collect_zones};
use super::report::{CollectionKind, CollectionOutcome, CollectionReport, ServerCollection};
use super::zone::collect_zone_status;

/// What retrieving from one server runs: the tasks ServerConfiguration, ServiceMonitoring,
/// ServerAvailability and Audit (domain 2.6).
const PER_SERVER: &[TaskKind] = &[
    TaskKind::ServerConfiguration,
    TaskKind::ServiceMonitoring,
    TaskKind::ServerAvailability,
    TaskKind::Audit,
];

/// What retrieving from all servers runs: those, AddressUtilization and AddressExpiry, and not
/// ServerDiscovery (domain 2.6).
const ALL_SERVERS: &[TaskKind] = &[
    TaskKind::ServerConfiguration,
    TaskKind::ServiceMonitoring,
    TaskKind::ServerAvailability,
    TaskKind::AddressUtilization,
    TaskKind::Audit,
    TaskKind::AddressExpiry,
];

/// What a task collects from servers (domain 2.6).
pub(crate) fn kinds_of(task: TaskKind) -> &'static [CollectionKind] {
    match task {
        TaskKind::ServerConfiguration => &[
            CollectionKind::DhcpScopes,
            CollectionKind::DnsZones,
            CollectionKind::PtrRecords,
        ],
        TaskKind::ServiceMonitoring => &[CollectionKind::ZoneStatus],
        TaskKind::ServerAvailability => &[CollectionKind::Availability],
        TaskKind::AddressUtilization => &[CollectionKind::Utilization],
        TaskKind::Audit => &[
            CollectionKind::ConfigurationEvents,
            CollectionKind::LeaseEvents,
            CollectionKind::LogonEvents,
        ],
        TaskKind::AddressExpiry | TaskKind::ServerDiscovery => &[],
    }
}

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
        self.run_on(selected, PER_SERVER).await
    }

    /// Retrieve data of ranges: configuration and utilization of the DHCP servers they are on, at
    /// most ten of them (domain 2.6).
    ///
    /// # Errors
    /// `IpamApiInvalidIpRangesCountAllowedForTask`; `IpamApiObjectNotFound` for a range that is
    /// not there, `IpamApiInvalidParameter` for one that is on no DHCP server.
    pub async fn retrieve_range_data(
        &self,
        caller: &Caller,
        ranges: &[RangeKey],
    ) -> IpamResult<CollectionReport> {
        self.authorize(caller, Right::StartTasks).await?;
        let names: BTreeSet<Fqdn> = self.store.read(|tx| {
            let server = |key| crate::ipam::space::server_of_range(tx, key);
            ranges.iter().map(server).collect()
        })?;
        if names.is_empty() || names.len() > SERVERS_PER_COLLECTION {
            return Err(IpamError::new(
                ErrorId::IpamApiInvalidIpRangesCountAllowedForTask,
                format!(
                    "the ranges are on {} DHCP servers; 1 to {SERVERS_PER_COLLECTION} are allowed \
                     in one call",
                    names.len()
                ),
            ));
        }
        let selected = self
            .store
            .read(|tx| names.iter().map(|name| known(tx, name)).collect())?;
        let tasks = &[TaskKind::ServerConfiguration, TaskKind::AddressUtilization];
        self.run_on(selected, tasks).await
    }

    /// Retrieve Event Catalog Data: the configuration events of every DHCP server and IPAM's own.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn retrieve_event_catalog_data(
        &self,
        caller: &Caller,
    ) -> IpamResult<CollectionReport> {
        self.authorize(caller, Right::StartTasks).await?;
        let all = self.store.read(servers::servers)?;
        let mut report = self
            .collect(all, &[CollectionKind::ConfigurationEvents])
            .await?;
        report.servers.retain(|server| !server.outcomes.is_empty());
        report.own_events = Some(self.collect_own_events()?);
        Ok(report)
    }

    /// The work of several tasks on some servers, in one visit to each.
    async fn run_on(
        &self,
        servers: Vec<ServerRecord>,
        tasks: &[TaskKind],
    ) -> IpamResult<CollectionReport> {
        let kinds: Vec<CollectionKind> = tasks
            .iter()
            .flat_map(|task| kinds_of(*task))
            .copied()
            .collect();
        let mut report = self.collect(servers, &kinds).await?;
        if tasks.contains(&TaskKind::AddressUtilization) {
            report.utilization = Some(self.sample_utilization()?);
        }
        if tasks.contains(&TaskKind::Audit) {
            report.own_events = Some(self.collect_own_events()?);
        }
        if tasks.contains(&TaskKind::AddressExpiry) {
            report.expiry = Some(self.compute_expiry()?);
        }
        Ok(report)
    }

    /// What a scheduled collection task does, on every server.
    pub(crate) async fn run_collection_task(&self, task: TaskKind) -> IpamResult<CollectionReport> {
        let all = self.store.read(servers::servers)?;
        self.run_on(all, &[task]).await
    }

    /// Retrieve All Server Data: every task except discovery, for every server.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn retrieve_all_server_data(&self, caller: &Caller) -> IpamResult<CollectionReport> {
        self.authorize(caller, Right::StartTasks).await?;
        let all = self.store.read(servers::servers)?;
        self.run_on(all, ALL_SERVERS).await
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
        self.mark_in_progress(&servers, kinds)?;
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
        let mut collected: Vec<ServerCollection> = ended.into_iter().collect::<IpamResult<_>>()?;
        let mut ptr_addresses = BTreeMap::new();
        // Which servers are asked depends on what all of them have said of their zones.
        if kinds.contains(&CollectionKind::PtrRecords) {
            let read = self.collect_ptr_records(&caller, &servers, &mut collected);
            ptr_addresses = read.await?;
        }
        self.store.transaction(|tx| {
            for server in collected.iter().filter(|server| server.skipped.is_none()) {
                servers::put_data_retrieval(tx, &server.server, server.data_retrieval)?;
            }
            Ok(())
        })?;
        Ok(CollectionReport {
            servers: collected,
            ptr_addresses,
            ..CollectionReport::default()
        })
    }

    /// Shows every server that is about to be asked as being retrieved from.
    fn mark_in_progress(
        &self,
        servers: &[ServerRecord],
        kinds: &[CollectionKind],
    ) -> IpamResult<()> {
        let asked = servers.iter().filter(|server| {
            let managed = server.manageability == ManageabilityStatus::Managed;
            managed && kinds.iter().any(|kind| applies(*kind, server))
        });
        self.store.transaction(|tx| {
            for server in asked {
                servers::put_data_retrieval(tx, &server.name, DataRetrievalStatus::InProgress)?;
            }
            Ok(())
        })
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
        // Not a matter of one server: see `collect_ptr_records`.
        CollectionKind::PtrRecords => false,
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
        // It applies to no server by itself.
        CollectionKind::PtrRecords => Ok(Ok(0)),
        CollectionKind::ZoneStatus => collect_zone_status(probe).await,
        CollectionKind::Availability => {
            let states = availability(probe).await;
            let at = probe.ipam.wall();
            let stored = probe.ipam.store.transaction(|tx| {
                monitoring::put_availability(tx, &probe.server.name, &states, at)
            });
            Ok(stored.map(|()| states.len()))
        }
        CollectionKind::Utilization => collect_utilization(probe).await,
        CollectionKind::ConfigurationEvents => collect_events(probe, DHCP_CHANNEL).await,
        CollectionKind::LeaseEvents => collect_audit_lines(probe).await,
        CollectionKind::LogonEvents => collect_logons(probe, SECURITY_CHANNEL).await,
    }
}
