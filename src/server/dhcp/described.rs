//! Scopes and leases as management calls describe them.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use super::pool::State;
use super::scope::Scope;
use crate::addr::AddressRange;
use crate::wire::dhcp::v4::DhcpOption;
use crate::wire::windows::dhcpm::{self, Lease, LeaseState};

/// The scope a call describes, or `None` when its parts do not fit.
pub(super) fn scope_of(new: dhcpm::ScopeInfo) -> Option<Scope> {
    let v4 = |list: &[IpAddr]| {
        let v4_only = list.iter().filter_map(|address| match address {
            IpAddr::V4(v4) => Some(*v4),
            IpAddr::V6(_) => None,
        });
        v4_only.collect::<Vec<_>>()
    };
    match new.scope {
        IpNet::V4(subnet) => {
            let range = AddressRange::new(new.first, new.last).ok()?;
            let mut config = super::config::ScopeConfig::new(subnet, range)
                .named(&new.name)
                .leased_for(new.lease_seconds);
            config.active = new.active;
            config.superscope = new.superscope;
            config.failover = new.failover;
            for (first, last) in new.exclusions {
                config.exclusions.push(AddressRange::new(first, last).ok()?);
            }
            if !new.routers.is_empty() {
                config = config.with_option(DhcpOption::Routers(v4(&new.routers)));
            }
            if !new.dns_servers.is_empty() {
                config = config.with_option(DhcpOption::DnsServers(v4(&new.dns_servers)));
            }
            if let Some(domain) = new.dns_domain {
                config = config.with_option(DhcpOption::DomainName(domain));
            }
            Scope::v4(config).ok()
        }
        IpNet::V6(prefix) => {
            let mut config = super::config::ScopeV6Config::new(prefix).named(&new.name);
            config.active = new.active;
            config.valid_seconds = new.lease_seconds;
            config.dns_domain = new.dns_domain;
            let v6 = |address: IpAddr| match address {
                IpAddr::V6(v6) => Some(v6),
                IpAddr::V4(_) => None,
            };
            for (first, last) in new.exclusions {
                config.exclusions.push((v6(first)?, v6(last)?));
            }
            config.dns_servers = new.dns_servers.into_iter().filter_map(v6).collect();
            Scope::v6(config).ok()
        }
    }
}

/// Bindings and unused reservations, in the order of their addresses (domain 8.5).
pub(super) fn leases(scope: &Scope) -> Vec<Lease> {
    let bound = scope.pool.bindings().map(|(address, binding)| {
        let reserved = scope.pool.reservation(address).is_some();
        let state = match binding.state {
            State::Offered => LeaseState::Offered,
            State::Declined => LeaseState::Declined,
            State::Active if reserved => LeaseState::ActiveReservation,
            State::Active => LeaseState::Active,
            State::Expired { .. } if reserved => LeaseState::InactiveReservation,
            State::Expired { .. } => LeaseState::Expired,
        };
        let end = match binding.state {
            State::Expired { since } => since,
            _ => binding.until,
        };
        Lease {
            address,
            client: binding.client.clone(),
            host_name: binding.host_name.clone(),
            state,
            expires: Timestamp::from_millisecond(end).ok(),
        }
    });
    let mut leases: Vec<Lease> = bound.collect();
    let unused = scope
        .pool
        .reservations()
        .filter(|reservation| scope.pool.binding(reservation.address).is_none());
    leases.extend(unused.map(|reservation| Lease {
        address: reservation.address,
        client: reservation.client.clone(),
        host_name: reservation.name.clone(),
        state: LeaseState::InactiveReservation,
        expires: None,
    }));
    leases.sort_by_key(|lease| lease.address);
    leases
}
