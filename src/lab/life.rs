//! What must hold while clients come and go, whatever they do and whoever serves them.
//!
//! It looks at every DHCP server and every primary zone of the estate at once, which no server
//! could: two servers that both lease an address are each right by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use ipnet::IpNet;

use super::observation::Observation;
use super::running::Lab;
use crate::base::Fqdn;
use crate::server::dns::{Node, Origin, SharedZone};
use crate::wire::dns::{Data, DnsName, ReverseName};
use crate::wire::windows::dhcpm::{Family, LeaseState, Request, ReservedClient, Response};
use crate::wire::windows::dnsp::ZoneKind;

/// A lease that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseSeen {
    pub server: Fqdn,
    pub address: IpAddr,
    pub client: ReservedClient,
    pub host_name: String,
}

/// A reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationSeen {
    pub server: Fqdn,
    pub address: IpAddr,
    pub client: ReservedClient,
}

/// A dynamic record, forward or reverse, that nobody refreshed within the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldRecord {
    pub zone: DnsName,
    /// `A`, `AAAA` or `PTR`.
    pub kind: &'static str,
    pub host: DnsName,
    pub address: IpAddr,
}

/// Everything the invariants are about, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    pub scopes: BTreeSet<IpNet>,
    pub leases: Vec<LeaseSeen>,
    pub reservations: Vec<ReservationSeen>,
    pub old_records: Vec<OldRecord>,
}

impl World {
    /// What does not hold, a sentence each.
    pub fn violations(&self) -> Vec<String> {
        let mut by_address: BTreeMap<IpAddr, Vec<&LeaseSeen>> = BTreeMap::new();
        for lease in &self.leases {
            by_address.entry(lease.address).or_default().push(lease);
        }
        let mut found = Vec::new();
        for (address, leases) in &by_address {
            // One client may have its address from two servers that share a scope.
            let stranger = leases.iter().find(|other| other.client != leases[0].client);
            if let (Some(one), Some(other)) = (leases.first(), stranger) {
                found.push(format!(
                    "{address} is on two leases: of {} and of {}",
                    one.server, other.server
                ));
            }
        }
        for reservation in &self.reservations {
            let leases = by_address.get(&reservation.address).into_iter().flatten();
            for lease in leases.filter(|lease| lease.client != reservation.client) {
                found.push(format!(
                    "{} is leased by {} although {} reserves it for another client",
                    lease.address, lease.server, reservation.server
                ));
            }
        }
        for record in &self.old_records {
            let leased = by_address.get(&record.address).into_iter().flatten();
            let mut leased = leased.filter(|lease| has_name(lease, &record.host));
            let of_a_scope = self
                .scopes
                .iter()
                .any(|scope| scope.contains(&record.address));
            if of_a_scope && leased.next().is_none() {
                found.push(format!(
                    "orphan: {} record of {} and {} in {}",
                    record.kind, record.host, record.address, record.zone
                ));
            }
        }
        found
    }
}

/// Whether the lease is of the host of this name. A client may send its label alone.
fn has_name(lease: &LeaseSeen, host: &DnsName) -> bool {
    let label = lease.host_name.split('.').next().unwrap_or_default();
    let first = host.labels().next().unwrap_or_default();
    first.eq_ignore_ascii_case(label.as_bytes())
}

/// A watch over the invariants.
#[derive(Debug)]
pub(super) struct Watch {
    /// How long a record without a lease may go without a refresh.
    window: Duration,
    checks: u64,
    /// What was told already: a violation that lasts is told once.
    told: BTreeSet<String>,
    findings: Vec<Observation>,
}

impl Lab {
    /// Checks the invariants from now on, after every step and every day.
    pub fn watch_life(&self, window: Duration) {
        let watch = Watch {
            window,
            checks: 0,
            told: BTreeSet::new(),
            findings: Vec::new(),
        };
        self.life.replace(Some(watch));
    }

    /// How often the invariants have been checked; nothing when nobody watches.
    pub fn life_checks(&self) -> Option<u64> {
        self.life.borrow().as_ref().map(|watch| watch.checks)
    }

    /// Checks now, if somebody watches.
    pub(super) fn look_at_life(&self) {
        let window = self.life.borrow().as_ref().map(|watch| watch.window);
        let Some(window) = window else {
            return;
        };
        let violations = self.life_now(window).violations();
        if let Some(watch) = self.life.borrow_mut().as_mut() {
            watch.checks += 1;
            for violation in violations {
                if watch.told.insert(violation.clone()) {
                    watch.findings.push(Observation::finding(violation));
                }
            }
        }
    }

    /// Checks now, if somebody watches, and returns what was found since the last call.
    pub fn check_life(&self) -> Vec<Observation> {
        self.look_at_life();
        let mut watch = self.life.borrow_mut();
        let findings = watch.as_mut().map(|watch| &mut watch.findings);
        findings.map(std::mem::take).unwrap_or_default()
    }

    /// Leases, reservations and old records as they are now.
    pub fn life_now(&self, window: Duration) -> World {
        let mut world = World::default();
        for host in self.dhcp.keys() {
            self.see_leases(host, &mut world);
        }
        let before = self.now().unix_seconds().saturating_sub(window.as_secs());
        for zone in self.primary_zones() {
            let data = zone.lock().unwrap_or_else(PoisonError::into_inner);
            for node in data.nodes() {
                see_old_records(data.apex(), node, before, &mut world.old_records);
            }
        }
        world
    }

    fn see_leases(&self, host: &Fqdn, world: &mut World) {
        let Some(mut server) = self.dhcp(host) else {
            return;
        };
        let at = self.now();
        let mut ask = |request| server.manage(request, at, "");
        for family in [Family::V4, Family::V6] {
            let all = Request::EnumScopes {
                family,
                after: None,
                max: u32::MAX,
            };
            let Ok(Response::Scopes(scopes)) = ask(all) else {
                continue;
            };
            for scope in scopes.into_iter().map(|scope| scope.scope) {
                world.scopes.insert(scope);
                if let Ok(Response::Leases(leases)) = ask(Request::EnumLeases { scope }) {
                    let runs =
                        |state| matches!(state, LeaseState::Active | LeaseState::ActiveReservation);
                    let running = leases.into_iter().filter(|lease| runs(lease.state));
                    world.leases.extend(running.map(|lease| LeaseSeen {
                        server: host.clone(),
                        address: lease.address,
                        client: lease.client,
                        host_name: lease.host_name,
                    }));
                }
                if let Ok(Response::Reservations(found)) = ask(Request::EnumReservations { scope })
                {
                    world
                        .reservations
                        .extend(found.into_iter().map(|found| ReservationSeen {
                            server: host.clone(),
                            address: found.address,
                            client: found.client,
                        }));
                }
            }
        }
    }

    /// Every primary zone once, however many servers share it.
    fn primary_zones(&self) -> Vec<SharedZone> {
        let mut zones: Vec<SharedZone> = Vec::new();
        for host in self.dns.keys() {
            let Some(server) = self.dns(host) else {
                continue;
            };
            for info in server.zones() {
                let data = server.zone_data(&DnsName::from(&info.name));
                let data = data.filter(|_| info.kind == ZoneKind::Primary);
                if let Some(data) = data
                    && !zones.iter().any(|known| Arc::ptr_eq(known, &data))
                {
                    zones.push(data);
                }
            }
        }
        zones
    }
}

fn see_old_records(zone: &DnsName, node: &Node, before: u64, seen: &mut Vec<OldRecord>) {
    for record in node.sets.iter().flat_map(|set| &set.records) {
        let Origin::Dynamic { refreshed } = record.origin else {
            continue;
        };
        if refreshed >= before {
            continue;
        }
        let (kind, host, address) = match record.rdata.decode() {
            Data::A(address) => ("A", node.name.clone(), IpAddr::V4(address)),
            Data::Aaaa(address) => ("AAAA", node.name.clone(), IpAddr::V6(address)),
            Data::Ptr(host) => match ReverseName::parse(&node.name) {
                Some(reverse) => ("PTR", host, reverse.address),
                None => continue,
            },
            _ => continue,
        };
        seen.push(OldRecord {
            zone: zone.clone(),
            kind,
            host,
            address,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(server: &str, address: &str, mac: u8, host_name: &str) -> LeaseSeen {
        LeaseSeen {
            server: server.parse().unwrap(),
            address: address.parse().unwrap(),
            client: client(mac),
            host_name: host_name.to_owned(),
        }
    }

    fn client(mac: u8) -> ReservedClient {
        ReservedClient::Mac(crate::base::MacAddress([2, 0, 0, 0, 0, mac]))
    }

    fn good() -> World {
        World {
            scopes: BTreeSet::from(["10.0.1.0/24".parse().unwrap()]),
            leases: vec![
                lease("dhcp1.corp.example", "10.0.1.10", 1, "pc1"),
                lease("dhcp2.corp.example", "10.0.1.11", 2, "pc2.corp.example"),
            ],
            reservations: vec![ReservationSeen {
                server: "dhcp1.corp.example".parse().unwrap(),
                address: "10.0.1.10".parse().unwrap(),
                client: client(1),
            }],
            old_records: vec![OldRecord {
                zone: "corp.example".parse().unwrap(),
                kind: "A",
                host: "pc2.corp.example".parse().unwrap(),
                address: "10.0.1.11".parse().unwrap(),
            }],
        }
    }

    #[test]
    fn each_planted_violation_is_found_and_nothing_else_is() {
        assert_eq!(good().violations(), Vec::<String>::new());
        let mut twice = good();
        twice.leases[1].address = twice.leases[0].address;
        twice.reservations.clear();
        twice.old_records.clear();
        assert_eq!(
            twice.violations(),
            ["10.0.1.10 is on two leases: of dhcp1.corp.example and of dhcp2.corp.example"]
        );
        let mut over = good();
        over.reservations[0].client = client(9);
        assert_eq!(
            over.violations(),
            [
                "10.0.1.10 is leased by dhcp1.corp.example although dhcp1.corp.example reserves \
                 it for another client"
            ]
        );
        let mut orphan = good();
        orphan.leases.pop();
        assert_eq!(
            orphan.violations(),
            ["orphan: A record of pc2.corp.example and 10.0.1.11 in corp.example"]
        );
        let mut renamed = good();
        renamed.leases[1].host_name = "other".to_owned();
        assert_eq!(
            renamed.violations().len(),
            1,
            "another's lease is no excuse"
        );
        let mut elsewhere = orphan;
        elsewhere.old_records[0].address = "10.9.9.9".parse().unwrap();
        assert_eq!(elsewhere.violations(), Vec::<String>::new());
    }
}
