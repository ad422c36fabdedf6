//! Management calls (MS-DHCPM as domain 8.5 and 8.6 reduce it). Whether the caller may make them
//! was decided before.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use super::described::{leases, scope_of};
use super::events::{ConfigEvent, id};
use super::scope::{Scope, normalise};
use super::server::DhcpServer;
use crate::addr::AddressRange;
use crate::base::Moment;
use crate::base::limits::FREE_ADDRESSES_PER_CALL;
use crate::wire::dhcp::v4::DhcpOption;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{self, Request, Reservation, Response};

pub(super) type Managed = Result<Response, Win32Error>;

impl DhcpServer {
    /// Carries out one call of `actor`, which configuration events name.
    pub fn manage(&mut self, request: Request, at: Moment, actor: &str) -> Managed {
        self.settle(at);
        let by = Actor {
            at: at.wall,
            name: actor,
        };
        match request {
            // 6.0 and up have IPv6 management.
            Request::GetVersion => Ok(Response::Version { major: 6, minor: 2 }),
            Request::EnumScopes { family, after, max } => {
                Ok(Response::Scopes(self.enum_scopes(family, after, max)))
            }
            Request::GetScope { scope } => Ok(Response::Scope(info(self.scope(scope)?))),
            Request::EnumReservations { scope } => {
                let reservations = self.scope(scope)?.pool.reservations();
                Ok(Response::Reservations(reservations.cloned().collect()))
            }
            Request::EnumLeases { scope } => Ok(Response::Leases(leases(self.scope(scope)?))),
            Request::GetFreeAddresses {
                scope,
                start,
                end,
                count,
            } => self.free_addresses(scope, start, end, count),
            Request::AddReservation { scope, reservation } => {
                self.add_reservation(by, scope, reservation)
            }
            Request::UpdateReservation { scope, reservation } => {
                self.update_reservation(scope, reservation)
            }
            Request::RemoveReservation { scope, address } => {
                self.remove_reservation(by, scope, address, None)
            }
            Request::RemoveReservationOf {
                scope,
                address,
                client,
            } => self.remove_reservation(by, scope, address, Some(&client)),
            Request::DeleteLease { scope, address } => self.delete_lease(scope, address),
            Request::CreateScope(scope) => self.create_scope(by, scope),
            Request::SetScope(scope) => self.set_scope(by, scope),
            Request::DeleteScope { scope, force } => self.delete_scope(by, scope, force),
            Request::AddExclusion { scope, first, last } => {
                self.add_exclusion(by, scope, (first, last))
            }
            Request::RemoveExclusion { scope, first, last } => {
                self.remove_exclusion(by, scope, (first, last))
            }
            Request::SetScopeState { scope, active } => self.set_scope_state(by, scope, active),
        }
    }

    fn scope(&self, id: IpNet) -> Result<&Scope, Win32Error> {
        self.scopes
            .get(id)
            .ok_or(Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT)
    }

    /// A scope to change an element of. IPv6 reports a missing prefix as a missing file.
    pub(super) fn scope_mut(&mut self, id: IpNet) -> Result<&mut Scope, Win32Error> {
        self.scopes.get_mut(id).ok_or(match id {
            IpNet::V4(_) => Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT,
            IpNet::V6(_) => Win32Error::ERROR_FILE_NOT_FOUND,
        })
    }

    fn enum_scopes(
        &self,
        family: dhcpm::Family,
        after: Option<IpNet>,
        max: u32,
    ) -> Vec<dhcpm::ScopeInfo> {
        self.scopes
            .iter()
            .filter(|scope| scope.is_v4() == (family == dhcpm::Family::V4))
            .filter(|scope| after.is_none_or(|after| scope.id > after))
            .take(usize::try_from(max).unwrap_or(usize::MAX))
            .map(info)
            .collect()
    }

    /// Domain 8.6.
    fn free_addresses(
        &self,
        id: IpNet,
        start: Option<IpAddr>,
        end: Option<IpAddr>,
        count: u32,
    ) -> Managed {
        let scope = self.scope(id)?;
        let wanted = usize::try_from(count.max(1)).unwrap_or(usize::MAX);
        let wanted = wanted.min(FREE_ADDRESSES_PER_CALL);
        let invalid = Win32Error::ERROR_INVALID_PARAMETER;
        let belongs = |address: &IpAddr| id.contains(address);
        if !start.iter().chain(&end).all(belongs) {
            return Err(invalid);
        }
        let first = start.unwrap_or(scope.range.first());
        let last = end.unwrap_or(scope.range.last());
        let both = start.is_some() && end.is_some();
        let within = match AddressRange::new(first, last) {
            Ok(range) if both && range.size() < wanted as u128 => return Err(invalid),
            Ok(range) => range.intersection(&scope.range),
            Err(_) if both => return Err(invalid),
            // One end beyond the range: nothing lies between.
            Err(_) => None,
        };
        let addresses = within
            .map(|within| scope.pool.available(within, wanted))
            .unwrap_or_default();
        let exhausted = addresses.len() < wanted;
        Ok(Response::FreeAddresses {
            addresses,
            exhausted,
        })
    }

    fn add_reservation(&mut self, by: Actor<'_>, id: IpNet, reservation: Reservation) -> Managed {
        let address = reservation.address;
        self.scope_mut(id)?.add_reservation(reservation)?;
        self.event(by, id::RESERVATION_CREATED, id, Some(address.to_string()));
        Ok(Response::Done)
    }

    fn update_reservation(&mut self, id: IpNet, reservation: Reservation) -> Managed {
        let scope = self.scope_mut(id)?;
        let reservation = normalise(reservation);
        let same = scope
            .pool
            .reservation(reservation.address)
            .is_some_and(|known| known.client == reservation.client);
        if !same {
            return Err(Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT);
        }
        scope.pool.update_reservation(reservation);
        Ok(Response::Done)
    }

    fn remove_reservation(
        &mut self,
        by: Actor<'_>,
        id: IpNet,
        address: IpAddr,
        client: Option<&dhcpm::ReservedClient>,
    ) -> Managed {
        let pool = &mut self.scope_mut(id)?.pool;
        let held = pool.reservation(address).map(|held| &held.client);
        let named = held.is_some() && client.is_none_or(|client| held == Some(client));
        if !named || pool.unreserve(address).is_none() {
            return Err(match id {
                IpNet::V4(_) => Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT,
                IpNet::V6(_) => Win32Error::ERROR_FILE_NOT_FOUND,
            });
        }
        self.event(by, id::RESERVATION_DELETED, id, Some(address.to_string()));
        Ok(Response::Done)
    }

    fn create_scope(&mut self, by: Actor<'_>, new: dhcpm::ScopeInfo) -> Managed {
        let inconsistent = Win32Error::ERROR_DHCP_RANGE_EXTENDED;
        let id = new.scope.trunc();
        if id != new.scope || self.scopes.overlapping(id).is_some() {
            return Err(inconsistent);
        }
        let scope = scope_of(new).ok_or(inconsistent)?;
        self.scopes.insert(scope).map_err(|_| inconsistent)?;
        self.event(by, id::SCOPE_CREATED, id, None);
        Ok(Response::Done)
    }

    fn delete_scope(&mut self, by: Actor<'_>, id: IpNet, force: bool) -> Managed {
        if self.scope(id)?.pool.in_use() > 0 && !force {
            return Err(Win32Error::ERROR_DHCP_ELEMENT_CANT_REMOVE);
        }
        self.end_leases(id);
        self.scopes.remove(id);
        self.event(by, id::SCOPE_DELETED, id, None);
        Ok(Response::Done)
    }

    fn add_exclusion(&mut self, by: Actor<'_>, id: IpNet, new: (IpAddr, IpAddr)) -> Managed {
        let scope = self.scope_mut(id)?;
        let range = AddressRange::new(new.0, new.1).ok();
        if scope.is_v4() {
            let range = range
                .filter(|range| scope.range.contains_range(range))
                .ok_or(Win32Error::ERROR_DHCP_INVALID_RANGE)?;
            if scope.exclusions.contains(&new) {
                return Err(Win32Error::ERROR_DHCP_IPRANGE_EXITS);
            }
            let existing = scope.effective_exclusions();
            if existing.iter().any(|other| other.overlaps(&range)) {
                return Err(Win32Error::ERROR_DHCP_INVALID_RANGE);
            }
        } else if let Some(range) = range {
            // An inverted or foreign one is stored and has no effect (domain 8.5).
            let existing = scope.effective_exclusions();
            if existing.iter().any(|other| other.overlaps(&range)) {
                return Err(Win32Error::ERROR_DUPLICATE_TAG);
            }
        }
        scope.exclusions.push(new);
        scope.exclusions.sort();
        scope.apply_exclusions();
        let text = format!("{}-{}", new.0, new.1);
        self.event(by, id::EXCLUSION_ADDED, id, Some(text));
        Ok(Response::Done)
    }

    fn remove_exclusion(&mut self, by: Actor<'_>, id: IpNet, old: (IpAddr, IpAddr)) -> Managed {
        let scope = self.scope_mut(id)?;
        let place = scope.exclusions.iter().position(|known| *known == old);
        let place = place.ok_or(match id {
            IpNet::V4(_) => Win32Error::ERROR_DHCP_INVALID_RANGE,
            IpNet::V6(_) => Win32Error::ERROR_FILE_NOT_FOUND,
        })?;
        scope.exclusions.remove(place);
        scope.apply_exclusions();
        let text = format!("{}-{}", old.0, old.1);
        self.event(by, id::EXCLUSION_REMOVED, id, Some(text));
        Ok(Response::Done)
    }

    fn set_scope_state(&mut self, by: Actor<'_>, id: IpNet, active: bool) -> Managed {
        let scope = self
            .scopes
            .get_mut(id)
            .ok_or(Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT)?;
        if scope.active != active {
            scope.active = active;
            let event = match active {
                true => id::SCOPE_ACTIVATED,
                false => id::SCOPE_DEACTIVATED,
            };
            self.event(by, event, id, None);
        }
        Ok(Response::Done)
    }

    /// Domain 9.7: the object, its scope when it is not one itself, the account.
    pub(super) fn event(
        &mut self,
        by: Actor<'_>,
        [v4, v6]: [u32; 2],
        scope: IpNet,
        object: Option<String>,
    ) {
        let mut data: Vec<String> = object.into_iter().collect();
        data.push(scope.to_string());
        data.push(by.name.to_owned());
        let event = if scope.addr().is_ipv4() { v4 } else { v6 };
        self.events.push(ConfigEvent {
            event,
            at: by.at,
            data,
        });
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Actor<'a> {
    pub at: Timestamp,
    pub name: &'a str,
}

/// A scope as management shows it.
fn info(scope: &Scope) -> dhcpm::ScopeInfo {
    let mut routers = Vec::new();
    let mut dns_servers: Vec<IpAddr> = Vec::new();
    let mut dns_domain = scope.dns_domain_v6.clone();
    dns_servers.extend(scope.dns_servers_v6.iter().map(|a| IpAddr::V6(*a)));
    for option in &scope.options {
        match option {
            DhcpOption::Routers(list) => routers = list.iter().map(|a| (*a).into()).collect(),
            DhcpOption::DnsServers(list) => {
                dns_servers = list.iter().map(|a| (*a).into()).collect();
            }
            DhcpOption::DomainName(name) => dns_domain = Some(name.clone()),
            _ => {}
        }
    }
    let whole = match scope.id {
        IpNet::V4(_) => scope.range,
        IpNet::V6(_) => AddressRange::of_prefix(scope.id),
    };
    dhcpm::ScopeInfo {
        scope: scope.id,
        name: scope.name.clone(),
        active: scope.active,
        first: whole.first(),
        last: whole.last(),
        exclusions: scope.exclusions.clone(),
        lease_seconds: scope.lease_seconds,
        superscope: scope.superscope.clone(),
        failover: scope.failover.clone(),
        routers,
        dns_servers,
        dns_domain,
        in_use: scope.pool.in_use(),
    }
}
