//! Every combination of the conditions that are no settings: ticket, restart, polling, host,
//! service, blocking rule, operating system.

use std::collections::BTreeSet;
use std::time::Duration;

use ipamlab::estate::{InboundRule, Os, Ports, Purpose, Role, Transport};

use super::ground::{Ground, POLLING, on_prepared, on_prepared_in, spec_of};
use super::model::Lacks;
use Condition::*;

/// Something that keeps a server with every setting blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    /// The IPAM server joined its group after it logged on (A14).
    OldTicket,
    /// The DHCP service started before its groups were changed (A4).
    NotRestarted,
    /// The DNS service has not read the directory's list since it was changed (A13).
    NotPolled,
    ServiceStopped,
    /// A rule blocks the endpoint mapper (domain 4.2, last note).
    MapperBlocked,
    /// A rule blocks SMB.
    SmbBlocked,
    HostDown,
}

const BLOCKING_RULE: [(Condition, &str, &[u16]); 2] = [
    (MapperBlocked, "no mapper", &[135]),
    (SmbBlocked, "no shares", &[139, 445]),
];

/// Brings a server into the conditions. Those that a later one would undo come later.
async fn bring_about(ground: &mut Ground<'_>, conditions: &BTreeSet<Condition>) {
    let has = |condition| conditions.contains(&condition);
    let (lab, name) = (ground.lab, ground.name.clone());
    if has(OldTicket) {
        ground.log_on_outside_the_group().await;
    } else {
        ground.ask().await;
    }
    if has(NotRestarted) {
        let users = BTreeSet::from(["dhcp-users"]);
        ground.leave_out(&users).await;
        ground.put_without_waiting(&BTreeSet::new());
    }
    if has(NotPolled) {
        ground.leave_out(&BTreeSet::from(["dns-acl"])).await;
        ground.put_without_waiting(&BTreeSet::new());
    }
    for (condition, rule, ports) in BLOCKING_RULE {
        if has(condition) {
            let rule = InboundRule::block(rule, Transport::Tcp, Ports::List(ports.to_vec()));
            let at = lab.now();
            lab.estate_mut().add_firewall_rule(&name, rule, at).unwrap();
        }
    }
    if has(ServiceStopped) {
        lab.stop_service(&name, service(&ground.roles)).unwrap();
    }
    if has(HostDown) {
        lab.set_host_up(&name, false).unwrap();
    }
}

fn service(roles: &BTreeSet<Role>) -> &'static str {
    match roles.contains(&Role::Dhcp) {
        true => "DHCPServer",
        false => "DNS",
    }
}

/// What must be missing, read off the conditions alone.
fn lacks(conditions: &BTreeSet<Condition>, roles: &BTreeSet<Role>, old_system: bool) -> Lacks {
    let mut lacks = Lacks::new();
    let mut add = |purpose, id| {
        lacks.entry(purpose).or_default().insert(id);
    };
    let mut purposes = super::model::checked(roles);
    if !roles.is_disjoint(&BTreeSet::from([Role::Dhcp, Role::Dns])) {
        purposes.insert(Purpose::ServiceMonitoring);
    }
    for purpose in purposes {
        let share = purpose == Purpose::DhcpAuditShare;
        let managed = matches!(purpose, Purpose::DhcpRpc | Purpose::DnsRpc);
        for condition in conditions {
            match condition {
                OldTicket => add(purpose, "ticket-renewal"),
                NotRestarted if purpose == Purpose::DhcpRpc => add(purpose, "service-restart"),
                NotPolled if purpose == Purpose::DnsRpc => add(purpose, "dns-polling"),
                MapperBlocked if !share => add(purpose, "blocking-rule"),
                SmbBlocked if share => add(purpose, "blocking-rule"),
                ServiceStopped if managed && !conditions.contains(&HostDown) => {
                    add(purpose, "service-not-running");
                }
                HostDown => add(purpose, "host-down"),
                _ => {}
            }
        }
        if old_system && purpose == Purpose::EventLog {
            add(purpose, "os-too-old");
        }
    }
    lacks
}

fn every_combination(roles: &[Role], conditions: &[Condition], os: Os) {
    for number in 0..1_usize << conditions.len() {
        let chosen = conditions.iter().enumerate();
        let chosen: BTreeSet<Condition> = chosen
            .filter(|(place, _)| number & (1 << place) != 0)
            .map(|(_, condition)| *condition)
            .collect();
        on_prepared_in(spec_of(roles, os), roles, async |ground| {
            bring_about(ground, &chosen).await;
            let wanted = lacks(&chosen, &ground.roles, !os.has_dhcp_operational_log());
            let verdicts = ground.ask().await;
            verdicts.hold(&wanted, &ground.roles, &format!("in {chosen:?} on {os:?}"));
        });
    }
}

const OF_DHCP: [Condition; 6] = [
    OldTicket,
    NotRestarted,
    ServiceStopped,
    MapperBlocked,
    SmbBlocked,
    HostDown,
];

#[test]
fn every_combination_of_conditions_of_a_dhcp_server() {
    every_combination(&[Role::Dhcp], &OF_DHCP, Os::WindowsServer2022);
}

#[test]
fn every_combination_of_conditions_of_a_dhcp_server_on_windows_server_2008() {
    every_combination(&[Role::Dhcp], &OF_DHCP, Os::WindowsServer2008);
}

#[test]
fn the_release_after_2008_has_the_log_that_is_read() {
    every_combination(&[Role::Dhcp], &[], Os::WindowsServer2008R2);
}

#[test]
fn every_combination_of_conditions_of_dns_on_a_controller() {
    let conditions = [
        OldTicket,
        NotPolled,
        ServiceStopped,
        MapperBlocked,
        HostDown,
    ];
    let roles = [Role::DomainController, Role::Dns];
    every_combination(&roles, &conditions, Os::WindowsServer2022);
}

#[test]
fn every_combination_of_conditions_of_a_standalone_dns_server_and_an_nps_server() {
    let conditions = [OldTicket, ServiceStopped, MapperBlocked, HostDown];
    every_combination(&[Role::Dns], &conditions, Os::WindowsServer2022);
    let conditions = [OldTicket, MapperBlocked, HostDown];
    every_combination(&[Role::Nps], &conditions, Os::WindowsServer2022);
}

#[test]
fn a_renewed_ticket_a_restart_and_a_poll_each_end_their_own_wait() {
    on_prepared(&[Role::Dhcp], async |ground| {
        bring_about(ground, &BTreeSet::from([OldTicket, NotRestarted])).await;
        ground.lab.purge_tickets();
        let left = ground.ask().await;
        let wanted = lacks(&BTreeSet::from([NotRestarted]), &ground.roles, false);
        left.hold(&wanted, &ground.roles, "after the purge");
        let restarted = ground.lab.restart_service(&ground.name, "DHCPServer");
        restarted.unwrap();
        let left = ground.ask().await;
        left.hold(&Lacks::new(), &ground.roles, "after the restart");
    });
    let roles = [Role::DomainController, Role::Dns];
    on_prepared(&roles, async |ground| {
        bring_about(ground, &BTreeSet::from([NotPolled])).await;
        let wanted = lacks(&BTreeSet::from([NotPolled]), &ground.roles, false);
        ground.lab.network().advance(POLLING / 4).await;
        let waiting = ground.ask().await;
        waiting.hold(&wanted, &ground.roles, "before the poll");
        ground.lab.network().advance(POLLING).await;
        let polled = ground.ask().await;
        polled.hold(&Lacks::new(), &ground.roles, "after the poll");
    });
}

#[test]
fn a_revoked_group_still_opens_until_the_restart_and_a_revoked_list_until_the_poll() {
    on_prepared(&[Role::Dhcp], async |ground| {
        ground.put_without_waiting(&BTreeSet::from(["dhcp-users"]));
        let loaded = ground.ask().await;
        loaded.hold(&Lacks::new(), &ground.roles, "before the restart");
        let restarted = ground.lab.restart_service(&ground.name, "DHCPServer");
        restarted.unwrap();
        ground.hold().await;
    });
    let roles = [Role::DomainController, Role::Dns];
    on_prepared(&roles, async |ground| {
        // Just after a poll, so that the next one is a whole interval away.
        ground.lab.restart_service(&ground.name, "DNS").unwrap();
        ground.lab.network().advance(Duration::from_secs(1)).await;
        ground.put_without_waiting(&BTreeSet::from(["dns-acl"]));
        let loaded = ground.ask().await;
        loaded.hold(&Lacks::new(), &ground.roles, "before the poll");
        ground.lab.network().advance(POLLING).await;
        ground.hold().await;
    });
}
