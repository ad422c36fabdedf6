//! Address tracking and the event catalogue: nothing lost, nothing twice, wherever it is cut.

use std::net::IpAddr;
use std::time::Duration;

use ipamlab::ipam::audit::{AuditEventType, AuditKey, AuditQuery, CatalogueFilter};
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::inventory::{ManageabilityStatus, NewServer, ServerRole};
use ipamlab::ipam::tasks::TaskKind;
use ipamlab::ipam::{Caller, ErrorId};
use ipamlab::lab::Lab;
use ipamlab::wire::windows::dhcpm::Request;
use jiff::Timestamp;

use super::world::*;

const DHCP: &str = "dhcp1.corp.example";
const DAY: Duration = Duration::from_secs(86_400);

async fn open(lab: &Lab, boss: &Caller) {
    prepare(lab, DHCP, None);
    let server = NewServer {
        manageability_status: ManageabilityStatus::Managed,
        ..NewServer::new(fqdn(DHCP), &[ServerRole::Dhcp])
    };
    let ipam = lab.ipam();
    ipam.add_ipam_server_inventory(boss, server).await.unwrap();
}

fn of_client(mac: &str) -> AuditQuery {
    AuditQuery {
        key: AuditKey::ClientId(mac.to_owned()),
        from: Timestamp::MIN,
        until: Timestamp::MAX,
        correlate_logon_events: false,
    }
}

/// Event types of a client, oldest first.
async fn kinds(lab: &Lab, boss: &Caller, mac: &str) -> Vec<AuditEventType> {
    let ipam = lab.ipam();
    let query = of_client(mac);
    let found = ipam.get_ipam_ip_address_audit_event(boss, &query).await;
    let found = found.unwrap();
    found.rows.iter().map(|event| event.kind).collect()
}

fn mac(last: u8) -> String {
    format!("02-00-00-00-00-{last:02X}")
}

#[test]
fn collecting_twice_or_every_day_for_three_weeks_gives_each_lease_event_once() {
    provisioned(Manual, async |lab, boss| {
        open(lab, &boss).await;
        for day in 0..21 {
            lease(lab, &mac(day)).await;
            // The scheduled Audit runs once in each of these days, the second one is by hand.
            lab.advance(DAY).await;
            let ipam = lab.ipam();
            ipam.start_scheduled_task(&boss, TaskKind::Audit)
                .await
                .unwrap();
        }
        for day in 0..21 {
            let found = kinds(lab, &boss, &mac(day)).await;
            let new = found
                .iter()
                .filter(|kind| **kind == AuditEventType::NewLease);
            assert_eq!(new.count(), 1, "day {day}: {found:?}");
        }
    });
}

#[test]
fn a_collection_cut_at_any_packet_loses_nothing_and_doubles_nothing() {
    let packets = provisioned(Manual, async |lab, boss| {
        open(lab, &boss).await;
        lease(lab, &mac(1)).await;
        let before = lab.network().packets_sent();
        lab.ipam()
            .retrieve_server_data(&boss, &[fqdn(DHCP)])
            .await
            .unwrap();
        lab.network().packets_sent() - before
    });
    assert!(packets > 20, "{packets}");
    // Every third packet is enough: a message is several.
    for cut in (0..packets).step_by(3) {
        provisioned(Manual, async |lab, boss| {
            open(lab, &boss).await;
            lease(lab, &mac(1)).await;
            add_scope_event(lab);
            let ipam = lab.ipam();
            let until = lab.network().packets_sent() + cut;
            let names = [fqdn(DHCP)];
            let collection = ipam.retrieve_server_data(&boss, &names);
            let network = lab.network();
            let cut_off = async {
                while network.packets_sent() < until {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::select! {
                biased;
                () = cut_off => {}
                _ = collection => {}
            }
            for _ in 0..2 {
                ipam.retrieve_server_data(&boss, &names).await.unwrap();
            }
            let found = kinds(lab, &boss, &mac(1)).await;
            assert_eq!(found, [AuditEventType::NewLease], "cut at {cut}");
            assert_eq!(catalogued(lab, &boss).await, 1, "cut at {cut}");
        });
    }
}

/// A configuration event on the DHCP server.
fn add_scope_event(lab: &Lab) {
    let scope = "10.1.1.0/24".parse().unwrap();
    let (first, last) = ("10.1.1.20".parse().unwrap(), "10.1.1.29".parse().unwrap());
    let request = Request::AddExclusion { scope, first, last };
    let host = fqdn(DHCP);
    lab.manage_dhcp(&host, request, "CORP\\boss")
        .unwrap()
        .unwrap();
}

async fn catalogued(lab: &Lab, boss: &Caller) -> usize {
    let ipam = lab.ipam();
    let all = CatalogueFilter::default();
    let found = ipam.get_ipam_dhcp_configuration_event(boss, &all);
    found.await.unwrap().rows.len()
}

#[test]
fn what_was_purged_never_comes_back_even_when_the_server_is_managed_anew() {
    provisioned(Manual, async |lab, boss| {
        open(lab, &boss).await;
        lease(lab, &mac(1)).await;
        add_scope_event(lab);
        lab.advance(2 * DAY).await;
        assert_eq!(catalogued(lab, &boss).await, 1);
        let ipam = lab.ipam();
        let today = "2026-03-04".parse().unwrap();
        let refused = ipam
            .remove_ipam_dhcp_configuration_event(&boss, today)
            .await;
        assert_eq!(refusal(refused), ErrorId::IpamApiInvalidParameter);
        let day = "2026-03-02".parse().unwrap();
        let purged = ipam.remove_ipam_dhcp_configuration_event(&boss, day).await;
        assert_eq!(purged.unwrap(), 1);
        let purged = ipam.remove_ipam_ip_address_audit_event(&boss, day).await;
        assert!(purged.unwrap() > 0);
        set_status(lab, &boss, DHCP, ManageabilityStatus::Unmanaged).await;
        set_status(lab, &boss, DHCP, ManageabilityStatus::Managed).await;
        ipam.retrieve_server_data(&boss, &[fqdn(DHCP)])
            .await
            .unwrap();
        assert_eq!(catalogued(lab, &boss).await, 0);
        let left = kinds(lab, &boss, &mac(1)).await;
        assert!(!left.contains(&AuditEventType::NewLease), "{left:?}");
    });
}

#[test]
fn an_ipv6_address_and_an_end_before_the_start_are_refused() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let address: IpAddr = "2001:db8::1".parse().unwrap();
        let by_v6 = AuditQuery {
            key: AuditKey::IpAddress(address),
            ..of_client("0")
        };
        let refused = ipam.get_ipam_ip_address_audit_event(&boss, &by_v6).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiInvalidParameter);
        let backwards = AuditQuery {
            from: Timestamp::MAX,
            until: Timestamp::MIN,
            ..of_client("02-00-00-00-00-01")
        };
        let refused = ipam
            .get_ipam_ip_address_audit_event(&boss, &backwards)
            .await;
        assert_eq!(refusal(refused), ErrorId::IpamApiInvalidParameter);
    });
}
