//! What the kernel on the estate's side lets through to which address, as routes and rules.
//!
//! An address is local there only while something of the estate has it and is up, so everything
//! else is silent. A host's firewall is told to the kernel as routing rules, because a kernel
//! that has accepted a connection or refused a port has said already that somebody is there.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use crate::net::{Network, Station, Transport};

use super::link::{Leg, Link};

/// The estate's end of the cable.
pub const ESTATE_INTERFACE: &str = "estate0";

/// A port on which nothing ever listens (RFC 1078): what a closed port of a host says.
const CLOSED_PORT: u16 = 1;

/// The order in which the kernel asks the rules; the first that fits decides.
mod order {
    pub const OWN: u32 = 10;
    pub const SILENT: u32 = 1_000;
    pub const OPEN: u32 = 2_000;
    pub const FILTERED: u32 = 3_000;
    /// Before the main table, which has 32766.
    pub const LOCAL: u32 = 4_000;
}

/// Objects of `ip`, each as the words after `add` or `del`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opening {
    pub routes: BTreeSet<String>,
    pub rules_v4: BTreeSet<String>,
    pub rules_v6: BTreeSet<String>,
}

impl Opening {
    /// What a fresh namespace needs before anything else: packets from the cable pass the rules
    /// of hosts before the table of local addresses, all others do not. For both families alike.
    pub fn base() -> Vec<String> {
        let own = order::OWN;
        let local = order::LOCAL;
        vec![
            format!("rule add pref {own} not iif {ESTATE_INTERFACE} lookup local"),
            format!("rule add pref {local} lookup local"),
            "rule del pref 0".to_owned(),
        ]
    }

    /// What the estate as it stands now opens to whoever is on the link.
    pub fn of(network: &Network, link: &Link) -> Opening {
        let mut opening = Opening::default();
        let stations = network.stations();
        for station in &stations {
            if let Some(leg) = reachable(station, link) {
                opening.admit(network, station, leg);
            }
        }
        for leg in link.legs() {
            let has = |station: &Station| station.up && station.address == leg.gateway;
            if !stations.iter().any(has) {
                opening.filter(leg.gateway);
            }
        }
        for binding in network.bindings() {
            let to = binding.simulated;
            // A socket that has another address for real is not reached at this one.
            let in_place = binding.real == to;
            let Some(leg) = link.towards(to.ip()).filter(|_| in_place) else {
                continue;
            };
            let from = leg.walker();
            if network.lets_in(binding.transport, from, to) {
                let protocol = protocol(binding.transport, to.ip());
                let (order, address, port) = (order::OPEN, to.ip(), to.port());
                opening.rules(address).insert(format!(
                    "pref {order} iif {ESTATE_INTERFACE} to {address} ipproto {protocol} \
                     dport {port} lookup local"
                ));
            }
        }
        opening
    }

    fn admit(&mut self, network: &Network, station: &Station, leg: Leg) {
        let address = station.address;
        let from = leg.walker();
        let echoes = network.echoes(from.ip(), address);
        // A device that does not answer pings answers nothing at all.
        if station.host.is_none() && !echoes {
            return;
        }
        // The gateway's address is on the cable already.
        if address != leg.gateway {
            let local = format!("local {address} dev lo table local");
            self.routes.insert(local);
        }
        if station.host.is_none() {
            return;
        }
        if !echoes {
            let protocol = protocol(Transport::Icmp, address);
            self.drop_all(order::SILENT, address, protocol);
        }
        for transport in [Transport::Tcp, Transport::Udp] {
            let closed = SocketAddr::new(address, CLOSED_PORT);
            if !network.lets_in(transport, from, closed) {
                self.drop_all(order::FILTERED, address, protocol(transport, address));
            }
        }
    }

    /// Drops whatever no rule opens.
    fn filter(&mut self, address: IpAddr) {
        for transport in [Transport::Tcp, Transport::Udp] {
            self.drop_all(order::FILTERED, address, protocol(transport, address));
        }
    }

    fn drop_all(&mut self, order: u32, address: IpAddr, protocol: &str) {
        self.rules(address).insert(format!(
            "pref {order} iif {ESTATE_INTERFACE} to {address} ipproto {protocol} blackhole"
        ));
    }

    fn rules(&mut self, family_of: IpAddr) -> &mut BTreeSet<String> {
        match family_of {
            IpAddr::V4(_) => &mut self.rules_v4,
            IpAddr::V6(_) => &mut self.rules_v6,
        }
    }

    /// The lines that turn `before` into this, in each family's `ip -batch`. What opens comes
    /// last, so that nothing is open for a moment that should not be.
    pub fn since(&self, before: &Opening) -> (Vec<String>, Vec<String>) {
        let change = |object: &str, now: &BTreeSet<String>, was: &BTreeSet<String>| {
            let gone = was.difference(now).map(|words| (words, "del"));
            let new = now.difference(was).map(|words| (words, "add"));
            let lines = gone.chain(new);
            let lines = lines.map(|(words, verb)| format!("{object} {verb} {words}"));
            lines.collect::<Vec<String>>()
        };
        let mut v4 = change("rule", &self.rules_v4, &before.rules_v4);
        let mut v6 = change("rule", &self.rules_v6, &before.rules_v6);
        for line in change("route", &self.routes, &before.routes) {
            match line.contains(':') {
                true => v6.push(line),
                false => v4.push(line),
            }
        }
        (v4, v6)
    }
}

/// The leg over which a station that is up can be reached.
fn reachable(station: &Station, link: &Link) -> Option<Leg> {
    let ordinary = match station.address {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_multicast() && !v4.is_unspecified(),
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            first & 0xffc0 != 0xfe80 && first >> 8 != 0xff && v6.segments()[..7] != [0; 7]
        }
    };
    let leg = link.towards(station.address)?;
    (station.up && ordinary && station.address != leg.client.addr()).then_some(leg)
}

fn protocol(transport: Transport, address: IpAddr) -> &'static str {
    match (transport, address) {
        (Transport::Udp, _) => "udp",
        (Transport::Tcp, _) => "tcp",
        (Transport::Icmp, IpAddr::V4(_)) => "icmp",
        (Transport::Icmp, IpAddr::V6(_)) => "ipv6-icmp",
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::base::{Moment, Seed};
    use crate::net::{Admission, Admit, Flow, HostSpec, RealOptions, real_runtime};

    /// A firewall that hides everything of `shy` and the closed ports of `server`.
    struct Firewalls;

    impl Admission for Firewalls {
        fn admit(&self, _at: Moment, flow: &Flow<'_>) -> Admit {
            let asks = flow.transport == Transport::Icmp;
            match flow.host {
                "shy" => Admit::Block("shy".into()),
                "server" if !asks => Admit::Block("closed".into()),
                _ => Admit::Allow,
            }
        }
    }

    fn link() -> Link {
        let leg = |client: &str, gateway: &str| Leg {
            client: client.parse().unwrap(),
            gateway: gateway.parse().unwrap(),
        };
        Link {
            v4: Some(leg("10.0.1.254/24", "10.0.1.1")),
            v6: Some(leg("2001:db8::fe/64", "2001:db8::fd")),
        }
    }

    fn network() -> Network {
        let start = jiff::Timestamp::UNIX_EPOCH;
        let options = RealOptions::default();
        let network = Network::real_with(start, Seed(1), Rc::new(Firewalls), options);
        let hosts = [
            ("server", &["10.0.0.1", "2001:db8::1"][..]),
            ("open", &["10.0.0.2"]),
            ("shy", &["10.0.0.3"]),
            ("off", &["10.0.0.4"]),
            ("linked", &["fe80::1", "127.0.0.9"]),
        ];
        for (name, addresses) in hosts {
            network.add_host(HostSpec {
                name: name.into(),
                addresses: addresses.iter().map(|text| text.parse().unwrap()).collect(),
                segment: "lan".into(),
                answers_ping: true,
            });
        }
        network.set_host_up("off", false);
        let devices = [("10.0.1.5", true), ("10.0.1.6", false), ("10.0.1.1", true)];
        network.add_devices(devices.map(|(at, answers)| (at.parse().unwrap(), answers)));
        network
    }

    fn opening(network: &Network) -> Opening {
        Opening::of(network, &link())
    }

    #[test]
    fn local_is_what_is_up_and_says_something_and_firewalls_are_rules() {
        let runtime = real_runtime().unwrap();
        let opening = runtime.block_on(async { opening(&network()) });
        let local = |address: &str| format!("local {address} dev lo table local");
        let up = [
            "10.0.0.1",
            "10.0.0.2",
            "10.0.0.3",
            "10.0.1.5",
            "2001:db8::1",
        ];
        assert_eq!(opening.routes, up.map(local).into_iter().collect());
        let drops = |order: u32, address: &str, protocol: &str| {
            format!("pref {order} iif estate0 to {address} ipproto {protocol} blackhole")
        };
        let v4 = [
            drops(1_000, "10.0.0.3", "icmp"),
            drops(3_000, "10.0.0.1", "tcp"),
            drops(3_000, "10.0.0.1", "udp"),
            drops(3_000, "10.0.0.3", "tcp"),
            drops(3_000, "10.0.0.3", "udp"),
        ];
        assert_eq!(opening.rules_v4, v4.into_iter().collect());
        let v6 = [("2001:db8::1", "tcp"), ("2001:db8::1", "udp")];
        // Nobody of the estate has that gateway, so nobody answers there.
        let gateway = [("2001:db8::fd", "tcp"), ("2001:db8::fd", "udp")];
        let v6 = v6.into_iter().chain(gateway);
        let v6 = v6.map(|(address, protocol)| drops(3_000, address, protocol));
        assert_eq!(opening.rules_v6, v6.collect());
    }

    #[test]
    fn what_changes_is_told_as_lines_and_nothing_else_is() {
        let runtime = real_runtime().unwrap();
        let (before, after) = runtime.block_on(async {
            let network = network();
            let before = opening(&network);
            network.set_host_up("server", false);
            network.set_answers_ping("10.0.1.6".parse().unwrap(), true);
            (before, opening(&network))
        });
        assert_eq!(after.since(&after), (Vec::new(), Vec::new()));
        let (v4, v6) = after.since(&before);
        let gone = |transport: &str, address: &str| {
            format!("rule del pref 3000 iif estate0 to {address} ipproto {transport} blackhole")
        };
        assert_eq!(
            v4,
            [
                gone("tcp", "10.0.0.1"),
                gone("udp", "10.0.0.1"),
                "route del local 10.0.0.1 dev lo table local".to_owned(),
                "route add local 10.0.1.6 dev lo table local".to_owned(),
            ]
        );
        assert_eq!(v6[2], "route del local 2001:db8::1 dev lo table local");
        let (fresh, _) = before.since(&Opening::default());
        assert_eq!(fresh.len(), before.rules_v4.len() + 4);
    }
}
