//! `Get-`, `Set-` and `Remove-IpamServerInventory`.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::gpo::GpoEdit;

use super::record::{ServerRecord, ServerRole};
use super::status::ManageabilityStatus;

/// Parameters of `Set-IpamServerInventory`; what is `None` or empty stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerChange {
    pub new_name: Option<Fqdn>,
    pub manageability_status: Option<ManageabilityStatus>,
    pub server_type: Option<Vec<ServerRole>>,
    pub owner: Option<String>,
    pub description: Option<String>,
    pub add_custom_configuration: Vec<(String, String)>,
    pub remove_custom_configuration: Vec<String>,
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
}

/// What `Remove-IpamServerInventory` took out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedServer {
    pub name: Fqdn,
    /// Rows of collected data that went with it.
    pub purged_rows: usize,
}

impl Ipam {
    /// `Get-IpamServerInventory`, ordered by name.
    pub async fn get_ipam_server_inventory(
        &self,
        _caller: &Caller,
        _filter: ServerFilter,
    ) -> IpamResult<Vec<ServerRecord>> {
        todo!()
    }

    /// `Set-IpamServerInventory`. GPO filters are edited with the caller's credentials.
    pub async fn set_ipam_server_inventory(
        &self,
        _caller: &Caller,
        _name: &Fqdn,
        _change: ServerChange,
    ) -> IpamResult<ServerReport> {
        todo!()
    }

    /// `Remove-IpamServerInventory`: the record and its collected data; the server and its GPO
    /// filters are left alone.
    pub async fn remove_ipam_server_inventory(
        &self,
        _caller: &Caller,
        _names: &[Fqdn],
    ) -> IpamResult<Vec<RemovedServer>> {
        todo!()
    }
}
