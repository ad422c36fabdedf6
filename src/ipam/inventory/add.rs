//! `Add-IpamServerInventory`: adding a server by hand, with the verification of domain 3.3.

use std::collections::BTreeMap;

use crate::base::Fqdn;
use crate::ipam::access::{CheckKind, CheckResult};
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::fields::{self, CustomValues};
use crate::ipam::rbac::Right;
use crate::ipam::store::servers;

use super::edit::ServerReport;
use super::manageability::filter_plan;
use super::record::{OsVersion, ServerRecord, ServerRole, role_words};
use super::status::{DataRetrievalStatus, ManageabilityStatus, NewFlag};
use super::verify::{Verified, check_duplicates, check_texts, role_set};

/// Parameters of `Add-IpamServerInventory`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewServer {
    pub name: Fqdn,
    /// One or more, none twice: written as given, so that a bad list can be refused.
    pub server_type: Vec<ServerRole>,
    pub manageability_status: ManageabilityStatus,
    pub forest_name: Option<Fqdn>,
    pub owner: String,
    pub description: String,
    /// Custom fields and their values (domain 9.2).
    pub custom_configuration: CustomValues,
}

impl NewServer {
    /// A server with everything optional left out.
    pub fn new(name: Fqdn, server_type: &[ServerRole]) -> NewServer {
        NewServer {
            name,
            server_type: server_type.to_vec(),
            manageability_status: ManageabilityStatus::Unspecified,
            forest_name: None,
            owner: String::new(),
            description: String::new(),
            custom_configuration: CustomValues::default(),
        }
    }
}

impl Ipam {
    /// `Add-IpamServerInventory`. The new server is *Not checked* until discovery runs.
    ///
    /// # Errors
    /// `IpamApiServerRoleCollectionInvalid`, `IpamApiServerAlreadyInDB`,
    /// `IpamApiServerNotFoundInGlobalCatalog`, `IpamApiServerNotFoundInDC`,
    /// `IpamApiOSNotSupported`, `IpamApiAddressResolutionFailed`, `IpamApiInvalidParameter`, and
    /// `IpamApiObjectNotFound` for an unknown custom field or value.
    pub async fn add_ipam_server_inventory(
        &self,
        caller: &Caller,
        server: NewServer,
    ) -> IpamResult<ServerReport> {
        self.authorize(caller, Right::ManageServers).await?;
        let roles = role_set(&server.server_type)?;
        check_texts(&server.owner, &server.description)?;
        let custom = &server.custom_configuration;
        let custom = self.store.read(|tx| fields::check_assignment(tx, custom))?;
        let name = self.qualified(&server.name);
        self.refuse_known_name(&name)?;
        let found = self.verify_server(&name).await?;
        if let Some(forest) = &server.forest_name
            && *forest != found.computer.forest
        {
            return Err(IpamError::new(
                ErrorId::IpamApiServerNotFoundInGlobalCatalog,
                format!(
                    "`{name}` is in forest `{}`, not `{forest}`",
                    found.computer.forest
                ),
            ));
        }
        let mut record = new_record(&found, NewFlag::New);
        record.roles = roles;
        record.manageability = server.manageability_status;
        record.owner = server.owner;
        record.description = server.description;
        record.custom_configuration = custom;
        check_duplicates(&self.store.read(servers::servers)?, None, &found)?;
        let plan = filter_plan(None, &record);
        let filters = self.apply_filter_plan(caller, &record, &plan).await?;
        // Another session may have added the same server while the filters were edited.
        self.store.transaction(|tx| {
            check_duplicates(&servers::servers(tx)?, None, &found)?;
            // Nor need a custom field be there any more.
            fields::check_assignment(tx, &record.custom_configuration)?;
            servers::put_server(tx, &record)?;
            let done = format!("added `{}` as {}", record.name, role_words(&record.roles));
            self.changed(tx, caller, Category::ServerInventory, done)
        })?;
        Ok(ServerReport {
            server: record,
            gpo_edits: filters.edits,
            errors: filters.errors,
        })
    }

    fn refuse_known_name(&self, name: &Fqdn) -> IpamResult<()> {
        match self.store.read(|tx| servers::server(tx, name))? {
            None => Ok(()),
            Some(_) => Err(IpamError::new(
                ErrorId::IpamApiServerAlreadyInDB,
                format!("`{name}` is in the inventory; edit that entry"),
            )),
        }
    }
}

/// A record with what directory and DNS say, and everything else as it is before anybody
/// decided anything.
pub(crate) fn new_record(found: &Verified, flag: NewFlag) -> ServerRecord {
    let computer = &found.computer;
    ServerRecord {
        name: computer.name.clone(),
        guid: computer.guid.clone(),
        sid: computer.sid.clone(),
        domain: computer.domain.clone(),
        forest: computer.forest.clone(),
        roles: Default::default(),
        known_roles: Default::default(),
        addresses: found.addresses.clone(),
        os: OsVersion::from(computer),
        owner: String::new(),
        description: String::new(),
        custom_configuration: CustomValues::default(),
        manageability: ManageabilityStatus::Unspecified,
        flag,
        checks: checks_not_run(),
        availability: BTreeMap::new(),
        data_retrieval: DataRetrievalStatus::NotStarted,
    }
}

/// Every check as it stands before discovery ran (domain 3.6, 12.17).
pub(crate) fn checks_not_run() -> BTreeMap<CheckKind, CheckResult> {
    CheckKind::ALL
        .iter()
        .map(|kind| (*kind, CheckResult::not_run()))
        .collect()
}
