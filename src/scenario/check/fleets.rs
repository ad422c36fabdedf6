//! Fleets become the hosts they stand for, before anything else is checked.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::Ipv4Net;

use super::Problems;
use crate::base::limits::HOSTS_PER_FLEET;
use crate::scenario::estate_file::{EstateFile, HostFile, ScopeFile};
use crate::scenario::fleet_file::{FleetFile, FleetScopesFile};
use crate::scenario::place::{At, Entries};

/// Addresses left out at the begin of a scope's prefix unless the file says otherwise: room for
/// routers and servers.
const RESERVED: u32 = 9;

/// Adds the hosts of every fleet to those of its domain.
pub fn expand(estate: &mut EstateFile, problems: &mut Problems) {
    for (_, domain) in &mut estate.domains.0 {
        for (name, fleet) in &domain.fleets.0 {
            let hosts = hosts(name, fleet, problems).unwrap_or_default();
            domain.hosts.0.extend(hosts);
        }
    }
}

/// The hosts of a fleet; `None` when something is wrong with it, which has been reported.
fn hosts(
    name: &At<String>,
    fleet: &FleetFile,
    problems: &mut Problems,
) -> Option<Vec<(At<String>, HostFile)>> {
    let count = within(&fleet.count, HOSTS_PER_FLEET, "hosts", problems)?;
    let first = problems.parse_as::<IpAddr>(&fleet.first_address, "an IP address")?;
    let scopes = match &fleet.scopes {
        Some(scopes) => Some(Scopes::check(scopes, count, problems)?),
        None => None,
    };
    let mut hosts = Vec::new();
    for number in 0..count {
        let Some(address) = after(first, number) else {
            let message = format!("{count} addresses do not follow `{first}`");
            problems
                .error(fleet.first_address.place, message)
                .remedy("begin lower, or make the fleet smaller");
            return None;
        };
        let key = At {
            value: format!("{}{}", name.value, number + 1),
            place: name.place,
        };
        let mut host = fleet.host();
        host.address = Some(At {
            value: address.to_string(),
            place: fleet.first_address.place,
        });
        if let Some(scopes) = &scopes {
            host.scopes = scopes.of(number);
        }
        hosts.push((key, host));
    }
    Some(hosts)
}

/// A number from 1 to `most`.
fn within(number: &At<u32>, most: u32, what: &str, problems: &mut Problems) -> Option<u32> {
    if (1..=most).contains(&number.value) {
        return Some(number.value);
    }
    let message = format!("`{}` {what}: a fleet has 1 to {most}", number.value);
    problems.error(number.place, message);
    None
}

fn after(first: IpAddr, number: u32) -> Option<IpAddr> {
    match first {
        IpAddr::V4(first) => {
            let next = u32::from(first).checked_add(number)?;
            Some(Ipv4Addr::from(next).into())
        }
        IpAddr::V6(first) => {
            let next = u128::from(first).checked_add(number.into())?;
            Some(std::net::Ipv6Addr::from(next).into())
        }
    }
}

/// The scopes of a fleet as checked: every prefix there will be is one.
struct Scopes<'a> {
    file: &'a FleetScopesFile,
    first: Ipv4Net,
    reserved: u32,
}

impl<'a> Scopes<'a> {
    fn check(
        file: &'a FleetScopesFile,
        servers: u32,
        problems: &mut Problems,
    ) -> Option<Scopes<'a>> {
        let each = within(&file.each, HOSTS_PER_FLEET, "scopes", problems)?;
        let first = problems.parse_as::<Ipv4Net>(&file.first, "an IPv4 prefix")?;
        if first.trunc() != first || first.prefix_len() > 29 || first.prefix_len() < 8 {
            let message = format!("`{first}` cannot be the prefix of a scope");
            problems
                .error(file.first.place, message)
                .remedy("write a network address and a length from 8 to 29: `10.16.0.0/24`");
            return None;
        }
        let size = 1u64 << (32 - first.prefix_len());
        let end = u64::from(u32::from(first.network())) + size * u64::from(each * servers);
        if end > 1 << 32 {
            let message = format!("{} prefixes do not follow `{first}`", each * servers);
            problems
                .error(file.first.place, message)
                .remedy("begin lower, or take smaller prefixes or fewer scopes");
            return None;
        }
        let reserved = file.reserve.as_ref().map_or(RESERVED, |kept| kept.value);
        // Network and broadcast address apart, one address must be left to lease.
        if u64::from(reserved) > size - 3 {
            let place = file
                .reserve
                .as_ref()
                .map_or(file.first.place, |kept| kept.place);
            problems
                .error(
                    place,
                    format!("`{first}` has no address after the first {reserved}"),
                )
                .remedy("take a larger prefix, or a smaller `reserve`");
            return None;
        }
        Some(Scopes {
            file,
            first,
            reserved,
        })
    }

    /// The scopes of the host of this number, counted from 0.
    fn of(&self, host: u32) -> Entries<ScopeFile> {
        let each = self.file.each.value;
        let place = self.file.first.place;
        let length = self.first.prefix_len();
        let scope = |number: u32| {
            let size = 1u32 << (32 - length);
            let network = u32::from(self.first.network()) + size * number;
            let first = Ipv4Addr::from(network + self.reserved + 1);
            let last = Ipv4Addr::from(network + (size - 2));
            let key = At {
                value: format!("{}/{length}", Ipv4Addr::from(network)),
                place,
            };
            let range = At {
                value: format!("{first}-{last}"),
                place,
            };
            let scope = ScopeFile {
                range: Some(range),
                ..ScopeFile::default()
            };
            (key, scope)
        };
        Entries((host * each..(host + 1) * each).map(scope).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::load::load_text;

    const GOOD: &str = "scenario: A fleet
estate:
  domains:
    corp.example:
      hosts:
        dc: { address: 10.0.0.1, roles: [dc, dns] }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
      fleets:
        dhcp:
          count: 3
          first-address: 10.1.0.254
          roles: [dhcp]
          scopes: { each: 2, first: 10.16.254.0/24 }
steps:
  - restart-service: { host: dhcp*, service: DHCPServer }
";

    fn told(text: &str) -> Vec<String> {
        let mut loaded = load_text(text.to_owned());
        loaded.build_estate();
        let one = |found: &crate::scenario::Diagnostic| {
            let line = found.place.unwrap_or_default().line;
            format!("{line} {}", found.message)
        };
        loaded.diagnostics.iter().map(one).collect()
    }

    #[test]
    fn a_fleet_is_its_hosts_one_address_and_some_prefixes_after_the_other() {
        assert_eq!(told(GOOD), Vec::<String>::new());
        let lab = load_text(GOOD.to_owned()).scenario.expect("good").lab;
        let servers: Vec<String> = lab.dhcp.keys().map(ToString::to_string).collect();
        let names = ["dhcp1", "dhcp2", "dhcp3"].map(|name| format!("{name}.corp.example"));
        assert_eq!(servers, names);
        let third = &lab.dhcp[&"dhcp3.corp.example".parse().unwrap()];
        assert_eq!(third.addresses[0].to_string(), "10.1.1.0");
        let scopes: Vec<String> = third
            .scopes
            .iter()
            .map(|scope| format!("{} {}", scope.subnet, scope.range))
            .collect();
        assert_eq!(
            scopes,
            [
                "10.17.2.0/24 10.17.2.10-10.17.2.254",
                "10.17.3.0/24 10.17.3.10-10.17.3.254"
            ]
        );
    }

    #[test]
    fn what_cannot_be_a_fleet_is_named_with_its_line() {
        let wrong = [
            (
                "count: 3",
                "count: 0",
                "10 `0` hosts: a fleet has 1 to 2000",
            ),
            (
                "count: 3",
                "count: 2001",
                "10 `2001` hosts: a fleet has 1 to 2000",
            ),
            (
                "10.1.0.254",
                "255.255.255.254",
                "11 3 addresses do not follow `255.255.255.254`",
            ),
            ("10.1.0.254", "ten", "11 `ten` is not an IP address"),
            (
                "10.1.0.254",
                "10.0.0.8",
                "9 `10.0.0.9` is the address of `ipam1.corp.example` already",
            ),
            (
                "10.16.254.0/24",
                "10.16.254.1/24",
                "13 `10.16.254.1/24` cannot be the prefix of a scope",
            ),
            (
                "10.16.254.0/24",
                "255.255.251.0/24",
                "13 6 prefixes do not follow `255.255.251.0/24`",
            ),
            (
                "10.16.254.0/24",
                "10.16.254.0/29",
                "13 `10.16.254.0/29` has no address after the first 9",
            ),
            (
                "roles: [dhcp]",
                "roles: [dns]",
                "13 `dhcp1.corp.example` has scopes but not the role `dhcp`",
            ),
            (
                "host: dhcp*",
                "host: dchp*",
                "15 `dchp*` is the name of no host",
            ),
            (
                "dhcp:",
                "dhcp server:",
                "9 `dhcp server1` is not a host name",
            ),
        ];
        for (good, bad, problem) in wrong {
            assert!(GOOD.contains(good), "{good}");
            let found = told(&GOOD.replacen(good, bad, 1));
            let begins = found
                .first()
                .is_some_and(|first| first.starts_with(problem));
            assert!(begins, "{bad}: {found:?}");
        }
    }
}
