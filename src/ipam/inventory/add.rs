//! `Add-IpamServerInventory`: adding a server by hand, with the verification of domain 3.3.

use std::collections::BTreeMap;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

use super::edit::ServerReport;
use super::record::ServerRole;
use super::status::ManageabilityStatus;

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
    pub custom_configuration: BTreeMap<String, String>,
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
            custom_configuration: BTreeMap::new(),
        }
    }
}

impl Ipam {
    /// `Add-IpamServerInventory`. The new server is *Not checked* until discovery runs.
    pub async fn add_ipam_server_inventory(
        &self,
        _caller: &Caller,
        _server: NewServer,
    ) -> IpamResult<ServerReport> {
        todo!()
    }
}
