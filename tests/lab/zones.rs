//! Which servers hold which zones.

use std::collections::BTreeMap;

use ipamlab::estate::{DomainSpec, EstateSpec, HostSpec, Role, TrustSpec};
use ipamlab::lab::{self, DnsSpec, LabSpec};
use ipamlab::server::dns::ZoneConfig;
use ipamlab::wire::windows::dnsp::{RecordData, ZoneKind, ZoneStorage};

use super::world::fqdn;
use Role::{Dns, DomainController as Dc, Ipam};
use ZoneKind::{Primary, Secondary};
use ZoneStorage::{AdIntegrated, FileBacked};

fn domain(name: &str, net: u8, hosts: &[(&str, &[Role])]) -> DomainSpec {
    let mut domain = DomainSpec::new(fqdn(name));
    for (place, (host, roles)) in (1..).zip(hosts) {
        let address = [10, 0, net, place].into();
        domain = domain.host(HostSpec::new(host.parse().unwrap(), vec![address]).roles(roles));
    }
    domain
}

fn spec(domains: Vec<DomainSpec>) -> LabSpec {
    LabSpec::of(EstateSpec {
        domains,
        ..EstateSpec::default()
    })
}

/// The zones of every DNS server: name, kind, storage.
type Held = BTreeMap<String, Vec<(String, ZoneKind, ZoneStorage)>>;

fn held(spec: LabSpec) -> Held {
    lab::run(spec, async |lab| {
        let estate = lab.estate();
        let hosts = estate.hosts_with(Dns);
        let zones = hosts.map(|host| {
            let zones = lab.dns(&host.fqdn).unwrap().zones().into_iter();
            let zones = zones.map(|zone| (zone.name.to_string(), zone.kind, zone.storage));
            (host.name.to_string(), zones.collect())
        });
        zones.collect()
    })
    .unwrap()
}

fn zone(name: &str, kind: ZoneKind, storage: ZoneStorage) -> (String, ZoneKind, ZoneStorage) {
    (name.to_owned(), kind, storage)
}

#[test]
fn every_controller_with_dns_holds_the_domain_zones_of_its_forest() {
    let root = [
        ("dc1", &[Dc, Dns][..]),
        ("dc2", &[Dc, Dns]),
        ("dc3", &[Dc]),
        ("ns1", &[Dns]),
        ("ipam1", &[Ipam]),
    ];
    let mut child = domain("eu.corp.example", 1, &[("dc4", &[Dc, Dns])]);
    child.forest = Some(fqdn("corp.example"));
    let held = held(spec(vec![domain("corp.example", 0, &root), child]));
    let both = [
        zone("corp.example", Primary, AdIntegrated),
        zone("eu.corp.example", Primary, AdIntegrated),
    ];
    for controller in ["dc1", "dc2", "dc4"] {
        let mut zones = held[controller].clone();
        zones.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(zones, both, "{controller}");
    }
    assert_eq!(held["ns1"], [], "a member holds what is written on it");
    assert_eq!(held.len(), 4);
}

#[test]
fn without_dns_on_a_controller_the_first_member_keeps_the_zone_in_files() {
    let hosts = [
        ("dc1", &[Dc][..]),
        ("ns1", &[Dns]),
        ("ns2", &[Dns]),
        ("ipam1", &[Ipam]),
    ];
    let held = held(spec(vec![domain("corp.example", 0, &hosts)]));
    assert_eq!(held["ns1"], [zone("corp.example", Primary, FileBacked)]);
    assert_eq!(held["ns2"], []);
}

#[test]
fn a_written_zone_goes_to_the_controllers_of_its_domain_only_if_it_is_in_the_directory() {
    let root = [
        ("dc1", &[Dc, Dns][..]),
        ("dc2", &[Dc, Dns]),
        ("ipam1", &[Ipam]),
    ];
    let mut child = domain("eu.corp.example", 1, &[("dc4", &[Dc, Dns])]);
    child.forest = Some(fqdn("corp.example"));
    let mut spec = spec(vec![domain("corp.example", 0, &root), child]);
    let written = DnsSpec {
        zones: vec![
            ZoneConfig::directory_integrated(fqdn("shared.example")),
            ZoneConfig::primary(fqdn("alone.example")),
        ],
        ..DnsSpec::default()
    };
    spec.dns.insert(fqdn("dc2.corp.example"), written);
    let held = held(spec);
    let holders = |name: &str| -> Vec<&str> {
        let holding = held
            .iter()
            .filter(|(_, zones)| zones.iter().any(|z| z.0 == name));
        holding.map(|(host, _)| host.as_str()).collect()
    };
    assert_eq!(holders("shared.example"), ["dc1", "dc2"]);
    assert_eq!(holders("alone.example"), ["dc2"]);
}

#[test]
fn forests_copy_each_others_domain_zones_only_when_they_trust_both_ways() {
    for two_way in [true, false] {
        let corp = domain(
            "corp.example",
            0,
            &[("dc1", &[Dc, Dns]), ("ipam1", &[Ipam])],
        );
        let other = domain("partner.example", 1, &[("pdc", &[Dc, Dns])]);
        let mut spec = spec(vec![corp, other]);
        spec.estate.trusts.push(TrustSpec {
            trusting: fqdn("corp.example"),
            trusted: fqdn("partner.example"),
            two_way,
        });
        let held = held(spec);
        for (host, foreign) in [("dc1", "partner.example"), ("pdc", "corp.example")] {
            let copy = zone(foreign, Secondary, FileBacked);
            assert_eq!(held[host].contains(&copy), two_way, "{host}");
            assert_eq!(held[host].len(), 1 + usize::from(two_way));
        }
    }
}

#[test]
fn the_domain_zone_names_its_servers_and_the_addresses_of_its_hosts() {
    let hosts = [
        ("dc1", &[Dc, Dns][..]),
        ("ns1", &[Dns]),
        ("ns2", &[Dns]),
        ("ipam1", &[Ipam]),
    ];
    let mut spec = spec(vec![domain("corp.example", 0, &hosts)]);
    let hidden = DnsSpec {
        in_name_servers: false,
        ..DnsSpec::default()
    };
    spec.dns.insert(fqdn("ns2.corp.example"), hidden);
    let records = lab::run(spec, async |lab| {
        let server = lab.dns(&fqdn("dc1.corp.example")).unwrap();
        server.records(&fqdn("corp.example"), None).unwrap()
    });
    let records = records.unwrap();
    let servers: Vec<String> = records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Ns(name) => Some(name.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(servers, ["dc1.corp.example", "ns1.corp.example"]);
    let addresses = records
        .iter()
        .filter(|r| matches!(r.data, RecordData::A(_)));
    assert_eq!(addresses.count(), 4);
}
