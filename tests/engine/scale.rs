//! Many servers at once, and equal runs.

use ipamlab::base::{Fqdn, HostName};
use ipamlab::estate::{HostSpec, Role};
use ipamlab::ipam::access::{AccessReport, AccessStatus};
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::discovery::{DiscoveryDomain, DiscoveryReport};
use ipamlab::lab::LabSpec;

use super::world::*;

/// The usual estate with `dhcp` and `dns` servers more.
fn large(dhcp: u8, dns: u8) -> LabSpec {
    let mut domain = corp();
    let member = |name: String, address: [u8; 4], role: Role| {
        let name: HostName = name.parse().unwrap();
        HostSpec::new(name, vec![address.into()]).roles(&[role])
    };
    for n in 1..=dhcp {
        domain = domain.host(member(format!("scope{n}"), [10, 0, 1, n], Role::Dhcp));
    }
    for n in 1..=dns {
        domain = domain.host(member(format!("names{n}"), [10, 0, 2, n], Role::Dns));
    }
    spec(vec![domain])
}

fn search(spec: LabSpec) -> (DiscoveryReport, Vec<String>) {
    provisioned_in(spec, Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let domain = DiscoveryDomain::new(fqdn("corp.example"));
        ipam.add_ipam_discovery_domain(&boss, domain).await.unwrap();
        let report = ipam.start_server_discovery(&boss, None).await.unwrap();
        let packets = lab.network().capture();
        let seen = packets.iter().map(|packet| format!("{packet:?}")).collect();
        (report, seen)
    })
}

#[test]
fn every_server_of_a_large_estate_is_found_and_checked_in_order() {
    let (report, _) = search(large(60, 120));
    assert_eq!(report.servers.len(), 183);
    let names: Vec<&Fqdn> = report.access.iter().map(|report| &report.server).collect();
    assert!(names.is_sorted());
    assert_eq!(names.len(), 183);
    let blocked = |report: &AccessReport| report.overall == AccessStatus::Blocked;
    assert!(report.access.iter().all(blocked));
}

#[test]
fn two_runs_of_the_same_estate_send_the_same_packets_and_say_the_same() {
    let (first, sent_first) = search(large(5, 8));
    let (second, sent_second) = search(large(5, 8));
    assert_eq!(first, second);
    assert!(!sent_first.is_empty());
    assert_eq!(sent_first, sent_second);
}
