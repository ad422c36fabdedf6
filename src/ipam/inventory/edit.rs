//! `Get-`, `Set-` and `Remove-IpamServerInventory`.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::fields::CustomChange;
use crate::ipam::gpo::{FilterEdits, FilterPlan, GpoEdit, IpamGpo};
use crate::ipam::rbac::Right;
use crate::ipam::store::{Tx, servers};

use super::add::checks_not_run;
use super::manageability::{filter_plan, purge};
use super::record::{OsVersion, ServerRecord, ServerRole, role_words};
use super::status::{DataRetrievalStatus, ManageabilityStatus};
use super::verify::{Verified, check_duplicates, check_texts, is_usable, role_set};

/// Parameters of `Set-IpamServerInventory`; what is `None` or empty stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerChange {
    pub new_name: Option<Fqdn>,
    pub manageability_status: Option<ManageabilityStatus>,
    pub server_type: Option<Vec<ServerRole>>,
    pub owner: Option<String>,
    pub description: Option<String>,
    pub custom_configuration: CustomChange,
}

/// A record that was added or changed, and what that did to GPO filters.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerReport {
    pub server: ServerRecord,
    /// The GPO security filters that were looked at, in the order of the edits.
    pub gpo_edits: Vec<GpoEdit>,
    /// Non-terminating errors: the record is stored although these filters were not edited, and
    /// each error names the server, the GPO and the domain to edit by hand (domain 4.7, A2).
    pub errors: Vec<IpamError>,
}

/// Which servers `Get-IpamServerInventory` returns; the default returns all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerFilter {
    pub name: Option<Fqdn>,
    /// Servers with any of these roles; empty means any role.
    pub server_type: Vec<ServerRole>,
    /// Servers with an address of this family that others can reach (domain 3.2, D8).
    pub address_family: Option<AddressFamily>,
}

/// A view of the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFamily {
    IPv4,
    IPv6,
}

impl std::fmt::Display for AddressFamily {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            AddressFamily::IPv4 => "IPv4",
            AddressFamily::IPv6 => "IPv6",
        })
    }
}

impl AddressFamily {
    /// The same in the words of the console.
    pub fn of(family: crate::addr::Family) -> AddressFamily {
        match family {
            crate::addr::Family::V4 => AddressFamily::IPv4,
            crate::addr::Family::V6 => AddressFamily::IPv6,
        }
    }

    /// Whether an address is of the family.
    pub fn has(self, address: std::net::IpAddr) -> bool {
        address.is_ipv4() == (self == Self::IPv4)
    }

    fn shows(self, server: &ServerRecord) -> bool {
        let of_family = |address: &&std::net::IpAddr| self.has(**address);
        server.addresses.iter().filter(of_family).any(is_usable)
    }
}

/// What `Remove-IpamServerInventory` took out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedServer {
    pub name: Fqdn,
    /// Rows of collected data that went with it.
    pub purged_rows: usize,
}

/// The record called `name`.
pub(crate) fn known(tx: &Tx<'_>, name: &Fqdn) -> IpamResult<ServerRecord> {
    servers::server(tx, name)?.ok_or_else(|| {
        IpamError::not_found(format!(
            "`{name}` is not in the inventory; discover it or add it"
        ))
    })
}

impl Ipam {
    /// `Get-IpamServerInventory`, ordered by name.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` when a name is given that is not in the inventory.
    pub async fn get_ipam_server_inventory(
        &self,
        caller: &Caller,
        filter: ServerFilter,
    ) -> IpamResult<Vec<ServerRecord>> {
        self.authorize(caller, Right::Read).await?;
        let mut found = match &filter.name {
            Some(name) => vec![self.store.read(|tx| known(tx, &self.qualified(name)))?],
            None => self.store.read(servers::servers)?,
        };
        found.retain(|server| {
            filter.server_type.is_empty()
                || filter.server_type.iter().any(|r| server.roles.contains(r))
        });
        found.retain(|server| filter.address_family.is_none_or(|view| view.shows(server)));
        Ok(found)
    }

    /// `Set-IpamServerInventory`. GPO filters are edited with the caller's credentials.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound`, `IpamApiServerRoleCollectionInvalid`, `IpamApiGuidDoesntMatch`
    /// and the refusals of adding for a new name.
    pub async fn set_ipam_server_inventory(
        &self,
        caller: &Caller,
        name: &Fqdn,
        change: ServerChange,
    ) -> IpamResult<ServerReport> {
        self.authorize(caller, Right::ManageServers).await?;
        let name = self.qualified(name);
        let before = self.store.read(|tx| known(tx, &name))?;
        let renamed = self.verify_new_name(&before, &change).await?;
        let apply_to = |tx: &Tx<'_>, record| apply(tx, record, &change, renamed.as_ref());
        let after = self.store.read(|tx| apply_to(tx, before.clone()))?;
        let filters = self
            .edit_filters_for(caller, &before, &after, &change)
            .await?;
        let server = self.store.transaction(|tx| {
            // The record may have changed while the filters were edited; the change goes on top.
            let current = known(tx, &name)?;
            let mut after = apply_to(tx, current)?;
            if let Some(found) = &renamed {
                check_duplicates(&servers::servers(tx)?, Some(&name), found)?;
                servers::remove_server(tx, &name)?;
            }
            if after.manageability == ManageabilityStatus::Unmanaged {
                after.data_retrieval = DataRetrievalStatus::NotStarted;
                purge(tx, &name)?;
            }
            servers::put_server(tx, &after)?;
            let done = change.told(&name, &after);
            self.changed(tx, caller, Category::ServerInventory, done)?;
            Ok(after)
        })?;
        Ok(ServerReport {
            server,
            gpo_edits: filters.edits,
            errors: filters.errors,
        })
    }

    /// What directory and DNS say about the new name, which must be the same computer.
    async fn verify_new_name(
        &self,
        before: &ServerRecord,
        change: &ServerChange,
    ) -> IpamResult<Option<Verified>> {
        let Some(new_name) = &change.new_name else {
            return Ok(None);
        };
        let found = self.verify_server(&self.qualified(new_name)).await?;
        if found.computer.guid != before.guid {
            return Err(IpamError::new(
                ErrorId::IpamApiGuidDoesntMatch,
                format!(
                    "`{new_name}` is another computer than `{}`; add it as a new server",
                    before.name
                ),
            ));
        }
        Ok(Some(found))
    }

    /// A change that touches neither roles, name nor manageability leaves the filters alone.
    async fn edit_filters_for(
        &self,
        caller: &Caller,
        before: &ServerRecord,
        after: &ServerRecord,
        change: &ServerChange,
    ) -> IpamResult<FilterEdits> {
        let mut done = FilterEdits::default();
        if before.domain != after.domain && before.manageability == ManageabilityStatus::Managed {
            let leave = FilterPlan {
                add: Default::default(),
                delete: IpamGpo::ALL.iter().copied().collect(),
            };
            done = self.apply_filter_plan(caller, before, &leave).await?;
        }
        if change.is_decision() {
            let plan = filter_plan(Some(before), after);
            let more = self.apply_filter_plan(caller, after, &plan).await?;
            done.edits.extend(more.edits);
            done.errors.extend(more.errors);
        }
        Ok(done)
    }

    /// `Remove-IpamServerInventory`: the record and its collected data; the server and its GPO
    /// filters are left alone.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown name; then nothing is removed.
    pub async fn remove_ipam_server_inventory(
        &self,
        caller: &Caller,
        names: &[Fqdn],
    ) -> IpamResult<Vec<RemovedServer>> {
        self.authorize(caller, Right::ManageServers).await?;
        self.store.transaction(|tx| {
            let mut removed = Vec::new();
            for name in names {
                let name = known(tx, &self.qualified(name))?.name;
                let purged_rows = purge(tx, &name)?;
                servers::remove_server(tx, &name)?;
                let done = format!("removed `{name}`");
                self.changed(tx, caller, Category::ServerInventory, done)?;
                removed.push(RemovedServer { name, purged_rows });
            }
            Ok(removed)
        })
    }
}

impl ServerChange {
    /// The change as the log tells it; `after` is the record it made of the server `name`.
    fn told(&self, name: &Fqdn, after: &ServerRecord) -> String {
        let mut parts = Vec::new();
        if self.new_name.is_some() {
            parts.push(format!("name {}", after.name));
        }
        if self.manageability_status.is_some() {
            parts.push(format!("manageability {}", after.manageability));
        }
        if self.server_type.is_some() {
            parts.push(format!("roles {}", role_words(&after.roles)));
        }
        let texts = [("owner", &self.owner), ("description", &self.description)];
        parts.extend(
            texts
                .iter()
                .filter(|(_, text)| text.is_some())
                .map(|(key, _)| (*key).into()),
        );
        if !self.custom_configuration.is_empty() {
            parts.push("custom configuration".to_owned());
        }
        format!("changed `{name}`: {}", parts.join(", "))
    }

    /// Whether it changes what is checked, collected or filtered.
    fn is_decision(&self) -> bool {
        self.new_name.is_some() || self.manageability_status.is_some() || self.server_type.is_some()
    }
}

/// The record after the change. An edit that decides something leaves the access status open
/// until discovery runs again (domain 3.6); a change of owner or description does not.
fn apply(
    tx: &Tx<'_>,
    mut record: ServerRecord,
    change: &ServerChange,
    renamed: Option<&Verified>,
) -> IpamResult<ServerRecord> {
    if let Some(found) = renamed {
        record.name = found.computer.name.clone();
        record.sid = found.computer.sid.clone();
        record.domain = found.computer.domain.clone();
        record.forest = found.computer.forest.clone();
        record.os = OsVersion::from(&found.computer);
        record.addresses = found.addresses.clone();
    }
    if let Some(roles) = &change.server_type {
        record.roles = role_set(roles)?;
    }
    if let Some(status) = change.manageability_status {
        record.manageability = status;
    }
    if let Some(owner) = &change.owner {
        record.owner = owner.clone();
    }
    if let Some(description) = &change.description {
        record.description = description.clone();
    }
    check_texts(&record.owner, &record.description)?;
    let custom = &change.custom_configuration;
    record.custom_configuration = custom.apply(tx, &record.custom_configuration)?;
    if change.is_decision() {
        record.checks = checks_not_run();
        record.availability.clear();
    }
    Ok(record)
}
