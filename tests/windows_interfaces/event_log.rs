use ipamlab::estate::registry::DNS_CUSTOM_SD;
use ipamlab::ipam::remote::Stage;
use ipamlab::server::windows::append_event;
use ipamlab::wire::windows::eventlog::{Request, Response};
use ipamlab::wire::windows::{Request as Any, Response as Answer, Win32Error};

use crate::kit::{NS9, OLD1, World, fqdn, refused, simulate};

const RPC: &str = "Remote Event Log Management (RPC)";
const EPMAP: &str = "Remote Event Log Management (RPC-EPMAP)";
const DENIED: Win32Error = Win32Error::ERROR_ACCESS_DENIED;

fn read(channel: &str, after: u64) -> Any {
    Any::EventLog(Request::Read {
        channel: channel.to_owned(),
        after,
        max: 2,
    })
}

async fn numbers(world: &World, channel: &str, after: u64) -> Vec<u64> {
    match world.ask(&world.ipam(), NS9, read(channel, after)).await {
        Ok(Answer::EventLog(Response::Records(found))) => found.iter().map(|r| r.record).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn reading_takes_both_rules_and_the_readers_group_without_a_restart() {
    simulate(async |world| {
        let ipam = world.ipam();
        let unavailable = Win32Error::RPC_S_SERVER_UNAVAILABLE;
        let ask = || world.ask(&ipam, NS9, read("System", 0));
        refused(ask().await, Stage::EndpointMapper, unavailable);
        world.open(NS9, &[EPMAP]);
        refused(ask().await, Stage::Connect, unavailable);
        world.open(NS9, &[RPC]);
        refused(ask().await, Stage::Call, DENIED);
        world.join_local(NS9, "Event Log Readers", "CORP\\ipam1$");
        for event in [7036, 7040, 7045] {
            let mut estate = world.estate.borrow_mut();
            let data = vec!["DNS".to_owned()];
            append_event(&mut estate, &fqdn(NS9), "System", event, data, world.now()).unwrap();
        }
        assert_eq!(numbers(world, "System", 0).await, [1, 2]);
        assert_eq!(numbers(world, "system", 2).await, [3]);
    });
}

#[test]
fn the_dns_log_asks_its_own_access_list_as_well() {
    simulate(async |world| {
        let ipam = world.ipam();
        world.open(NS9, &[EPMAP, RPC]);
        world.join_local(NS9, "Event Log Readers", "CORP\\ipam1$");
        let ask = || world.ask(&ipam, NS9, read("DNS Server", 0));
        refused(ask().await, Stage::Call, DENIED);
        let trustee = world.sid("CORP\\ipam1$");
        world
            .estate
            .borrow_mut()
            .grant_dns_event_log(&fqdn(NS9), &trustee, world.now())
            .unwrap();
        assert_eq!(numbers(world, "DNS Server", 0).await, [0_u64; 0]);
        world
            .estate
            .borrow_mut()
            .delete_registry(&fqdn(NS9), DNS_CUSTOM_SD, world.now())
            .unwrap();
        refused(ask().await, Stage::Call, DENIED);
    });
}

#[test]
fn a_channel_is_looked_for_after_the_group() {
    simulate(async |world| {
        world.open(OLD1, &[EPMAP, RPC]);
        let channel = "Microsoft-Windows-Dhcp-Server/Operational";
        let denied = world.ask(&world.alice(), OLD1, read(channel, 0)).await;
        refused(denied, Stage::Call, DENIED);
        // Windows Server 2008 has no such channel.
        let absent = world.ask(&world.admin(), OLD1, read(channel, 0)).await;
        refused(absent, Stage::Call, Win32Error::ERROR_EVT_CHANNEL_NOT_FOUND);
    });
}
