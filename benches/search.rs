//! How long a sweep of a range takes, with the verdicts a real one gives: 40 in 100 addresses
//! answer ping, 20 in 100 have a PTR record; and how long opening a store takes.
//!
//! `cargo bench --bench search`. The times are of the machine's clock: the network is simulated,
//! the work is not.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use ipamlab::addr::usable;
use ipamlab::base::{Fqdn, Seed};
use ipamlab::estate::{DomainSpec, EstateSpec, HostSpec, Role, UserSpec};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::space::NewRange;
use ipamlab::ipam::store::Store;
use ipamlab::lab::{self, DeviceSpec, DnsSpec, LabSpec};
use ipamlab::net::CaptureMode;
use ipamlab::server::dns::ZoneConfig;
use ipamlab::wire::dns::{Data, DnsName, ReverseName};

fn fqdn(text: &str) -> Fqdn {
    text.parse().expect(text)
}

/// An address of 10.20.0.0/16.
fn address(host: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(0x0a14_0000 + host))
}

/// Spreads a share of the hosts without a pattern that follows the octets.
fn picked(host: u32, label: &str, percent: u64) -> bool {
    Seed(u64::from(host)).child(label).0 % 100 < percent
}

fn spec(hosts: u32) -> LabSpec {
    let host = |name: &str, address: &str| {
        HostSpec::new(
            name.parse().expect(name),
            vec![address.parse().expect(address)],
        )
    };
    let mut domain = DomainSpec::new(fqdn("corp.example"))
        .host(host("dc1", "10.0.0.1").roles(&[Role::DomainController, Role::Dns]))
        .host(host("ipam1", "10.0.0.9").roles(&[Role::Ipam]));
    let mut chief = UserSpec::new("chief");
    chief.member_of.push("Domain Admins".to_owned());
    domain.users.push(chief);
    let mut spec = LabSpec::of(EstateSpec::of(domain));
    let name: DnsName = "20.10.in-addr.arpa".parse().expect("a name");
    let mut zone = ZoneConfig::directory_integrated(name).name_server(fqdn("dc1.corp.example"));
    for number in (0..hosts).filter(|number| picked(*number, "ptr", 20)) {
        let target = format!("h{number}.corp.example").parse().expect("a name");
        let owner = ReverseName::of(address(number)).name();
        zone = zone.record(owner, 3600, Data::Ptr(target));
    }
    let zones = vec![zone];
    let dns = DnsSpec {
        zones,
        ..DnsSpec::default()
    };
    spec.dns.insert(fqdn("dc1.corp.example"), dns);
    spec.devices = (0..hosts)
        .filter(|number| picked(*number, "ping", 40))
        .map(|number| DeviceSpec {
            address: address(number),
            answers_ping: true,
        })
        .collect();
    spec
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures the machine"
)]
fn sweep(prefix: u8) {
    lab::run(spec(1 << (32 - prefix)), async |lab| {
        lab.network().set_capture(CaptureMode::Counters);
        let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\chief").expect("it exists"));
        ipam.invoke_ipam_server_provisioning(&admin, ServerProvisioning::default())
            .await
            .expect("a new server can be provisioned");
        let network: ipnet::IpNet = format!("10.20.0.0/{prefix}").parse().expect("a network");
        let range = ipam
            .add_ipam_range(&admin, NewRange::new(network))
            .await
            .expect("valid")
            .key;
        for round in 1..=3 {
            let sent = lab.network().packets_sent();
            let started = Instant::now();
            let report = ipam.sweep(&admin, &range).await.expect("the range exists");
            let took = started.elapsed();
            assert_eq!(report.candidates.len() as u128, usable(network).size());
            println!(
                "sweep /{prefix} round {round}: {took:?}, {} candidates, {} available, {} packets",
                report.candidates.len(),
                report.available().count(),
                lab.network().packets_sent() - sent
            );
        }
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures the machine"
)]
fn main() {
    drop(Store::open(None));
    let started = Instant::now();
    const STORES: u32 = 1000;
    for _ in 0..STORES {
        drop(Store::open(None).expect("memory is always there"));
    }
    println!("open a store in memory: {:?}", started.elapsed() / STORES);
    for prefix in [24, 20, 16] {
        sweep(prefix);
    }
}
