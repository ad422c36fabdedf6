//! How values add up, what of them is kept and shown, and what one service's state says of the
//! others of its server.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use futures_util::future::join;
use ipamlab::estate::{Os, Role};
use ipamlab::ipam::access::{AccessStatus, Availability, CheckKind, overall};
use ipamlab::ipam::inventory::{NewServer, ServerChange, ServerFilter, ServerRole};
use ipamlab::ipam::remote::CONNECT_TIMEOUT;
use ipamlab::net::CaptureMode;
use ipamlab::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit, Peer};
use jiff::Timestamp;

use super::ground::{Ground, on_prepared, on_prepared_in, spec_of};
use AccessStatus::{Blocked, NotChecked, Unblocked};

const TARGET: &str = "10.0.0.5";
const SERVICE_CONTROL: u16 = 49_670;
const BOTH: [Role; 3] = [Role::DomainController, Role::Dns, Role::Dhcp];

/// Loses what goes to and from service control of the server, after the first `skip` packets.
fn lose_service_control(ground: &Ground<'_>, skip: u64) {
    let fault = FaultSpec {
        name: format!("after {skip}").into(),
        scope: FaultScope {
            host: Some(Peer::parse(TARGET)),
            port: Some(SERVICE_CONTROL),
            ..FaultScope::default()
        },
        limit: Limit { skip, first: None },
        optional: false,
        kind: FaultKind::Loss {
            chance: Chance::ALWAYS,
        },
    };
    ground.lab.network().add_fault(fault).unwrap();
}

#[test]
fn every_combination_of_four_values_adds_up() {
    let all = AccessStatus::ALL;
    for number in 0..all.len().pow(4) {
        let values = [1, 4, 16, 64].map(|place| all[number / place % all.len()]);
        let wanted = match values {
            _ if values.contains(&Blocked) => Blocked,
            _ if values.contains(&NotChecked) || !values.contains(&Unblocked) => NotChecked,
            _ => Unblocked,
        };
        assert_eq!(overall(values), wanted, "{values:?}");
    }
}

#[test]
fn a_release_without_the_log_of_dhcp_blocks_no_other_role() {
    for role in [Role::Dns, Role::Nps] {
        let spec = spec_of(&[role], Os::WindowsServer2008);
        on_prepared_in(spec, &[role], async |ground| {
            let report = ground.ask().await.report;
            let found = &report.checks[&CheckKind::EventLog];
            assert_eq!(found.status, Unblocked, "{role:?}: {found:?}");
        });
    }
}

#[test]
fn a_refused_service_concerns_its_role_alone() {
    on_prepared(&BOTH, async |ground| {
        for (refused, dhcp, dns) in [
            (
                "dhcp-service-acl",
                Availability::NotReachable,
                Availability::Running,
            ),
            (
                "dns-service-acl",
                Availability::Running,
                Availability::NotReachable,
            ),
        ] {
            ground.leave_out(&BTreeSet::from([refused])).await;
            let verdicts = ground.hold().await;
            verdicts.available(ServerRole::Dhcp, dhcp);
            verdicts.available(ServerRole::Dns, dns);
        }
    });
}

#[test]
fn a_lost_connection_to_either_service_makes_the_whole_server_not_reachable() {
    on_prepared(&BOTH, async |ground| {
        let network = ground.lab.network();
        network.set_capture(CaptureMode::Full);
        let since = usize::try_from(network.packets_sent()).unwrap();
        ground.hold().await;
        let of_target = SocketAddr::new(TARGET.parse().unwrap(), SERVICE_CONTROL);
        let packets = network
            .capture_from(since)
            .into_iter()
            .filter(|packet| packet.from == of_target || packet.to == of_target);
        // The two services are asked one after the other, with as many packets each.
        let packets = u64::try_from(packets.count()).unwrap();
        assert!(packets > 0 && packets.is_multiple_of(2), "{packets}");
        for passed in [0, packets / 2] {
            lose_service_control(ground, passed);
            let before = ground.lab.now().wall;
            let verdicts = ground.ask().await;
            verdicts.available(ServerRole::Dhcp, Availability::NotReachable);
            verdicts.available(ServerRole::Dns, Availability::NotReachable);
            assert_eq!(verdicts.report.overall, Unblocked);
            let took = ground.lab.now().wall.duration_since(before).unsigned_abs();
            assert!(
                took < 2 * CONNECT_TIMEOUT,
                "nobody is asked twice: {took:?}"
            );
            let faults = network.faults();
            assert!(faults.last().unwrap().fired > 0, "{passed}");
            network.remove_fault(&format!("after {passed}"));
        }
    });
}

#[test]
fn the_view_of_services_keeps_what_was_seen_of_each_server_and_role() {
    on_prepared(&[Role::DomainController, Role::Dns], async |ground| {
        let ipam = ground.lab.ipam();
        let other = "dc1.corp.example".parse().unwrap();
        let other = NewServer::new(other, &[ServerRole::Dns]);
        let added = ipam.add_ipam_server_inventory(&ground.admin, other).await;
        added.unwrap();
        let view = async || {
            let seen = ipam.get_server_availability(&ground.admin).await.unwrap();
            let row = |row: ipamlab::ipam::access::ServiceStatus| {
                assert_eq!(row.since, row.last_refreshed, "looked at once at most");
                (row.server.to_string(), row.role, row.state, row.since)
            };
            seen.into_iter().map(row).collect::<Vec<_>>()
        };
        let rows = |states: [Availability; 2], when: Option<Timestamp>| {
            let (one, two) = ("dc1.corp.example", "target.corp.example");
            let none = (
                two.to_owned(),
                ServerRole::Dc,
                Availability::NotApplicable,
                None,
            );
            let [first, second] = states;
            vec![
                (one.to_owned(), ServerRole::Dns, first, when),
                none,
                (two.to_owned(), ServerRole::Dns, second, when),
            ]
        };
        assert_eq!(view().await, rows([Availability::NotChecked; 2], None));
        let refreshed = ipam.refresh_server_access_status(&ground.admin, &[]).await;
        assert_eq!(refreshed.unwrap().len(), 2);
        let now = Some(ground.lab.now().wall);
        let seen = [Availability::NotReachable, Availability::Running];
        assert_eq!(view().await, rows(seen, now));
        let filter = ServerFilter::default();
        let kept = ipam.get_ipam_server_inventory(&ground.admin, filter).await;
        let kept = kept.unwrap().into_iter().map(|server| server.access());
        assert_eq!(kept.collect::<Vec<_>>(), [Blocked, Unblocked]);
    });
}

#[test]
fn a_server_whose_roles_change_during_a_refresh_is_not_checked() {
    on_prepared(&[Role::Dhcp, Role::Dns], async |ground| {
        // The refresh waits for service control while the roles are changed.
        lose_service_control(ground, 0);
        let ipam = ground.lab.ipam();
        let change = ServerChange {
            server_type: Some(vec![ServerRole::Dns]),
            ..ServerChange::default()
        };
        let host = ground.lab.network().endpoint("dc1.corp.example");
        let edit = async {
            host.sleep(CONNECT_TIMEOUT / 2).await;
            let edit = ipam.set_ipam_server_inventory(&ground.admin, &ground.name, change);
            edit.await
        };
        let names = [ground.name.clone()];
        let refresh = ipam.refresh_server_access_status(&ground.admin, &names);
        let (refreshed, edited) = join(refresh, edit).await;
        assert_eq!(edited.unwrap().server.access(), NotChecked);
        assert_eq!(refreshed.unwrap().len(), 1);
        let filter = ServerFilter::default();
        let found = ipam.get_ipam_server_inventory(&ground.admin, filter).await;
        assert_eq!(found.unwrap()[0].access(), NotChecked);
    });
}
