use ipamlab::ipam::remote::Stage;
use ipamlab::wire::windows::dnsp::{RecordData, Request, Response};
use ipamlab::wire::windows::{Request as Any, Response as Answer, Win32Error};

use crate::kit::{DC1, NS9, fqdn, refused, simulate};

const RPC: &str = "RPC (TCP, Incoming)";
const EPMAP: &str = "RPC Endpoint Mapper (TCP, Incoming)";

fn info() -> Any {
    Any::DnsManagement(Request::ServerInfo)
}

fn add(zone: &str) -> Any {
    Any::DnsManagement(Request::AddRecord {
        zone: fqdn(zone),
        name: fqdn(&format!("printer.{zone}")),
        ttl: 3600,
        data: RecordData::A("10.0.1.20".parse().unwrap()),
    })
}

const DENIED: Win32Error = Win32Error::ERROR_ACCESS_DENIED;

#[test]
fn a_grant_in_the_directory_counts_once_the_service_has_polled_it() {
    simulate(async |world| {
        let ipam = world.ipam();
        let unavailable = Win32Error::RPC_S_SERVER_UNAVAILABLE;
        refused(
            world.ask(&ipam, DC1, info()).await,
            Stage::EndpointMapper,
            unavailable,
        );
        world.open(DC1, &[EPMAP]);
        refused(
            world.ask(&ipam, DC1, info()).await,
            Stage::Connect,
            unavailable,
        );
        world.open(DC1, &[RPC]);
        refused(world.ask(&ipam, DC1, info()).await, Stage::Call, DENIED);
        let (domain, trustee) = (fqdn("corp.example"), world.sid("CORP\\ipam1$"));
        world
            .estate
            .borrow_mut()
            .grant_dns_read(&domain, &trustee, world.now())
            .unwrap();
        refused(world.ask(&ipam, DC1, info()).await, Stage::Call, DENIED);
        world.pass(180).await;
        assert_eq!(
            world.ask(&ipam, DC1, info()).await,
            Ok(Answer::DnsManagement(Response::ServerInfo {
                version: "10.0".to_owned(),
                directory_integrated: true,
            }))
        );
        // Reading is not writing: directory writes happen under the caller's own identity.
        let write = world.ask(&ipam, DC1, add("corp.example")).await;
        refused(write, Stage::Call, DENIED);
    });
}

#[test]
fn dns_admins_write_and_the_zone_is_looked_for_last() {
    simulate(async |world| {
        world.open(DC1, &[EPMAP, RPC]);
        let alice = world.alice();
        let denied = world.ask(&alice, DC1, add("nowhere.example")).await;
        refused(denied, Stage::Call, DENIED);
        world.join_domain("DnsAdmins", "alice");
        let absent = world.ask(&alice, DC1, add("nowhere.example")).await;
        refused(
            absent,
            Stage::Call,
            Win32Error::DNS_ERROR_ZONE_DOES_NOT_EXIST,
        );
        let done = Ok(Answer::DnsManagement(Response::Done));
        assert_eq!(world.ask(&alice, DC1, add("corp.example")).await, done);
        let request = Request::EnumRecords {
            zone: fqdn("corp.example"),
            name: Some(fqdn("printer.corp.example")),
        };
        let found = world.ask(&alice, DC1, Any::DnsManagement(request)).await;
        let Ok(Answer::DnsManagement(Response::Records(records))) = found else {
            panic!("{found:?}");
        };
        assert_eq!(records.len(), 1);
        let delete = Any::DnsManagement(Request::DeleteRecord {
            zone: fqdn("corp.example"),
            name: fqdn("printer.corp.example"),
            data: RecordData::A("10.0.1.20".parse().unwrap()),
        });
        assert_eq!(world.ask(&alice, DC1, delete.clone()).await, done);
        // Deleting what is not there succeeds (domain 8.7).
        assert_eq!(world.ask(&alice, DC1, delete).await, done);
    });
}

#[test]
fn the_directory_has_no_say_over_a_standalone_server() {
    simulate(async |world| {
        let alice = world.alice();
        world.open(NS9, &[EPMAP, RPC]);
        world.join_domain("DnsAdmins", "alice");
        let (domain, trustee) = (fqdn("corp.example"), world.sid("alice"));
        world
            .estate
            .borrow_mut()
            .grant_dns_read(&domain, &trustee, world.now())
            .unwrap();
        world.pass(600).await;
        refused(world.ask(&alice, NS9, info()).await, Stage::Call, DENIED);
        world.join_local(NS9, "Administrators", "alice");
        assert_eq!(
            world.ask(&alice, NS9, info()).await,
            Ok(Answer::DnsManagement(Response::ServerInfo {
                version: "10.0".to_owned(),
                directory_integrated: false,
            }))
        );
        let zones = Any::DnsManagement(Request::EnumZones);
        let zones = world.ask(&alice, NS9, zones).await;
        let Ok(Answer::DnsManagement(Response::Zones(zones))) = zones else {
            panic!("{zones:?}");
        };
        assert_eq!(zones[0].name, fqdn("lab.example"));
    });
}
