//! Leases that an administrator ends: one, or all of a scope that goes. Their records in DNS go
//! with them where the settings say so, as when a lease expires ("Discard A and PTR records when
//! lease is deleted" is one box in Windows' console). A reservation that is removed ends no lease
//! (domain 8.5), so its client's records stay as long as the lease runs.

use std::net::IpAddr;

use ipnet::IpNet;

use super::manage::Managed;
use super::pool::State;
use super::server::DhcpServer;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::Response;

impl DhcpServer {
    /// `DhcpDeleteClientInfo`: the client may have the address, or another, when it asks again.
    ///
    /// # Errors
    /// 20019 for the lease of a reserved client, which goes with its reservation; 20013 for an
    /// address without a lease, as the database has no such row.
    pub(super) fn delete_lease(&mut self, id: IpNet, address: IpAddr) -> Managed {
        let pool = &mut self.scope_mut(id)?.pool;
        if pool.reservation(address).is_some() {
            return Err(Win32Error::ERROR_DHCP_RESERVED_CLIENT);
        }
        let held = pool.binding(address).map(|binding| binding.state);
        match held {
            None | Some(State::Offered) => return Err(Win32Error::ERROR_DHCP_JET_ERROR),
            Some(_) => pool.unbind(address),
        };
        if held == Some(State::Active) {
            self.lease_over(id, address);
        }
        Ok(Response::Done)
    }

    /// Ends every lease of a scope that is about to go.
    pub(super) fn end_leases(&mut self, id: IpNet) {
        let Some(scope) = self.scopes.get(id) else {
            return;
        };
        let active = scope.pool.bindings();
        let active = active.filter(|(_, binding)| binding.state == State::Active);
        let active: Vec<IpAddr> = active.map(|(address, _)| address).collect();
        for address in active {
            self.lease_over(id, address);
        }
    }
}
