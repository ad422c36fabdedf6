//! A search for free addresses over whole ranges: `cargo bench --bench availability`.
//!
//! 40 in 100 addresses answer ping and 20 in 100 have a PTR record, chosen by a seed and
//! independent of each other. Every verdict is held against what was planted before the time is
//! told, so a fast wrong search is not a result.

mod support;

use std::net::{IpAddr, Ipv4Addr};

use ipamlab::base::{Fqdn, Seed};
use ipamlab::estate::Role;
use ipamlab::ipam::Caller;
use ipamlab::ipam::find::{Candidate, FindRequest, PingStatus, PtrStatus, Verdict};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::space::{NewRange, RangeKey};
use ipamlab::lab::{self, DeviceSpec, DnsSpec, Lab, LabSpec};
use ipamlab::server::dns::ZoneConfig;
use ipamlab::wire::dns::{Data, DnsName, ReverseName};
use ipnet::Ipv4Net;
use rand::Rng as _;

use support::{Clock, Took};

const NETWORK: Ipv4Addr = Ipv4Addr::new(10, 50, 0, 0);

/// What is true of an address.
#[derive(Debug, Clone, Copy)]
struct Planted {
    address: Ipv4Addr,
    answers_ping: bool,
    has_ptr: bool,
}

/// The usable addresses of the network with what the seed gives each.
fn plant(network: Ipv4Net) -> Vec<Planted> {
    let mut draws = Seed(7).stream("planted");
    let planted = network.hosts().map(|address| Planted {
        address,
        answers_ping: draws.next_u32() % 10 < 4,
        has_ptr: draws.next_u32() % 10 < 2,
    });
    planted.collect()
}

fn spec(planted: &[Planted]) -> LabSpec {
    let mut spec = LabSpec::domain("corp.example")
        .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
        .host("ipam1", "10.0.0.9", &[Role::Ipam]);
    let alive = planted.iter().filter(|planted| planted.answers_ping);
    spec.devices = alive
        .map(|planted| DeviceSpec {
            address: planted.address.into(),
            answers_ping: true,
        })
        .collect();
    let name: DnsName = "50.10.in-addr.arpa".parse().expect("a name");
    let named = planted.iter().filter(|planted| planted.has_ptr);
    let zone = named.fold(ZoneConfig::directory_integrated(name), |zone, planted| {
        let owner = ReverseName::of(IpAddr::V4(planted.address)).name();
        zone.record(owner, 1200, Data::Ptr(target(planted.address)))
    });
    let dns = DnsSpec {
        zones: vec![zone],
        ..DnsSpec::default()
    };
    spec.dns
        .insert("dc1.corp.example".parse().expect("a name"), dns);
    spec
}

fn target(address: Ipv4Addr) -> DnsName {
    let name = format!("host-{}.corp.example", address.to_bits());
    name.parse().expect("a name")
}

async fn prepare(lab: &Lab, network: Ipv4Net) -> (Caller, RangeKey) {
    let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").expect("there"));
    let manual = ServerProvisioning::default();
    let provisioned = ipam.invoke_ipam_server_provisioning(&admin, manual);
    provisioned.await.expect("a fresh host");
    let range = ipam.add_ipam_range(&admin, NewRange::new(network.into()));
    let key = range.await.expect("nothing overlaps it").key;
    (admin, key)
}

/// The verdicts a sweep that asked every address must give.
fn check(planted: &[Planted], found: &[Candidate]) {
    assert_eq!(planted.len(), found.len(), "every address is judged");
    for (planted, found) in planted.iter().zip(found) {
        assert_eq!(found.address, IpAddr::V4(planted.address));
        let ping = match planted.answers_ping {
            true => PingStatus::Reply,
            false => PingStatus::NoReply,
        };
        let name = || -> Option<Fqdn> { target(planted.address).to_fqdn() };
        let ptr = match planted.has_ptr {
            true => PtrStatus::Found(name().expect("a host name")),
            false => PtrStatus::NotFound,
        };
        assert_eq!((found.ping, &found.ptr), (ping, &ptr), "{}", found.address);
        let free = !planted.answers_ping && !planted.has_ptr;
        let says_free = found.verdict == Verdict::Available;
        assert_eq!(says_free, free, "{}", found.address);
    }
}

/// One sweep in a laboratory of its own, whose making is not counted.
fn sweep(network: Ipv4Net, planted: &[Planted]) -> (Took, usize) {
    let swept = lab::run(spec(planted), async |lab| {
        let (admin, key) = prepare(lab, network).await;
        let ipam = lab.ipam();
        let clock = Clock::start();
        let report = ipam.sweep(&admin, &key).await.expect("the range is known");
        let took = clock.read();
        check(planted, &report.candidates);
        (took, report.available().count())
    });
    swept.expect("the estate can be built")
}

/// The first three free addresses of the range.
fn find(network: Ipv4Net, planted: &[Planted]) -> Took {
    let found = lab::run(spec(planted), async |lab| {
        let (admin, key) = prepare(lab, network).await;
        let ipam = lab.ipam();
        let request = FindRequest {
            count: 3,
            ..FindRequest::one(key)
        };
        let clock = Clock::start();
        let report = ipam.find_and_allocate(&admin, request).await;
        let took = clock.read();
        let report = report.expect("the range is known");
        let looked_at = report.candidates.len();
        check(&planted[..looked_at], &report.candidates);
        assert_eq!(report.available().count(), 3);
        took
    });
    found.expect("the estate can be built")
}

fn main() {
    support::heading("Availability: 40 % answer ping, 20 % have a PTR record");
    for (prefix, runs, floor) in [(24, 21, "5 ms"), (20, 11, ""), (16, 5, "1000 ms")] {
        let network = Ipv4Net::new(NETWORK, prefix).expect("a prefix");
        let planted = plant(network);
        let swept: Vec<_> = (0..runs).map(|_| sweep(network, &planted)).collect();
        let took: Vec<Took> = swept.iter().map(|(took, _)| *took).collect();
        let took = support::median_took(&took);
        let free = swept[0].1;
        let what = format!("sweep a /{prefix}: {free} of {} available", planted.len());
        let (wall, cpu) = (support::ms(took.wall), support::ms(took.cpu));
        support::row(&what, &wall, &cpu, floor, &runs.to_string());
    }
    let network = Ipv4Net::new(NETWORK, 24).expect("a prefix");
    let planted = plant(network);
    let took: Vec<Took> = (0..21).map(|_| find(network, &planted)).collect();
    let took = support::median_took(&took);
    let (wall, cpu) = (support::ms(took.wall), support::ms(took.cpu));
    support::row("find the first 3 of a /24", &wall, &cpu, "", "21");
}
