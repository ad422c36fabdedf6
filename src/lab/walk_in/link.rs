//! The link that the walker is on: which subnet, which address, which gateway.

use std::net::{IpAddr, SocketAddr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::addr::{AddressRange, AddressSet, usable};
use crate::estate::{Estate, Role};
use crate::lab::LabSpec;
use crate::server::dhcp::{DhcpServerConfig, ScopeConfig};
use crate::wire::dhcp::v4::DhcpOption;

/// How wide the link is taken to be where no scope says so.
const DEFAULT_BITS_V4: u8 = 24;
const DEFAULT_BITS_V6: u8 = 64;

/// `::ffff:1` of an IPv6 subnet, and how many after it are looked at.
const FIRST_PLACE_V6: u32 = 0xffff_0001;
const PLACES_V6: u128 = 0xfffe;

/// The link in one address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// The walker's address, with the link's prefix.
    pub client: IpNet,
    /// The router and relay agent of the link, which is the estate's end of the cable.
    pub gateway: IpAddr,
}

/// A port of the walker's for which the firewalls are asked, one for all.
const CLIENT_PORT: u16 = 50_000;

impl Leg {
    /// Whom the firewalls of the estate take the walker for.
    pub fn walker(&self) -> SocketAddr {
        SocketAddr::new(self.client.addr(), CLIENT_PORT)
    }
}

/// Where the walker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    pub v4: Option<Leg>,
    pub v6: Option<Leg>,
}

/// Why there is no place for a walker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("`{0}` is the address of a host or device of the scenario: choose a free one")]
    Taken(IpAddr),
    #[error("`{0}` has no room for a client and a gateway: choose another with `--address`")]
    Full(IpNet),
    #[error("`{0}` cannot be the address of a client: it names a whole network")]
    Network(IpNet),
    #[error("`{0}` is a second address of its family: one of each is enough")]
    Twice(IpNet),
    #[error("no host of the scenario has an address: there is nothing to walk into")]
    Nothing,
}

/// Addresses that the walker must not take.
#[derive(Default)]
struct Taken {
    /// Those that hosts and devices have.
    had: AddressSet,
    /// Those that hosts have; a gateway may share the address of a device that stands for it.
    by_hosts: AddressSet,
    /// Those that a DHCP server may give out.
    given_out: AddressSet,
}

impl Link {
    /// Chooses a place in the subnet of the first active scope of each family, so that a lease
    /// fits where its client is; without a scope, in the subnet of the first DNS server or host.
    /// `wanted` are addresses that a person chose instead, with the prefix of the link.
    ///
    /// # Errors
    /// When a wanted address is taken or a subnet is full.
    pub fn plan(spec: &LabSpec, estate: &Estate, wanted: &[IpNet]) -> Result<Link, LinkError> {
        let taken = Taken::of(spec, estate);
        let mut link = Link::default();
        for address in wanted {
            let leg = match address {
                IpNet::V4(_) => &mut link.v4,
                IpNet::V6(_) => &mut link.v6,
            };
            if leg.is_some() {
                return Err(LinkError::Twice(*address));
            }
            *leg = Some(taken.leg_at(spec, *address)?);
        }
        if link.v4.is_none() {
            let subnet = first_subnet(spec, estate, false);
            link.v4 = subnet.map(|subnet| taken.leg(spec, subnet)).transpose()?;
        }
        if link.v6.is_none() {
            let subnet = first_subnet(spec, estate, true);
            link.v6 = subnet.map(|subnet| taken.leg(spec, subnet)).transpose()?;
        }
        match link {
            Link { v4: None, v6: None } => Err(LinkError::Nothing),
            link => Ok(link),
        }
    }

    /// The leg that reaches `address`.
    pub fn towards(&self, address: IpAddr) -> Option<Leg> {
        match address {
            IpAddr::V4(_) => self.v4,
            IpAddr::V6(_) => self.v6,
        }
    }

    /// Keeps DHCP servers from giving the link's own addresses to others, where a subnet is so
    /// full of ranges that they had to be taken out of one.
    pub fn keep_free(&self, spec: &mut LabSpec) {
        let Some(Leg { client, gateway }) = self.v4 else {
            return;
        };
        for scope in spec.dhcp.values_mut().flat_map(|config| &mut config.scopes) {
            for address in [client.addr(), gateway] {
                if scope.range.contains(address) {
                    scope.exclusions.push(AddressRange::single(address));
                }
            }
        }
    }

    /// Both legs that there are, IPv4 first.
    pub fn legs(&self) -> impl Iterator<Item = Leg> + use<> {
        self.v4.into_iter().chain(self.v6)
    }
}

impl Taken {
    fn of(spec: &LabSpec, estate: &Estate) -> Taken {
        let mut taken = Taken::default();
        for address in estate.hosts().flat_map(|host| &host.addresses) {
            taken.had.insert(*address);
            taken.by_hosts.insert(*address);
        }
        for device in &spec.devices {
            taken.had.insert(device.address);
        }
        for config in spec.dhcp.values() {
            for scope in &config.scopes {
                taken.given_out.insert_range(&scope.range);
                let reserved = scope.reservations.iter();
                reserved.for_each(|reservation| taken.given_out.insert(reservation.address));
            }
            for scope in &config.scopes_v6 {
                let reserved = scope.reservations.iter();
                reserved.for_each(|reservation| taken.given_out.insert(reservation.address));
            }
        }
        taken
    }

    /// A leg at an address that somebody chose.
    fn leg_at(&self, spec: &LabSpec, client: IpNet) -> Result<Leg, LinkError> {
        if self.had.contains(client.addr()) {
            return Err(LinkError::Taken(client.addr()));
        }
        if !usable(client).contains(client.addr()) {
            return Err(LinkError::Network(client));
        }
        let gateway = self.gateway(spec, client.trunc(), Some(client.addr()));
        let gateway = gateway.ok_or(LinkError::Full(client.trunc()))?;
        Ok(Leg { client, gateway })
    }

    fn leg(&self, spec: &LabSpec, subnet: IpNet) -> Result<Leg, LinkError> {
        let full = || LinkError::Full(subnet);
        let gateway = self.gateway(spec, subnet, None).ok_or_else(full)?;
        let free = self.free(&places(subnet), &[gateway]);
        // Leases are given from below, people look for gateways there too: so from above, which
        // in IPv6 the places themselves are.
        let address = match subnet {
            IpNet::V4(_) => free.last().map(AddressRange::last),
            IpNet::V6(_) => free.first().map(AddressRange::first),
        };
        let address = address.ok_or_else(full)?;
        let client = IpNet::new(address, subnet.prefix_len()).map_err(|_| full())?;
        Ok(Leg { client, gateway })
    }

    /// The router that a scope of the subnet names, else the first address that is free.
    fn gateway(&self, spec: &LabSpec, subnet: IpNet, client: Option<IpAddr>) -> Option<IpAddr> {
        let named = router(spec, subnet).filter(|router| {
            Some(*router) != client && subnet.contains(router) && !self.by_hosts.contains(*router)
        });
        named.or_else(|| {
            let client: Vec<IpAddr> = client.into_iter().collect();
            let free = self.free(&places(subnet), &client);
            free.first().map(AddressRange::first)
        })
    }

    /// Free addresses of a subnet: those that no server gives out, where there are such.
    fn free(&self, subnet: &AddressRange, besides: &[IpAddr]) -> Vec<AddressRange> {
        let mut had = self.had.clone();
        besides.iter().for_each(|address| had.insert(*address));
        let mut strict = had.clone();
        for range in self.given_out.spans_within(subnet) {
            strict.insert_range(&range);
        }
        match strict.gaps(subnet) {
            free if free.is_empty() => had.gaps(subnet),
            free => free,
        }
    }
}

/// Addresses to choose from. A DHCPv6 server gives out its whole prefix, from below: these are so
/// far up that it never gets there, and still short enough to be read.
fn places(subnet: IpNet) -> AddressRange {
    let whole = usable(subnet);
    let above = match subnet {
        IpNet::V4(_) => None,
        IpNet::V6(net) => {
            let first = u128::from(net.network()).checked_add(u128::from(FIRST_PLACE_V6));
            let last = first.and_then(|first| first.checked_add(PLACES_V6));
            first
                .zip(last)
                .and_then(|(first, last)| AddressRange::of_keys(whole.family(), first, last))
        }
    };
    above
        .filter(|above| whole.contains_range(above))
        .unwrap_or(whole)
}

fn first_subnet(spec: &LabSpec, estate: &Estate, v6: bool) -> Option<IpNet> {
    let configs = || spec.dhcp.values();
    let scope = match v6 {
        false => first_scope(configs()).map(IpNet::V4),
        true => {
            let mut scopes = configs().flat_map(|config| &config.scopes_v6);
            let scope = scopes.find(|scope| scope.active);
            scope.map(|scope| IpNet::V6(scope.prefix))
        }
    };
    let addresses = estate.hosts_with(Role::Dns).chain(estate.hosts());
    let addresses = addresses.flat_map(|host| &host.addresses);
    let mut near = addresses.filter_map(|address| around(*address, v6));
    scope.or_else(|| near.next())
}

fn first_scope<'a>(mut configs: impl Iterator<Item = &'a DhcpServerConfig>) -> Option<Ipv4Net> {
    let of = |config: &'a DhcpServerConfig| config.scopes.iter().find(|scope| scope.active);
    configs.find_map(of).map(|scope: &ScopeConfig| scope.subnet)
}

/// The subnet that an address of the family is likely in. A link-local one is on no link here.
fn around(address: IpAddr, v6: bool) -> Option<IpNet> {
    match address {
        IpAddr::V4(v4) if !v6 => {
            let net = Ipv4Net::new(v4, DEFAULT_BITS_V4).ok()?;
            Some(IpNet::V4(net.trunc()))
        }
        IpAddr::V6(own) if v6 && own.segments()[0] & 0xffc0 != 0xfe80 => {
            let net = Ipv6Net::new(own, DEFAULT_BITS_V6).ok()?;
            Some(IpNet::V6(net.trunc()))
        }
        _ => None,
    }
}

/// The router that clients of the subnet are told of (option 3), by the scope or its server.
fn router(spec: &LabSpec, subnet: IpNet) -> Option<IpAddr> {
    spec.dhcp.values().find_map(|config| {
        let mut scopes = config.scopes.iter();
        let scope = scopes.find(|scope| IpNet::V4(scope.subnet) == subnet)?;
        let mut options = scope.options.iter().chain(&config.options);
        options.find_map(|option| match option {
            DhcpOption::Routers(routers) => routers.first().map(|router| IpAddr::V4(*router)),
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(scopes: &[ScopeConfig]) -> LabSpec {
        let mut spec = LabSpec::domain("corp.example")
            .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
            .host("dhcp1", "10.0.0.5", &[Role::Dhcp]);
        let mut config = DhcpServerConfig::new(vec!["10.0.0.5".parse().unwrap()]);
        config.scopes = scopes.to_vec();
        let host = "dhcp1.corp.example".parse().unwrap();
        spec.dhcp.insert(host, config);
        spec
    }

    fn scope(subnet: &str, range: &str) -> ScopeConfig {
        ScopeConfig::new(subnet.parse().unwrap(), range.parse().unwrap())
    }

    fn plan(spec: &LabSpec, wanted: &[&str]) -> Result<Link, LinkError> {
        let estate = Estate::build(&spec.estate, spec.seed).expect("a good estate");
        let wanted: Vec<IpNet> = wanted.iter().map(|text| text.parse().unwrap()).collect();
        Link::plan(spec, &estate, &wanted)
    }

    fn told(leg: Option<Leg>) -> String {
        leg.map_or_else(String::new, |leg| {
            format!("{} via {}", leg.client, leg.gateway)
        })
    }

    #[test]
    fn a_walker_is_in_the_first_active_scope_outside_its_range() {
        let scopes = [
            scope("10.0.7.0/24", "10.0.7.10-10.0.7.20").inactive(),
            scope("10.0.1.0/24", "10.0.1.10-10.0.1.250"),
        ];
        let link = plan(&spec(&scopes), &[]).unwrap();
        assert_eq!(told(link.v4), "10.0.1.254/24 via 10.0.1.1");
        assert_eq!(link.v6, None, "nobody has an IPv6 address");
    }

    #[test]
    fn the_router_that_leases_name_is_the_gateway() {
        let routers = DhcpOption::Routers(vec!["10.0.1.9".parse().unwrap()]);
        let scopes = [scope("10.0.1.0/24", "10.0.1.10-10.0.1.250").with_option(routers)];
        let mut spec = spec(&scopes);
        let link = plan(&spec, &[]).unwrap();
        assert_eq!(told(link.v4), "10.0.1.254/24 via 10.0.1.9");
        // A host at that address cannot be the cable's end as well.
        spec = spec.host("router1", "10.0.1.9", &[]);
        let link = plan(&spec, &[]).unwrap();
        assert_eq!(told(link.v4), "10.0.1.254/24 via 10.0.1.1");
    }

    #[test]
    fn without_a_scope_a_walker_is_beside_the_first_dns_server() {
        let spec = spec(&[]).host("six", "2001:db8:5::7", &[]);
        let link = plan(&spec, &[]).unwrap();
        assert_eq!(told(link.v4), "10.0.0.254/24 via 10.0.0.2");
        let v6 = "2001:db8:5::ffff:2/64 via 2001:db8:5::ffff:1";
        assert_eq!(told(link.v6), v6);
    }

    #[test]
    fn a_chosen_place_must_be_free_and_one_a_family() {
        let spec = spec(&[scope("10.0.1.0/24", "10.0.1.10-10.0.1.250")]);
        let link = plan(&spec, &["10.0.3.77/24", "2001:db8:9::1/64"]).unwrap();
        assert_eq!(told(link.v4), "10.0.3.77/24 via 10.0.3.1");
        let v6 = "2001:db8:9::1/64 via 2001:db8:9::ffff:1";
        assert_eq!(told(link.v6), v6);
        // The last subnet that there is has room as any other.
        let end = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff01/120";
        assert!(told(plan(&spec, &[end]).unwrap().v6).starts_with(end));
        for (wanted, told) in [
            (&["10.0.0.5/24"][..], "`10.0.0.5` is the address of a host"),
            (&["10.0.3.0/24"], "`10.0.3.0/24` cannot be the address"),
            (&["10.0.3.7/24", "10.0.3.8/24"], "`10.0.3.8/24` is a second"),
            (&["10.0.3.7/32"], "`10.0.3.7/32` has no room"),
        ] {
            let error = plan(&spec, wanted).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }

    #[test]
    fn addresses_taken_out_of_a_range_are_excluded_from_it() {
        let mut spec = spec(&[scope("10.0.1.0/29", "10.0.1.1-10.0.1.6")]);
        let link = plan(&spec, &[]).unwrap();
        assert_eq!(told(link.v4), "10.0.1.6/29 via 10.0.1.1");
        link.keep_free(&mut spec);
        let config = spec.dhcp.values().next().unwrap();
        let excluded: Vec<IpAddr> = config.scopes[0]
            .exclusions
            .iter()
            .map(AddressRange::first)
            .collect();
        let excluded: Vec<String> = excluded.iter().map(IpAddr::to_string).collect();
        assert_eq!(excluded, ["10.0.1.6", "10.0.1.1"]);
    }

    #[test]
    fn an_estate_without_an_address_has_nothing_to_walk_into() {
        let spec = LabSpec::domain("corp.example");
        assert_eq!(plan(&spec, &[]), Err(LinkError::Nothing));
    }
}
