use ipamlab::ipam::remote::Stage;
use ipamlab::wire::windows::dhcpm::{
    Family, Request, Reservation, ReservationKind, ReservedClient, Response,
};
use ipamlab::wire::windows::{Request as Any, Response as Answer, Win32Error, eventlog, scm};

use crate::kit::{DHCP1, OLD1, RPC_IN, RPCSS_IN, World, fqdn, refused, simulate};

fn scopes() -> Any {
    Any::DhcpManagement(Request::EnumScopes {
        family: Family::V4,
        after: None,
        max: 100,
    })
}

fn reserve(scope: &str) -> Any {
    Any::DhcpManagement(Request::AddReservation {
        scope: scope.parse().unwrap(),
        reservation: Reservation {
            address: "10.0.1.20".parse().unwrap(),
            client: ReservedClient::Mac("02-00-00-00-00-01".parse().unwrap()),
            name: "printer".to_owned(),
            description: String::new(),
            kind: ReservationKind::Both,
        },
    })
}

async fn scope_names(world: &World) -> Vec<String> {
    match world.ask(&world.ipam(), DHCP1, scopes()).await.unwrap() {
        Answer::DhcpManagement(Response::Scopes(found)) => {
            found.into_iter().map(|scope| scope.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn reading_takes_both_rules_the_group_and_a_restart_one_after_the_other() {
    simulate(async |world| {
        let ipam = world.ipam();
        let unavailable = Win32Error::RPC_S_SERVER_UNAVAILABLE;
        let denied = Win32Error::ERROR_ACCESS_DENIED;
        let ask = || world.ask(&ipam, DHCP1, scopes());
        refused(ask().await, Stage::EndpointMapper, unavailable);
        world.open(DHCP1, &[RPCSS_IN]);
        refused(ask().await, Stage::Connect, unavailable);
        world.open(DHCP1, &[RPC_IN]);
        refused(ask().await, Stage::Call, denied);
        world.join_local(DHCP1, "DHCP Users", "CORP\\ipam1$");
        refused(ask().await, Stage::Call, denied);
        world.restart(DHCP1, "DHCPServer");
        assert_eq!(scope_names(world).await, ["Floor 1"]);
    });
}

#[test]
fn another_endpoint_mapper_rule_does_not_open_this_interface() {
    simulate(async |world| {
        world.open(DHCP1, &[RPC_IN, "Remote Event Log Management (RPC-EPMAP)"]);
        refused(
            world.ask(&world.ipam(), DHCP1, scopes()).await,
            Stage::EndpointMapper,
            Win32Error::RPC_S_SERVER_UNAVAILABLE,
        );
    });
}

#[test]
fn writing_needs_dhcp_administrators_and_then_an_existing_scope() {
    simulate(async |world| {
        let ipam = world.ipam();
        world.open(DHCP1, &[RPCSS_IN, RPC_IN]);
        world.join_local(DHCP1, "DHCP Users", "CORP\\ipam1$");
        world.restart(DHCP1, "DHCPServer");
        let denied = world.ask(&ipam, DHCP1, reserve("10.9.9.0/24")).await;
        refused(denied, Stage::Call, Win32Error::ERROR_ACCESS_DENIED);
        world.join_local(DHCP1, "DHCP Administrators", "CORP\\ipam1$");
        world.restart(DHCP1, "DHCPServer");
        let absent = world.ask(&ipam, DHCP1, reserve("10.9.9.0/24")).await;
        refused(
            absent,
            Stage::Call,
            Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT,
        );
        let done = world.ask(&ipam, DHCP1, reserve("10.0.1.0/24")).await;
        assert_eq!(done, Ok(Answer::DhcpManagement(Response::Done)));
    });
}

#[test]
fn a_membership_taken_away_counts_until_the_service_restarts() {
    simulate(async |world| {
        world.open(DHCP1, &[RPCSS_IN, RPC_IN]);
        world.join_local(DHCP1, "DHCP Users", "CORP\\ipam1$");
        world.restart(DHCP1, "DHCPServer");
        let (host, member) = (fqdn(DHCP1), world.sid("CORP\\ipam1$"));
        world
            .estate
            .borrow_mut()
            .remove_local_group_member(&host, "DHCP Users", &member, world.now())
            .unwrap();
        assert_eq!(scope_names(world).await, ["Floor 1"]);
        world.restart(DHCP1, "DHCPServer");
        refused(
            world.ask(&world.ipam(), DHCP1, scopes()).await,
            Stage::Call,
            Win32Error::ERROR_ACCESS_DENIED,
        );
    });
}

#[test]
fn the_version_is_told_to_anyone_who_can_log_on() {
    simulate(async |world| {
        world.open(DHCP1, &[RPCSS_IN, RPC_IN]);
        let request = Any::DhcpManagement(Request::GetVersion);
        let told = world.ask(&world.alice(), DHCP1, request).await;
        assert_eq!(
            told,
            Ok(Answer::DhcpManagement(Response::Version {
                major: 6,
                minor: 2
            }))
        );
    });
}

#[test]
fn local_administrators_need_no_dhcp_group() {
    simulate(async |world| {
        world.open(DHCP1, &[RPCSS_IN, RPC_IN]);
        let done = world
            .ask(&world.admin(), DHCP1, reserve("10.0.1.0/24"))
            .await;
        assert_eq!(done, Ok(Answer::DhcpManagement(Response::Done)));
    });
}

#[test]
fn a_stopped_service_is_not_registered_while_service_control_still_answers() {
    simulate(async |world| {
        let rules = [
            RPCSS_IN,
            RPC_IN,
            "Remote Service Management (RPC)",
            "Remote Service Management (RPC-EPMAP)",
        ];
        world.open(DHCP1, &rules);
        world
            .estate
            .borrow_mut()
            .stop_service(&fqdn(DHCP1), "DHCPServer", world.now())
            .unwrap();
        refused(
            world.ask(&world.admin(), DHCP1, scopes()).await,
            Stage::EndpointMapper,
            Win32Error::EPT_S_NOT_REGISTERED,
        );
        let query = Any::ServiceControl(scm::Request::QueryStatus {
            service: "DHCPServer".to_owned(),
        });
        let state = world.ask(&world.admin(), DHCP1, query).await;
        assert_eq!(
            state,
            Ok(Answer::ServiceControl(scm::Response::Status(
                scm::ServiceState::Stopped
            )))
        );
    });
}

#[test]
fn a_crashed_server_is_registered_but_cannot_be_connected_to() {
    simulate(async |world| {
        world.open(DHCP1, &[RPCSS_IN, RPC_IN]);
        assert!(world.network.crash_service(DHCP1, "dhcpserver", None));
        refused(
            world.ask(&world.admin(), DHCP1, scopes()).await,
            Stage::Connect,
            Win32Error::RPC_S_SERVER_UNAVAILABLE,
        );
    });
}

#[test]
fn a_change_leaves_an_event_that_names_the_account() {
    simulate(async |world| {
        world.open(DHCP1, &[RPCSS_IN, RPC_IN]);
        world
            .ask(&world.admin(), DHCP1, reserve("10.0.1.0/24"))
            .await
            .unwrap();
        let estate = world.estate.borrow();
        let host = estate.host(&fqdn(DHCP1)).unwrap();
        let channel = host.channel("Microsoft-Windows-Dhcp-Server/Operational");
        let records: Vec<eventlog::EventRecord> = channel.unwrap().read(0, 10);
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].event, 106);
        assert_eq!(
            records[0].data,
            ["10.0.1.20", "10.0.1.0/24", "CORP\\domain-admin"]
        );
    });
}

#[test]
fn windows_server_2008_loses_its_change_events_and_takes_the_change() {
    simulate(async |world| {
        world.open(OLD1, &[RPCSS_IN, RPC_IN]);
        let done = world
            .ask(&world.admin(), OLD1, reserve("10.0.1.0/24"))
            .await;
        assert_eq!(done, Ok(Answer::DhcpManagement(Response::Done)));
        // Nothing waits in the server for a channel that may come later.
        assert!(
            world.dhcp[&fqdn(OLD1)]
                .borrow_mut()
                .take_events()
                .is_empty()
        );
    });
}
