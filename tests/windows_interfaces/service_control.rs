use ipamlab::ipam::remote::Stage;
use ipamlab::wire::windows::scm::{Request, Response, ServiceState};
use ipamlab::wire::windows::{Request as Any, Response as Answer, Win32Error};

use crate::kit::{DHCP1, fqdn, refused, simulate};

fn query(service: &str) -> Any {
    Any::ServiceControl(Request::QueryStatus {
        service: service.to_owned(),
    })
}

#[test]
fn the_state_takes_both_rules_and_an_entry_in_the_access_list() {
    simulate(async |world| {
        let ipam = world.ipam();
        let unavailable = Win32Error::RPC_S_SERVER_UNAVAILABLE;
        let ask = || world.ask(&ipam, DHCP1, query("dhcpserver"));
        refused(ask().await, Stage::EndpointMapper, unavailable);
        world.open(DHCP1, &["Remote Service Management (RPC-EPMAP)"]);
        refused(ask().await, Stage::Connect, unavailable);
        world.open(DHCP1, &["Remote Service Management (RPC)"]);
        refused(ask().await, Stage::Call, Win32Error::ERROR_ACCESS_DENIED);
        let trustee = world.sid("CORP\\ipam1$");
        world
            .estate
            .borrow_mut()
            .grant_service_access(&fqdn(DHCP1), "DHCPServer", &trustee, world.now())
            .unwrap();
        let running = Answer::ServiceControl(Response::Status(ServiceState::Running));
        assert_eq!(ask().await, Ok(running));
        let absent = world.ask(&ipam, DHCP1, query("DNS")).await;
        refused(
            absent,
            Stage::Call,
            Win32Error::ERROR_SERVICE_DOES_NOT_EXIST,
        );
    });
}
