//! The oracle against prepared servers, with one thing taken away at a time.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fqdn, Moment, Sid};
use crate::estate::tests::{add_ipamug, at, at_second, built, corp, fqdn, machine, machine_ticket};
use crate::estate::{
    Estate, InboundRule, Os, Ports, Purpose, Role, SETTINGS, Setting, Transport, setting,
};
use crate::wire::windows::TicketHandle;
use crate::wire::windows::scm::ServiceState;

use super::*;

mod conditions;
mod others;

/// An estate with every server prepared by hand for IPAMUG.
struct Ground {
    estate: Estate,
    ipamug: Sid,
    ticket: TicketHandle,
}

impl Ground {
    fn prepared() -> Ground {
        Ground::of(built(&corp()))
    }

    fn of(mut estate: Estate) -> Ground {
        let ipamug = add_ipamug(&mut estate, at(0));
        let ticket = machine_ticket(&mut estate, "ipam1", at(1));
        let mut ground = Ground {
            estate,
            ipamug,
            ticket,
        };
        let hosts: Vec<Fqdn> = ground.estate.hosts().map(|h| h.fqdn.clone()).collect();
        for host in hosts {
            ground.prepare(&host);
        }
        ground
    }

    /// Makes every required setting on one host and restarts its DHCP service.
    fn prepare(&mut self, name: &Fqdn) {
        let host = self.estate.host(name).unwrap();
        let roles = host.roles.clone();
        for setting in required(host, &roles) {
            setting
                .apply(&mut self.estate, name, &self.ipamug, at(2))
                .unwrap();
        }
        if roles.contains(&Role::Dhcp) {
            self.estate
                .restart_service(name, "DHCPServer", at(2))
                .unwrap();
        }
    }

    fn ask(&self, host: &str, at: Moment) -> Expected {
        let server = self.estate.find_host(host).unwrap();
        let roles: BTreeSet<Role> = server.roles.iter().copied().collect();
        self.ask_as(host, &roles, at)
    }

    fn ask_as(&self, host: &str, roles: &BTreeSet<Role>, at: Moment) -> Expected {
        expected(&Question {
            estate: &self.estate,
            server: self.estate.find_host(host).unwrap(),
            roles,
            ticket: self.estate.ticket(self.ticket),
            at,
        })
    }
}

fn required<'a>(host: &'a crate::estate::Host, roles: &'a BTreeSet<Role>) -> Vec<&'static Setting> {
    setting::applicable(host, roles)
        .filter(|s| s.need == crate::estate::Need::Required)
        .collect()
}

/// What is missing for each purpose that is not fine.
fn missing(expected: &Expected) -> BTreeMap<Purpose, Vec<&'static str>> {
    let mut by_purpose = BTreeMap::new();
    for (purpose, verdict) in expected.checks() {
        if verdict.is_blocked() {
            let ids = verdict.missing().iter().map(Missing::id).collect();
            by_purpose.insert(purpose, ids);
        }
    }
    for availability in [&expected.dhcp_availability, &expected.dns_availability] {
        if let Availability::NotReachable { missing, .. } = availability {
            let ids: Vec<_> = missing.iter().map(Missing::id).collect();
            let known: &mut Vec<_> = by_purpose.entry(Purpose::ServiceMonitoring).or_default();
            known.extend(
                ids.into_iter()
                    .filter(|id| !known.contains(id))
                    .collect::<Vec<_>>(),
            );
        }
    }
    by_purpose
}

const LATER: u64 = 60;

#[test]
fn an_unprepared_server_is_blocked_in_every_check_and_everything_is_named() {
    let mut estate = built(&corp());
    let ticket = machine_ticket(&mut estate, "ipam1", at(0));
    let ground = Ground {
        ipamug: estate.ticket(ticket).unwrap().sid.clone(),
        estate,
        ticket,
    };
    // Reading the folder is granted as shipped; and before there is a share, the share's own
    // permission is no separate lack.
    let granted_as_shipped = ["dhcpaudit-folder-permission", "dhcpaudit-share-permission"];
    for host in ["dc1", "dhcp1", "ns9", "nps1"] {
        let found: BTreeSet<&str> = missing(&ground.ask(host, at(1)))
            .into_values()
            .flatten()
            .collect();
        let server = ground.estate.find_host(host).unwrap();
        let wanted: BTreeSet<&str> = required(server, &server.roles)
            .into_iter()
            .map(|s| s.id)
            .filter(|id| !granted_as_shipped.contains(id))
            .collect();
        assert_eq!(found, wanted, "{host}");
    }
}

#[test]
fn a_prepared_server_is_open_in_every_check() {
    let ground = Ground::prepared();
    for host in ["dc1", "dhcp1", "ns9", "nps1"] {
        let expected = ground.ask(host, at(LATER));
        assert_eq!(missing(&expected), BTreeMap::new(), "{host}");
    }
    let dhcp1 = ground.ask("dhcp1", at(LATER));
    assert_eq!(dhcp1.dns_rpc, Verdict::NotApplicable);
    assert_eq!(
        dhcp1.dhcp_availability,
        Availability::State(ServiceState::Running)
    );
    assert_eq!(dhcp1.dns_availability, Availability::NotApplicable);
    assert!(!dhcp1.is_blocked());
}

/// Row 7 makes the grantee an administrator of a standalone DNS server, which opens what rows 9,
/// 11 and 12 would have opened; on a controller each of them counts alone.
const COVERED_BY_ADMINISTRATORS: [&str; 3] =
    ["event-log-readers", "dns-event-log-acl", "dns-service-acl"];

#[test]
fn every_setting_taken_away_alone_blocks_exactly_its_purpose_and_comes_back() {
    let mut proved = BTreeSet::new();
    for host in ["dc1", "dhcp1", "ns9", "nps1"] {
        let ground = Ground::prepared();
        let server = ground.estate.find_host(host).unwrap();
        for setting in required(server, &server.roles) {
            let mut without = Ground {
                estate: ground.estate.clone(),
                ipamug: ground.ipamug.clone(),
                ticket: ground.ticket,
            };
            let name = server.fqdn.clone();
            setting
                .remove(&mut without.estate, &name, &ground.ipamug, at(LATER))
                .unwrap();
            let dhcp = server.has_role(Role::Dhcp);
            let restart = |estate: &mut Estate| {
                if dhcp {
                    estate
                        .restart_service(&name, "DHCPServer", at(LATER))
                        .unwrap();
                }
            };
            restart(&mut without.estate);
            let found = missing(&without.ask(host, at(LATER + 10)));
            if host == "ns9" && COVERED_BY_ADMINISTRATORS.contains(&setting.id) {
                assert_eq!(found, BTreeMap::new(), "{}", setting.id);
                continue;
            }
            let exactly = BTreeMap::from([(setting.purpose, vec![setting.id])]);
            assert_eq!(found, exactly, "{host} without {}", setting.id);
            setting
                .apply(&mut without.estate, &name, &ground.ipamug, at(LATER + 11))
                .unwrap();
            restart(&mut without.estate);
            assert_eq!(missing(&without.ask(host, at(LATER + 20))), BTreeMap::new());
            proved.insert(setting.id);
        }
    }
    for setting in SETTINGS {
        let alternative = setting.need != crate::estate::Need::Required;
        assert!(alternative || proved.contains(setting.id), "{}", setting.id);
    }
}

#[test]
fn an_alternative_grants_what_it_stands_for() {
    for setting in SETTINGS {
        let crate::estate::Need::InsteadOf(original) = setting.need else {
            continue;
        };
        let host = if setting.purpose == Purpose::DhcpRpc {
            "dhcp1"
        } else {
            "dc1"
        };
        let mut ground = Ground::prepared();
        let name = ground.estate.find_host(host).unwrap().fqdn.clone();
        let original = setting::find(original).unwrap();
        setting
            .apply(&mut ground.estate, &name, &ground.ipamug, at(3))
            .unwrap();
        original
            .remove(&mut ground.estate, &name, &ground.ipamug, at(3))
            .unwrap();
        if host == "dhcp1" {
            ground
                .estate
                .restart_service(&name, "DHCPServer", at(4))
                .unwrap();
        }
        assert_eq!(
            missing(&ground.ask(host, at(LATER))),
            BTreeMap::new(),
            "{}",
            setting.id
        );
    }
}
