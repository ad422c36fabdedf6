//! One known-good zone and a few ways to talk to a server over it; each test changes one thing.

#![allow(dead_code, reason = "each test binary uses a part of this")]

use std::net::SocketAddr;

use ipamlab::base::{Moment, SimTime};
use ipamlab::server::dns::{DnsServer, DnsServerConfig, Transport, ZoneConfig};
use ipamlab::wire::dns::{
    Data, DnsName, Rcode, RecordType, Reply, ResourceRecord, TsigAlgorithm, TsigKey, UpdateMessage,
    query,
};
use ipamlab::wire::windows::dnsp::DynamicUpdate;

pub fn name(text: &str) -> DnsName {
    text.parse().unwrap()
}

pub fn data(kind: &str, text: &str) -> Data {
    Data::parse(kind, text).unwrap()
}

pub fn kind(text: &str) -> RecordType {
    text.parse().unwrap()
}

pub fn peer() -> SocketAddr {
    "10.0.0.9:50000".parse().unwrap()
}

/// 2026-03-02T08:00:00Z.
pub const NOW: u64 = 1_772_438_400;

pub fn moment(unix_seconds: u64) -> Moment {
    let start = jiff_timestamp(unix_seconds);
    Moment::of(start, SimTime::ZERO)
}

fn jiff_timestamp(unix_seconds: u64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(i64::try_from(unix_seconds).unwrap()).unwrap()
}

pub fn now() -> Moment {
    moment(NOW)
}

/// `corp.example` with one of everything.
pub fn corp() -> ZoneConfig {
    let mut zone = ZoneConfig::primary(name("corp.example"))
        .name_server(name("ns1.corp.example"))
        .name_server(name("ns2.corp.example"));
    for (owner, kind, text) in [
        ("ns1", "A", "10.0.0.1"),
        ("ns2", "A", "10.0.0.2"),
        ("dc1", "A", "10.0.0.5"),
        ("dc1", "A", "10.0.0.6"),
        ("dc1", "AAAA", "2001:db8::5"),
        ("www", "CNAME", "web.corp.example."),
        ("web", "A", "10.0.0.80"),
        ("out", "CNAME", "www.elsewhere.example."),
        ("dangling", "CNAME", "gone.corp.example."),
        ("loop1", "CNAME", "loop2.corp.example."),
        ("loop2", "CNAME", "loop1.corp.example."),
        ("_ldap._tcp", "SRV", "0 100 389 dc1.corp.example."),
        ("txt", "TXT", "\"one\" \"two\""),
        ("mx", "MX", "10 dc1.corp.example."),
        ("a.deep.path", "A", "10.0.0.7"),
        ("*.wild", "TXT", "\"from the wildcard\""),
        ("*.wild", "A", "10.0.0.99"),
        ("host.wild", "A", "10.0.0.98"),
        ("x.sub.wild", "A", "10.0.0.97"),
        ("child", "NS", "ns.child.corp.example."),
        ("child", "NS", "ns.other.example."),
        ("ns.child", "A", "10.0.1.1"),
        ("ns.child", "AAAA", "2001:db8:1::1"),
    ] {
        let owner = name(&format!("{owner}.corp.example"));
        zone = zone.record(owner, 3600, data(kind, text));
    }
    zone
}

pub fn key() -> TsigKey {
    TsigKey::new(name("update-key"), TsigAlgorithm::HmacSha256, &[7; 32]).unwrap()
}

/// A server of `corp.example`, which takes secure updates, and of `open.example`, which takes any.
pub fn server() -> DnsServer {
    server_of(
        DnsServerConfig::default()
            .zone(secure(corp()))
            .zone(open_zone())
            .key(key()),
    )
}

pub fn secure(mut zone: ZoneConfig) -> ZoneConfig {
    zone.storage = ipamlab::wire::windows::dnsp::ZoneStorage::AdIntegrated;
    zone.updates(DynamicUpdate::Secure)
}

pub fn open_zone() -> ZoneConfig {
    ZoneConfig::primary(name("open.example"))
        .updates(DynamicUpdate::NonsecureAndSecure)
        .name_server(name("ns1.corp.example"))
        .name_server(name("ns2.corp.example"))
        .record(name("host.open.example"), 300, data("A", "10.1.0.1"))
        .record(name("host.open.example"), 300, data("A", "10.1.0.2"))
        .record(name("host.open.example"), 300, data("TXT", "\"x\""))
        .record(
            name("alias.open.example"),
            300,
            data("CNAME", "host.open.example."),
        )
}

pub fn server_of(config: DnsServerConfig) -> DnsServer {
    DnsServer::new(&config).unwrap()
}

/// Sends one message over UDP and reads the one answer.
pub fn send(server: &mut DnsServer, message: &[u8]) -> Reply {
    let replies = server.handle(message, Transport::Udp, peer(), now());
    assert_eq!(replies.len(), 1, "one answer");
    Reply::parse(&replies[0]).unwrap()
}

pub fn ask(server: &mut DnsServer, owner: &str, of: &str) -> Reply {
    let (owner, of) = (name(owner), kind(of));
    let reply = send(server, &query(7, &owner, of));
    assert!(reply.answers_to(7, &owner, of));
    reply
}

pub fn update(server: &mut DnsServer, message: &UpdateMessage) -> Rcode {
    send(server, &message.encode()).rcode
}

/// Records as `owner type data`, in the order they came.
pub fn lines(records: &[ResourceRecord]) -> Vec<String> {
    records
        .iter()
        .map(|record| format!("{} {} {}", record.name, record.data.kind(), record.data))
        .collect()
}

/// What `name` holds of `kind`, as text.
pub fn held(server: &mut DnsServer, owner: &str, of: &str) -> Vec<String> {
    let mut texts: Vec<String> = ask(server, owner, of)
        .answers
        .iter()
        .filter(|record| record.data.kind() == kind(of))
        .map(|record| record.data.to_string())
        .collect();
    texts.sort();
    texts
}

pub fn serial(server: &mut DnsServer, zone: &str) -> u32 {
    match &ask(server, zone, "SOA").answers[0].data {
        Data::Soa(soa) => soa.serial,
        other => panic!("{other}"),
    }
}
