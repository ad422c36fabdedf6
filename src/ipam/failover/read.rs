//! A scope with its reservations, asked of a server.

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::inventory::ServerRole;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{Request, Response};

use super::comparison::Shown;

/// Why a server's scope is not known.
const NO_LIST: &str = "its answer is none";

impl Ipam {
    /// The scope as `server` shows it to `caller`; `None` when it has no such scope.
    ///
    /// # Errors
    /// In words, why it cannot be read: the server is not managed, cannot be reached, refuses.
    pub(super) async fn failover_scope_of(
        &self,
        caller: &Caller,
        server: &Fqdn,
        scope: IpNet,
    ) -> Result<Option<Shown>, String> {
        let address = self.managed_address(server, ServerRole::Dhcp).await?;
        let told = |why: &dyn std::fmt::Display| format!("{server} could not be read: {why}");
        let request = Request::GetScope { scope };
        let info = match self.dhcp_call(caller, address, request).await {
            Ok(Response::Scope(info)) => info,
            Ok(_) => return Err(told(&NO_LIST)),
            Err(error) if error.error == Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT => {
                return Ok(None);
            }
            Err(error) => return Err(told(&error)),
        };
        let request = Request::EnumReservations { scope };
        match self.dhcp_call(caller, address, request).await {
            Ok(Response::Reservations(reservations)) => Ok(Some(Shown { info, reservations })),
            Ok(_) => Err(told(&NO_LIST)),
            Err(error) => Err(told(&error)),
        }
    }
}
