//! DHCP servers: scopes, exclusions, reservations, leases.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::Problems;
use super::clients::Within;
use super::dynamic_dns;
use super::hosts::{HostEntry, Hosts};
use crate::addr::{AddressRange, usable};
use crate::base::Fqdn;
use crate::scenario::estate_file::{FailoverFile, RoleFile, ScopeFile};
use crate::scenario::place::{At, Place};
use crate::server::dhcp::{DhcpServerConfig, LeaseConfig, ScopeConfig, ScopeV6Config};
use crate::wire::dhcp::v4::DhcpOption;
use crate::wire::windows::dhcpm::{Failover, Reservation};

/// Windows' lease time.
const LEASE_SECONDS: u32 = 8 * 24 * 3600;

/// A scope as checked, of either family.
struct Scope {
    subnet: IpNet,
    range: AddressRange,
    exclusions: Vec<AddressRange>,
    reservations: Vec<Reservation>,
    leases: Vec<LeaseConfig>,
    lease_seconds: u32,
    routers: Vec<IpAddr>,
    dns_servers: Vec<IpAddr>,
    dns_domain: Option<Fqdn>,
}

/// Checks the DHCP servers among the hosts.
pub fn check(hosts: &Hosts<'_>, problems: &mut Problems) -> BTreeMap<Fqdn, DhcpServerConfig> {
    let mut servers = BTreeMap::new();
    for host in &hosts.all {
        if host.has(RoleFile::Dhcp) {
            servers.insert(host.name.clone(), server(host, hosts, problems));
        } else if let Some((key, _)) = host.file.scopes.iter().next() {
            let message = format!("`{}` has scopes but not the role `dhcp`", host.name);
            problems
                .error(key.place, message)
                .remedy("add `dhcp` to its roles");
        }
    }
    servers
}

fn server(host: &HostEntry<'_>, hosts: &Hosts<'_>, problems: &mut Problems) -> DhcpServerConfig {
    let mut config = DhcpServerConfig::new(host.addresses.clone());
    let mut subnets: Vec<(Place, IpNet)> = Vec::new();
    for (key, file) in host.file.scopes.iter() {
        let Some(subnet) = prefix(key, problems) else {
            continue;
        };
        let family = |address: &IpAddr| address.is_ipv4() == subnet.addr().is_ipv4();
        if !host.addresses.iter().any(family) && !host.addresses.is_empty() {
            let message = format!("`{}` has no address of the family of `{subnet}`", host.name);
            problems
                .error(key.place, message)
                .remedy("give it one under `addresses`");
        }
        subnets.push((key.place, subnet));
        let checked = scope(subnet, key.place, file, problems);
        let dns = dynamic_dns::of_scope(subnet, file.dynamic_dns.as_ref(), problems);
        match subnet {
            IpNet::V4(_) => {
                let mut scope = v4(checked, file, (host, hosts), problems);
                if let Some(scope) = &mut scope {
                    scope.dns = dns;
                }
                config.scopes.extend(scope);
            }
            IpNet::V6(_) => {
                if let Some(failover) = &file.failover {
                    problems
                        .error(failover.partner.place, "failover is of IPv4 scopes only")
                        .remedy("remove `failover`");
                }
                let mut scope = v6(checked, file);
                if let Some(scope) = &mut scope {
                    scope.dns = dns;
                }
                config.scopes_v6.extend(scope);
            }
        }
    }
    overlaps(&subnets, problems);
    if let Some(pings) = &host.file.conflict_pings {
        if pings.value > 5 {
            problems.error(
                pings.place,
                format!("`{}` pings are too many: 5 at most", pings.value),
            );
        }
        config.conflict_attempts = pings.value;
    }
    if let Some(file) = &host.file.dynamic_dns {
        dynamic_dns::of_server(file, &mut config, problems);
    }
    config
}

/// The relationship of a scope of `host`. That the partner's scope does not name `host` in turn is
/// no mistake: such an estate exists, and IPAM is to find it.
fn failover_of(
    file: &FailoverFile,
    host: &HostEntry<'_>,
    hosts: &Hosts<'_>,
    problems: &mut Problems,
) -> Option<Failover> {
    let partner = hosts.expect(&file.partner.value, file.partner.place, problems)?;
    let wrong = if partner.name == host.name {
        "is the server itself"
    } else if !partner.has(RoleFile::Dhcp) {
        "is no DHCP server"
    } else {
        return Some(Failover {
            relationship: file.relationship.clone(),
            partner: partner.name.clone(),
        });
    };
    problems
        .error(file.partner.place, format!("`{}` {wrong}", partner.name))
        .remedy("name the other DHCP server that has the scope");
    None
}

fn v4(
    scope: Scope,
    file: &ScopeFile,
    (host, hosts): (&HostEntry<'_>, &Hosts<'_>),
    problems: &mut Problems,
) -> Option<ScopeConfig> {
    let IpNet::V4(subnet) = scope.subnet else {
        return None;
    };
    let addresses = |found: Vec<IpAddr>| -> Vec<Ipv4Addr> {
        let v4 = found.into_iter().filter_map(|address| match address {
            IpAddr::V4(v4) => Some(v4),
            IpAddr::V6(_) => None,
        });
        v4.collect()
    };
    let mut config = ScopeConfig::new(subnet, scope.range);
    if let Some(name) = &file.name {
        config.name.clone_from(name);
    }
    config.exclusions = scope.exclusions;
    config.reservations = scope.reservations;
    config.leases = scope.leases;
    config.lease_seconds = scope.lease_seconds;
    config.active = file.active.unwrap_or(true);
    config.superscope.clone_from(&file.superscope);
    let failover = file.failover.as_ref();
    config.failover = failover.and_then(|file| failover_of(file, host, hosts, problems));
    if !scope.routers.is_empty() {
        config
            .options
            .push(DhcpOption::Routers(addresses(scope.routers)));
    }
    if !scope.dns_servers.is_empty() {
        config
            .options
            .push(DhcpOption::DnsServers(addresses(scope.dns_servers)));
    }
    if let Some(domain) = scope.dns_domain {
        config
            .options
            .push(DhcpOption::DomainName(domain.to_string()));
    }
    Some(config)
}

fn v6(scope: Scope, file: &ScopeFile) -> Option<ScopeV6Config> {
    let IpNet::V6(prefix) = scope.subnet else {
        return None;
    };
    let v6 = |address: IpAddr| match address {
        IpAddr::V6(v6) => Some(v6),
        IpAddr::V4(_) => None,
    };
    let mut config = ScopeV6Config::new(prefix);
    if let Some(name) = &file.name {
        config.name.clone_from(name);
    }
    let ends = scope.exclusions.iter();
    config.exclusions = ends
        .filter_map(|range| Some((v6(range.first())?, v6(range.last())?)))
        .collect();
    config.reservations = scope.reservations;
    config.leases = scope.leases;
    if file.lease_time.is_some() {
        config.preferred_seconds = scope.lease_seconds;
        config.valid_seconds = scope.lease_seconds;
    }
    config.active = file.active.unwrap_or(true);
    config.dns_servers = scope.dns_servers.into_iter().filter_map(v6).collect();
    config.dns_domain = scope.dns_domain.map(|domain| domain.to_string());
    Some(config)
}

/// Scopes sorted by where they begin overlap exactly when a neighbour does.
fn overlaps(subnets: &[(Place, IpNet)], problems: &mut Problems) {
    let mut sorted = subnets.to_vec();
    sorted.sort_by_key(|(place, subnet)| (subnet.network(), subnet.prefix_len(), *place));
    let mut widest: Option<(Place, IpNet)> = None;
    for (place, subnet) in sorted {
        match widest {
            Some((other_place, other)) if other.contains(&subnet) => {
                // What was written later is in the way of what was there.
                let (place, one, other) = if place > other_place {
                    (place, subnet, other)
                } else {
                    (other_place, other, subnet)
                };
                problems
                    .error(place, format!("scope `{one}` overlaps scope `{other}`"))
                    .remedy("give each subnet one scope on a server");
            }
            _ => widest = Some((place, subnet)),
        }
    }
}

/// Reads a prefix whose host bits are zero.
pub fn prefix(text: &At<String>, problems: &mut Problems) -> Option<IpNet> {
    let prefix: IpNet = problems.parse_as(text, "a prefix such as `10.0.1.0/24`")?;
    if prefix.trunc() != prefix {
        problems
            .error(
                text.place,
                format!("`{prefix}` has bits set after its prefix"),
            )
            .remedy(format!("write `{}`", prefix.trunc()));
        return None;
    }
    Some(prefix)
}

fn scope(subnet: IpNet, place: Place, file: &ScopeFile, problems: &mut Problems) -> Scope {
    let whole = AddressRange::of_prefix(subnet);
    let mut range = usable(subnet);
    match (&file.range, subnet) {
        (Some(text), IpNet::V6(_)) => {
            let message = "`range` has no effect on an IPv6 scope, which leases its whole prefix";
            problems.warning(text.place, message);
        }
        (Some(text), IpNet::V4(_)) => {
            if let Some(found) = problems.parse::<AddressRange>(text) {
                if !whole.contains_range(&found) {
                    let message = format!("`{found}` is not inside its scope `{subnet}`");
                    let bounds = usable(subnet);
                    problems
                        .error(text.place, message)
                        .remedy(format!("write addresses of `{bounds}`"));
                } else if found.size() < 2 {
                    let message = format!("`{found}` is one address: a range starts below its end");
                    problems.error(text.place, message);
                } else {
                    range = found;
                }
            }
        }
        (None, IpNet::V4(_)) if range.size() < 2 => {
            problems.error(place, format!("`{subnet}` has no room for a range"));
        }
        (None, _) => {}
    }
    let lease_seconds = file.lease_time.as_ref().map_or(LEASE_SECONDS, |time| {
        let seconds = time.value.0.as_secs();
        if seconds == 0 {
            problems.error(time.place, "a lease lasts at least a second");
        }
        u32::try_from(seconds).unwrap_or(u32::MAX)
    });
    let list = |texts: &[At<String>], problems: &mut Problems| -> Vec<IpAddr> {
        let mut found = Vec::new();
        for text in texts {
            if let Some(address) = problems.parse_as::<IpAddr>(text, "an IP address") {
                if address.is_ipv4() == subnet.addr().is_ipv4() {
                    found.push(address);
                } else {
                    let message = format!("`{address}` is not of the family of `{subnet}`");
                    problems.error(text.place, message);
                }
            }
        }
        found
    };
    let within = Within { subnet, range };
    let reservations = within.reservations(file, problems);
    Scope {
        subnet,
        range,
        exclusions: exclusions(range, file, problems),
        leases: within.leases(file, &reservations, lease_seconds, problems),
        reservations,
        lease_seconds,
        routers: list(&file.routers, problems),
        dns_servers: list(&file.dns_servers, problems),
        dns_domain: file
            .dns_domain
            .as_ref()
            .and_then(|name| problems.parse::<Fqdn>(name)),
    }
}

fn exclusions(range: AddressRange, file: &ScopeFile, problems: &mut Problems) -> Vec<AddressRange> {
    let mut exclusions = Vec::new();
    for text in &file.exclude {
        if let Some(found) = problems.parse::<AddressRange>(text) {
            if range.contains_range(&found) {
                exclusions.push(found);
            } else {
                let message = format!("exclusion `{found}` is not inside the range `{range}`");
                problems
                    .error(text.place, message)
                    .remedy("exclude addresses of the range only");
            }
        }
    }
    exclusions
}
