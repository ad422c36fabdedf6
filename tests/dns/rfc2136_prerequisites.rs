//! Dynamic update: zone, prerequisites and permission. Section numbers are those of RFC 2136.

use crate::support::*;
use ipamlab::server::dns::{DnsServer, DnsServerConfig, Transport, ZoneConfig};
use ipamlab::wire::dns::{Rcode, UpdateMessage};
use ipamlab::wire::windows::dnsp::DynamicUpdate;

const HOST: &str = "host.open.example";
const ALIAS: &str = "alias.open.example";
const NEW: &str = "new.open.example";

fn open() -> UpdateMessage {
    UpdateMessage::new(3, name("open.example"))
}

fn add_new(message: UpdateMessage) -> UpdateMessage {
    message.add(&name(NEW), 60, &data("A", "10.9.9.9"))
}

/// Sends `message` plus one addition, and says the code and whether the addition was made.
fn guarded(message: UpdateMessage) -> (Rcode, bool) {
    let mut server = server();
    let rcode = update(&mut server, &add_new(message));
    (rcode, !held(&mut server, NEW, "A").is_empty())
}

/// Sends the bytes of an update after `change`.
fn changed(message: UpdateMessage, change: impl FnOnce(&mut Vec<u8>)) -> (Rcode, DnsServer) {
    let mut server = server();
    let mut bytes = message.encode();
    change(&mut bytes);
    let rcode = send(&mut server, &bytes).rcode;
    (rcode, server)
}

// 3.1: the zone section.

#[test]
fn section_3_1_1_zone_section_must_name_one_zone_by_its_soa() {
    for (at, value) in [(5, 0), (5, 2), (12 + 14 + 1, 1)] {
        let (rcode, mut server) = changed(add_new(open()), |bytes| bytes[at] = value);
        assert_eq!(rcode, Rcode::FORMERR, "octet {at} = {value}");
        assert!(held(&mut server, NEW, "A").is_empty());
    }
}

#[test]
fn section_3_1_2_zone_that_is_not_served_is_notauth() {
    let mut server = server();
    for zone in ["elsewhere.example", "sub.open.example", "example"] {
        let message = UpdateMessage::new(3, name(zone));
        assert_eq!(update(&mut server, &message), Rcode::NOTAUTH, "{zone}");
    }
    let (rcode, _) = changed(open(), |bytes| bytes[12 + 14 + 3] = 3);
    assert_eq!(rcode, Rcode::NOTAUTH, "another class is another zone");
}

#[test]
fn section_3_1_2_secondary_refuses() {
    let config = ZoneConfig::secondary(name("open.example"), vec![peer().ip()]);
    let mut server = server_of(DnsServerConfig::default().zone(config));
    assert_eq!(update(&mut server, &add_new(open())), Rcode::REFUSED);
}

// 3.2: prerequisites.

#[test]
fn section_3_2_1_rrset_exists_value_independent() {
    let require = |owner, of| guarded(open().require_rrset(&name(owner), kind(of)));
    assert_eq!(require(HOST, "A"), (Rcode::NOERROR, true));
    assert_eq!(require(HOST, "AAAA"), (Rcode::NXRRSET, false));
    assert_eq!(require("absent.open.example", "A"), (Rcode::NXRRSET, false));
}

#[test]
fn section_3_2_2_rrset_does_not_exist() {
    let forbid = |owner, of| guarded(open().forbid_rrset(&name(owner), kind(of)));
    assert_eq!(forbid(HOST, "AAAA"), (Rcode::NOERROR, true));
    assert_eq!(forbid(HOST, "A"), (Rcode::YXRRSET, false));
}

#[test]
fn section_3_2_3_rrset_exists_value_dependent_compares_whole_sets() {
    let exactly = |texts: &[&str]| {
        let set: Vec<_> = texts.iter().map(|text| data("A", text)).collect();
        guarded(open().require_exactly(&name(HOST), &set))
    };
    assert_eq!(exactly(&["10.1.0.1", "10.1.0.2"]), (Rcode::NOERROR, true));
    assert_eq!(exactly(&["10.1.0.2", "10.1.0.1"]), (Rcode::NOERROR, true));
    assert_eq!(
        exactly(&["10.1.0.1"]),
        (Rcode::NXRRSET, false),
        "a subset is not the set"
    );
    assert_eq!(exactly(&["10.1.0.1", "10.1.0.3"]), (Rcode::NXRRSET, false));
    let superset = exactly(&["10.1.0.1", "10.1.0.2", "10.1.0.3"]);
    assert_eq!(superset, (Rcode::NXRRSET, false));
    let names =
        guarded(open().require_exactly(&name(ALIAS), &[data("CNAME", "HOST.Open.example.")]));
    assert_eq!(
        names,
        (Rcode::NOERROR, true),
        "names compare without case (1.1.2)"
    );
}

#[test]
fn section_2_4_4_and_2_4_5_name_in_use_and_not_in_use() {
    let absent = name("absent.open.example");
    assert_eq!(
        guarded(open().require_name(&name(HOST))),
        (Rcode::NOERROR, true)
    );
    assert_eq!(
        guarded(open().require_name(&absent)),
        (Rcode::NXDOMAIN, false)
    );
    assert_eq!(guarded(open().forbid_name(&absent)), (Rcode::NOERROR, true));
    assert_eq!(
        guarded(open().forbid_name(&name(HOST))),
        (Rcode::YXDOMAIN, false)
    );
    // An empty non-terminal owns no record, so it is not in use (2.4.4).
    let mut server = server();
    let deep = open().add(&name("a.b.open.example"), 60, &data("A", "10.9.9.9"));
    assert_eq!(update(&mut server, &deep), Rcode::NOERROR);
    let required = open().require_name(&name("b.open.example"));
    assert_eq!(update(&mut server, &required), Rcode::NXDOMAIN);
}

#[test]
fn section_3_2_malformed_prerequisites_are_formerr() {
    let record = |change: fn(&mut Vec<u8>)| {
        let (rcode, _) = changed(
            open().require_rrset(&name("open.example"), kind("NS")),
            change,
        );
        rcode
    };
    assert_eq!(record(|_| ()), Rcode::NOERROR);
    // A length of nine, and no octets to match it.
    assert_eq!(
        record(|bytes| *bytes.last_mut().unwrap() = 9),
        Rcode::FORMERR,
        "cut short"
    );
    // The time to live is the four octets before the length.
    assert_eq!(
        record(|bytes| {
            let at = bytes.len() - 3;
            bytes[at] = 1;
        }),
        Rcode::FORMERR,
        "a time to live"
    );
    // The class is the two octets before that: neither ANY, NONE nor IN.
    assert_eq!(
        record(|bytes| {
            let at = bytes.len() - 7;
            bytes[at] = 3;
        }),
        Rcode::FORMERR,
        "another class"
    );
    assert_eq!(
        record(|bytes| {
            let at = bytes.len() - 7;
            bytes[at] = 1;
        }),
        Rcode::FORMERR,
        "class IN without data"
    );
}

#[test]
fn section_3_2_prerequisite_outside_the_zone_is_notzone() {
    let outside = name("host.elsewhere.example");
    assert_eq!(
        guarded(open().forbid_name(&outside)),
        (Rcode::NOTZONE, false)
    );
}

#[test]
fn section_2_4_all_prerequisites_must_hold() {
    let both = open()
        .require_name(&name(HOST))
        .require_rrset(&name(HOST), kind("AAAA"));
    assert_eq!(guarded(both), (Rcode::NXRRSET, false));
}

// 3.3: permission.

#[test]
fn section_3_3_unsigned_updates_are_refused_by_a_secure_zone() {
    let corp = || UpdateMessage::new(3, name("corp.example"));
    let message = corp().add(&name("new.corp.example"), 60, &data("A", "10.9.9.9"));
    let mut server = server();
    assert_eq!(update(&mut server, &message), Rcode::REFUSED);
    assert!(held(&mut server, "new.corp.example", "A").is_empty());
    let (signed, mut verifier) = key().sign_request(message.encode(), NOW);
    let replies = server.handle(&signed, Transport::Udp, peer(), now());
    assert_eq!(verifier.verify(&replies[0], NOW), Ok(()));
    assert_eq!(held(&mut server, "new.corp.example", "A"), ["10.9.9.9"]);
    // Refusal comes before the prerequisites, so it cannot be used to learn the content.
    let probing = corp().require_name(&name("absent.corp.example"));
    assert_eq!(update(&mut server, &probing), Rcode::REFUSED);
}

#[test]
fn section_3_3_zone_without_updates_refuses_even_signed_ones() {
    let zone = open_zone().updates(DynamicUpdate::None);
    let mut server = server_of(DnsServerConfig::default().zone(zone).key(key()));
    let (signed, _) = key().sign_request(add_new(open()).encode(), NOW);
    assert_eq!(send(&mut server, &signed).rcode, Rcode::REFUSED);
    assert!(held(&mut server, NEW, "A").is_empty());
}
