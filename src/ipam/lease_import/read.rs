//! Reading scopes and leases of a DHCP server, as whoever imports them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::directory::{is_unreachable, unexpected_reply};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::remote::{RemoteClient, RemoteError};
use crate::wire::windows::dhcpm::{self, Family, Reservation, ScopeInfo};
use crate::wire::windows::{Interface, Request, Response, Win32Error};

use super::mapping::ReadLease;

/// Scopes asked for in one call.
const SCOPES_PER_CALL: u32 = 500;

/// A DHCP server as one caller on one host sees it.
pub(super) struct LeaseReader<'a> {
    pub remote: &'a RemoteClient,
    pub caller: &'a Caller,
    pub server: &'a Fqdn,
    /// Its addresses, as the host resolves its name.
    pub addresses: Vec<IpAddr>,
}

impl LeaseReader<'_> {
    async fn ask<T>(
        &self,
        request: dhcpm::Request,
        pick: impl FnOnce(dhcpm::Response) -> Option<T>,
    ) -> Result<T, RemoteError> {
        let mut last = RemoteError::at(
            crate::ipam::remote::Stage::Connect,
            Win32Error::RPC_S_SERVER_UNAVAILABLE,
        );
        for address in &self.addresses {
            let request = Request::DhcpManagement(request.clone());
            let interface = Interface::DhcpManagement;
            let call = self.remote.call(self.caller, *address, interface, request);
            match call.await {
                Err(error) if is_unreachable(&error) => last = error,
                Err(error) => return Err(error),
                Ok(Response::DhcpManagement(response)) => {
                    return pick(response).ok_or_else(unexpected_reply);
                }
                Ok(_) => return Err(unexpected_reply()),
            }
        }
        Err(last)
    }

    /// Every scope of a family, by network.
    pub async fn scopes(&self, family: Family) -> IpamResult<Vec<ScopeInfo>> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let request = dhcpm::Request::EnumScopes {
                family,
                after,
                max: SCOPES_PER_CALL,
            };
            let asked = self.ask(request, |reply| match reply {
                dhcpm::Response::Scopes(scopes) => Some(scopes),
                _ => None,
            });
            let what = match family {
                Family::V4 => "the IPv4 scopes",
                Family::V6 => "the IPv6 scopes",
            };
            let page = asked.await.map_err(|error| self.refused(what, &error))?;
            let full = page.len() >= SCOPES_PER_CALL as usize;
            let last = page.last().map(|scope| scope.scope);
            all.extend(page);
            // A server that repeats itself would be asked for ever.
            if !full || last == after {
                return Ok(all);
            }
            after = last;
        }
    }

    /// The leases of one scope, reservations that nobody uses included.
    pub async fn leases(&self, scope: IpNet) -> IpamResult<Vec<ReadLease>> {
        let what = format!("the leases of the scope `{scope}`");
        let asked = self.ask(dhcpm::Request::EnumLeases { scope }, |reply| match reply {
            dhcpm::Response::Leases(leases) => Some(leases),
            _ => None,
        });
        let leases = asked.await.map_err(|error| self.refused(&what, &error))?;
        let asked = self.ask(
            dhcpm::Request::EnumReservations { scope },
            |reply| match reply {
                dhcpm::Response::Reservations(reservations) => Some(reservations),
                _ => None,
            },
        );
        let reserved: Vec<Reservation> =
            asked.await.map_err(|error| self.refused(&what, &error))?;
        let mut described: BTreeMap<IpAddr, String> = reserved
            .into_iter()
            .map(|reservation| (reservation.address, reservation.description))
            .collect();
        let read = leases.into_iter().map(|lease| ReadLease {
            description: described.remove(&lease.address).unwrap_or_default(),
            lease,
        });
        Ok(read.collect())
    }

    fn refused(&self, what: &str, error: &RemoteError) -> IpamError {
        let (account, server) = (&self.caller.account, self.server);
        let message = match error.error {
            Win32Error::ERROR_ACCESS_DENIED => format!(
                "`{account}` may not read {what} on `{server}`; that takes membership of DHCP \
                 Users or DHCP Administrators there"
            ),
            _ => format!(
                "{what} on `{server}` cannot be read by `{account}`: {}: {}",
                error.stage, error.error
            ),
        };
        IpamError::new(ErrorId::IpamDhcpLeaseReadFailed, message)
    }
}
