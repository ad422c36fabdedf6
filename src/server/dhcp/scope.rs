//! One scope as the server holds it, IPv4 and IPv6 alike, and the table of all of them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::config::{ConfigError, DhcpServerConfig, ScopeConfig, ScopeV6Config};
use super::dns::DnsSettings;
use super::pool::Pool;
use crate::addr::{AddressRange, Family, usable};
use crate::wire::dhcp::v4::DhcpOption;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{Failover, Reservation, ReservationKind, ReservedClient};

#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub id: IpNet,
    pub name: String,
    pub active: bool,
    pub superscope: Option<String>,
    pub failover: Option<Failover>,
    pub range: AddressRange,
    /// As stored; for IPv6 they may be inverted or lie elsewhere (domain 8.5).
    pub exclusions: Vec<(IpAddr, IpAddr)>,
    /// IPv4: the lease time. IPv6: the valid lifetime.
    pub lease_seconds: u32,
    /// IPv6 only.
    pub preferred_seconds: u32,
    /// IPv4 only.
    pub options: Vec<DhcpOption>,
    pub dns_servers_v6: Vec<Ipv6Addr>,
    pub dns_domain_v6: Option<String>,
    /// Addresses outside the subnet that select the scope.
    pub relay_addresses: Vec<IpAddr>,
    /// What is registered in DNS; the server's settings by default.
    pub dns: Option<DnsSettings>,
    pub pool: Pool,
    pub tally: Tally,
}

/// What happened to leases of a scope since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Leases that clients were given, renewals not counted.
    pub assigned: u64,
    /// Leases that ran out.
    pub reclaimed: u64,
    /// Declined addresses that may be leased again.
    pub reclaimed_declined: u64,
}

impl Scope {
    pub fn v4(config: ScopeConfig) -> Result<Scope, ConfigError> {
        let id = IpNet::V4(config.subnet);
        let inside = AddressRange::of_prefix(id).contains_range(&config.range);
        if !inside || config.range.size() < 2 {
            return Err(ConfigError::Range {
                scope: id,
                range: config.range.to_string(),
            });
        }
        if let Some(range) = config
            .exclusions
            .iter()
            .find(|range| !config.range.contains_range(range))
        {
            let range = *range;
            return Err(ConfigError::Exclusion { scope: id, range });
        }
        let mut scope = Scope {
            id,
            name: config.name,
            active: config.active,
            superscope: config.superscope,
            failover: config.failover,
            range: config.range,
            exclusions: ends(&config.exclusions),
            lease_seconds: config.lease_seconds,
            preferred_seconds: config.lease_seconds,
            options: config.options,
            dns_servers_v6: Vec::new(),
            dns_domain_v6: None,
            relay_addresses: config.relay_addresses.into_iter().map(Into::into).collect(),
            dns: config.dns,
            pool: Pool::new(config.range, &config.exclusions),
            tally: Tally::default(),
        };
        scope.reserve_all(config.reservations)?;
        Ok(scope)
    }

    pub fn v6(config: ScopeV6Config) -> Result<Scope, ConfigError> {
        let id = IpNet::V6(config.prefix);
        // Deviation: the first address of a prefix is the subnet-router anycast address (RFC 4291
        // section 2.6.1), so it is never leased although Windows' own search would name it.
        let range = usable(id);
        let mut scope = Scope {
            id,
            name: config.name,
            active: config.active,
            superscope: None,
            failover: None,
            range,
            exclusions: config
                .exclusions
                .iter()
                .map(|(first, last)| (IpAddr::from(*first), IpAddr::from(*last)))
                .collect(),
            lease_seconds: config.valid_seconds,
            preferred_seconds: config.preferred_seconds.min(config.valid_seconds),
            options: Vec::new(),
            dns_servers_v6: config.dns_servers,
            dns_domain_v6: config.dns_domain,
            relay_addresses: config.link_addresses.into_iter().map(Into::into).collect(),
            dns: config.dns,
            pool: Pool::new(range, &[]),
            tally: Tally::default(),
        };
        scope.apply_exclusions();
        scope.reserve_all(config.reservations)?;
        Ok(scope)
    }

    fn reserve_all(&mut self, reservations: Vec<Reservation>) -> Result<(), ConfigError> {
        for reservation in reservations {
            let address = reservation.address;
            self.add_reservation(reservation)
                .map_err(|cause| ConfigError::Reservation {
                    scope: self.id,
                    address,
                    cause,
                })?;
        }
        Ok(())
    }

    pub fn is_v4(&self) -> bool {
        matches!(self.id, IpNet::V4(_))
    }

    /// The exclusions that mean something.
    pub fn effective_exclusions(&self) -> Vec<AddressRange> {
        self.exclusions
            .iter()
            .filter_map(|(first, last)| AddressRange::new(*first, *last).ok())
            .collect()
    }

    pub fn apply_exclusions(&mut self) {
        let exclusions = self.effective_exclusions();
        self.pool.set_leasable(self.range, &exclusions);
    }

    /// Stores a reservation by the rules of domain 8.5.
    pub fn add_reservation(&mut self, reservation: Reservation) -> Result<(), Win32Error> {
        let reservation = normalise(reservation);
        let address = reservation.address;
        let is_v6_client = matches!(reservation.client, ReservedClient::V6 { .. });
        if is_v6_client == self.is_v4() || address.is_ipv4() != self.is_v4() {
            return Err(Win32Error::ERROR_INVALID_PARAMETER);
        }
        if self.pool.reservation(address).is_some()
            || self.pool.is_reserved_client(&reservation.client)
        {
            return Err(Win32Error::ERROR_DHCP_RESERVEDIP_EXITS);
        }
        // IPv6 stores an address outside the prefix and never leases it.
        if self.is_v4() && !self.range.contains(address) {
            return Err(Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT);
        }
        // Windows' text for 20022 covers an address that another client is using.
        let foreign_lease = self.pool.binding(address).is_some_and(|binding| {
            binding.state == super::pool::State::Active && binding.client != reservation.client
        });
        if foreign_lease {
            return Err(Win32Error::ERROR_DHCP_RESERVEDIP_EXITS);
        }
        self.pool.reserve(reservation);
        Ok(())
    }
}

impl Scope {
    /// This scope with the leases, the reservations and whatever else is no setting of `old`,
    /// which it replaces. Offers are forgotten, as in a crash.
    pub fn in_place_of(mut self, old: Scope) -> Scope {
        self.failover = old.failover;
        self.dns = old.dns;
        self.tally = old.tally;
        let mut pool = old.pool;
        pool.drop_offers();
        self.pool = pool;
        self.apply_exclusions();
        self
    }

    /// The same without the reservations.
    pub fn with_leases_of(mut self, old: &Scope) -> Scope {
        self.failover = old.failover.clone();
        self.dns = old.dns.clone();
        self.tally = old.tally;
        for (address, binding) in old.pool.bindings() {
            if binding.state != super::pool::State::Offered {
                self.pool.bind(address, binding.clone());
            }
        }
        self
    }
}

fn ends(ranges: &[AddressRange]) -> Vec<(IpAddr, IpAddr)> {
    ranges.iter().map(|r| (r.first(), r.last())).collect()
}

/// A client identifier that is hardware type 1 and a MAC address names the same client as the
/// MAC address does; IPv6 knows no BOOTP.
pub(super) fn normalise(mut reservation: Reservation) -> Reservation {
    reservation.client = normalise_client(reservation.client);
    if matches!(reservation.client, ReservedClient::V6 { .. }) {
        reservation.kind = ReservationKind::Dhcp;
    }
    reservation
}

pub(super) fn normalise_client(client: ReservedClient) -> ReservedClient {
    match &client {
        ReservedClient::ClientId(id) => match id.0.as_slice() {
            [1, mac @ ..] => match mac.try_into() {
                Ok(mac) => ReservedClient::Mac(crate::base::MacAddress(mac)),
                Err(_) => client,
            },
            _ => client,
        },
        _ => client,
    }
}

/// All scopes of a server. They never overlap, so an address has at most one.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    by_id: BTreeMap<IpNet, Scope>,
    /// Addresses outside any subnet that stand for a scope.
    relays: BTreeMap<IpAddr, IpNet>,
    /// Rises with every scope that comes or goes.
    generation: u64,
}

impl Scopes {
    pub fn from_config(config: &DhcpServerConfig) -> Result<Scopes, ConfigError> {
        let mut scopes = Scopes::default();
        for scope in &config.scopes {
            scopes.insert(Scope::v4(scope.clone())?)?;
        }
        for scope in &config.scopes_v6 {
            scopes.insert(Scope::v6(scope.clone())?)?;
        }
        Ok(scopes)
    }

    pub fn insert(&mut self, scope: Scope) -> Result<(), ConfigError> {
        if let Some(other) = self.overlapping(scope.id) {
            let scope = scope.id;
            return Err(ConfigError::Overlap { scope, other });
        }
        for relay in &scope.relay_addresses {
            self.relays.insert(*relay, scope.id);
        }
        self.by_id.insert(scope.id, scope);
        self.generation += 1;
        Ok(())
    }

    pub fn overlapping(&self, id: IpNet) -> Option<IpNet> {
        let whole = AddressRange::of_prefix(id);
        self.containing_id(whole.first()).or_else(|| {
            self.by_id
                .range(id..)
                .next()
                .map(|(other, _)| *other)
                .filter(|other| whole.contains(other.network()))
        })
    }

    pub fn remove(&mut self, id: IpNet) -> Option<Scope> {
        let scope = self.by_id.remove(&id)?;
        self.relays.retain(|_, of| *of != id);
        self.generation += 1;
        Some(scope)
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Puts `fresh` in the place of the scopes of its family, which is the only one in it.
    pub fn replace(&mut self, family: Family, fresh: Scopes) {
        let stays = |id: &IpNet| Family::of(id.addr()) != family;
        self.by_id.retain(|id, _| stays(id));
        self.relays.retain(|_, id| stays(id));
        self.by_id.extend(fresh.by_id);
        self.relays.extend(fresh.relays);
        self.generation += 1;
    }

    /// The scopes of one family, in order.
    pub fn of(&self, family: Family) -> impl Iterator<Item = &Scope> {
        let of_family = move |scope: &&Scope| Family::of(scope.id.addr()) == family;
        self.by_id.values().filter(of_family)
    }

    pub fn get(&self, id: IpNet) -> Option<&Scope> {
        self.by_id.get(&id)
    }

    pub fn get_mut(&mut self, id: IpNet) -> Option<&mut Scope> {
        self.by_id.get_mut(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.by_id.values()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Scope> {
        self.by_id.values_mut()
    }

    pub fn has_v4(&self) -> bool {
        // IPv4 prefixes order before IPv6 ones.
        self.by_id
            .keys()
            .next()
            .is_some_and(|id| id.addr().is_ipv4())
    }

    /// The scope whose subnet holds `address`.
    pub fn containing_id(&self, address: IpAddr) -> Option<IpNet> {
        let up_to = IpNet::from(address);
        self.by_id
            .range(..=up_to)
            .next_back()
            .map(|(id, _)| *id)
            .filter(|id| id.contains(&address))
    }

    /// The scope that a relay, or a link, with this address stands for.
    pub fn selected_by(&self, address: IpAddr) -> Option<IpNet> {
        self.relays
            .get(&address)
            .copied()
            .or_else(|| self.containing_id(address))
    }

    /// The active scopes of the link of `id`: itself first, then the rest of its superscope.
    pub fn on_link(&self, id: IpNet) -> Vec<IpNet> {
        let Some(scope) = self.by_id.get(&id) else {
            return Vec::new();
        };
        let mut link = Vec::with_capacity(1);
        if scope.active {
            link.push(id);
        }
        if scope.superscope.is_some() {
            let others = self.by_id.values().filter(|other| {
                other.active && other.id != id && other.superscope == scope.superscope
            });
            link.extend(others.map(|other| other.id));
        }
        link
    }
}
