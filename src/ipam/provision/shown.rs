//! `Get-IpamDatabase`, and the properties that provisioning initialised.

use std::collections::BTreeMap;

use crate::ipam::caller::Caller;
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::rbac::Right;
use crate::ipam::store::property;
use crate::wire::windows::tds::DatabaseRight;

use super::parameters::{DatabaseAuthType, DatabaseServer, DatabaseTarget};

/// What `Get-IpamDatabase` shows (domain 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpamDatabase {
    /// `WID` or `MSSQL`.
    pub database_type: &'static str,
    pub wid_schema_path: Option<String>,
    pub database_server: Option<String>,
    pub database_name: Option<String>,
    pub database_port: Option<u16>,
    pub database_auth_type: DatabaseAuthType,
    pub database_user: Option<String>,
    /// What that user may do there now, or why it cannot be told.
    pub rights: Result<Vec<DatabaseRight>, IpamError>,
}

/// What an IPAM server is to a database server on its own machine (domain 2.4).
const NETWORK_SERVICE: &str = r"NT AUTHORITY\Network Service";

impl Ipam {
    /// `Get-IpamDatabase`. It answers while the database does not.
    ///
    /// # Errors
    /// Not provisioned; `IpamApiAccessDenied` for whoever is neither local administrator nor IPAM
    /// administrator.
    pub async fn get_ipam_database(&self, caller: &Caller) -> IpamResult<IpamDatabase> {
        if self.provisioning_state() != ProvisioningState::Provisioned {
            return Err(IpamError::new(
                ErrorId::IpamApiCallsAreNotAllowedUntilProvisioningIsDone,
                "there is no database yet; run Invoke-IpamServerProvisioning first",
            ));
        }
        self.require(caller, Right::Administer).await?;
        let target = self.database.borrow().clone();
        let rights = self.database_rights(&target).await;
        Ok(match target {
            DatabaseTarget::Wid { path } => IpamDatabase {
                database_type: "WID",
                wid_schema_path: Some(path),
                database_server: None,
                database_name: None,
                database_port: None,
                database_auth_type: DatabaseAuthType::Windows,
                database_user: None,
                rights,
            },
            DatabaseTarget::Sql {
                server,
                name,
                port,
                credential,
            } => IpamDatabase {
                database_type: "MSSQL",
                wid_schema_path: None,
                database_auth_type: match &credential {
                    None => DatabaseAuthType::Windows,
                    Some(_) => DatabaseAuthType::Sql,
                },
                database_user: Some(match credential {
                    Some(credential) => credential.user,
                    None if self.is_own(&server) => NETWORK_SERVICE.to_owned(),
                    None => self.options.computer.to_string(),
                }),
                database_server: Some(server.to_string()),
                database_name: Some(name),
                database_port: Some(port),
                rights,
            },
        })
    }

    fn is_own(&self, server: &DatabaseServer) -> bool {
        match server {
            DatabaseServer::Name(name) => self.qualified(name) == self.options.server,
            DatabaseServer::Address(address) => *address == self.own_address(),
        }
    }

    /// The properties of domain 2.3 by name, as provisioning initialised them and as they are now.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn server_properties(&self, caller: &Caller) -> IpamResult<BTreeMap<String, String>> {
        self.authorize(caller, Right::Read).await?;
        let row = self.configuration_row()?;
        let mut all = self.store.read(property::all)?;
        all.retain(|name, _| !super::server::INTERNAL.contains(&name.as_str()));
        let configured = [
            ("DeploymentType", row.provisioning_method.to_string()),
            ("GpoPrefix", row.gpo_prefix.unwrap_or_default()),
            (
                "MaximumUtilizationThreshold",
                row.maximum_utilization_threshold.to_string(),
            ),
            (
                "MinimumUtilizationThreshold",
                row.minimum_utilization_threshold.to_string(),
            ),
            (
                "ExpiryAlertThreshold",
                row.expiry_alert_threshold_days.to_string(),
            ),
            ("IpamConfiguredDate", row.configured_at.to_string()),
        ];
        let configured = configured.map(|(name, value)| (name.to_owned(), value));
        all.extend(configured);
        Ok(all)
    }
}
