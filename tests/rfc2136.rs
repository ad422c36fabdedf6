//! Dynamic update, clause by clause. Section numbers are those of RFC 2136.

mod dns_support;

use dns_support::*;
use ipamlab::server::dns::{DnsServer, DnsServerConfig, Transport, ZoneConfig};
use ipamlab::wire::dns::{Rcode, RecordType, UpdateMessage};
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

/// Where the first record after the question of `open.example` begins, and its fixed part.
const FIRST_RECORD: usize = 12 + 14 + 4;

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
    // hickory writes the owner as a full name of 14 octets here.
    assert_eq!(
        record(|bytes| *bytes.last_mut().unwrap() = 9),
        Rcode::FORMERR,
        "cut short"
    );
    let len = |bytes: &Vec<u8>| bytes.len();
    assert!(
        len(&open()
            .require_rrset(&name("open.example"), kind("NS"))
            .encode())
            > FIRST_RECORD
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

// 3.4.1: prescan.

#[test]
fn section_3_4_1_one_bad_update_spoils_the_message() {
    let outside = add_new(open()).add(&name("x.elsewhere.example"), 60, &data("A", "10.9.9.9"));
    let mut server = server();
    assert_eq!(update(&mut server, &outside), Rcode::NOTZONE);
    assert!(
        held(&mut server, NEW, "A").is_empty(),
        "nothing before it was applied"
    );
    for meta in [
        RecordType::AXFR,
        RecordType::MAILB,
        RecordType::MAILA,
        RecordType(0),
    ] {
        let message = add_new(open()).delete_rrset(&name(HOST), meta);
        assert_eq!(update(&mut server, &message), Rcode::FORMERR, "{meta}");
    }
    assert!(held(&mut server, NEW, "A").is_empty());
    assert_eq!(held(&mut server, HOST, "A").len(), 2);
}

#[test]
fn section_3_4_1_3_deletions_carry_no_ttl_and_the_right_data() {
    // The deletion of a set ends with class, time to live and a length of zero.
    let with = |at_from_end: usize, value: u8| {
        let (rcode, mut server) = changed(open().delete_rrset(&name(HOST), kind("A")), |bytes| {
            let at = bytes.len() - at_from_end;
            bytes[at] = value;
        });
        (rcode, held(&mut server, HOST, "A").len())
    };
    assert_eq!(with(3, 0), (Rcode::NOERROR, 0), "unchanged");
    assert_eq!(with(3, 1), (Rcode::FORMERR, 2), "time to live");
    assert_eq!(with(7, 254), (Rcode::FORMERR, 2), "class NONE without data");
    assert_eq!(with(7, 1), (Rcode::FORMERR, 2), "class IN without data");
    assert_eq!(
        with(7, 4),
        (Rcode::FORMERR, 2),
        "a class that means nothing here"
    );
}

// 3.4.2: the update itself.

#[test]
fn section_3_4_2_2_add_joins_a_set_and_equal_data_is_replaced() {
    let mut server = server();
    let host = name(HOST);
    let message =
        open()
            .add(&host, 300, &data("A", "10.1.0.3"))
            .add(&host, 900, &data("A", "10.1.0.1"));
    assert_eq!(update(&mut server, &message), Rcode::NOERROR);
    assert_eq!(
        held(&mut server, HOST, "A"),
        ["10.1.0.1", "10.1.0.2", "10.1.0.3"]
    );
    let ttls: Vec<u32> = ask(&mut server, HOST, "A")
        .answers
        .iter()
        .map(|a| a.ttl)
        .collect();
    assert_eq!(
        ttls,
        [900, 900, 900],
        "a set has one time to live (RFC 2181 section 5.2)"
    );
}

#[test]
fn section_3_4_2_2_cname_and_other_data_do_not_mix() {
    let mut server = server();
    let message = open().add(&name(ALIAS), 60, &data("A", "10.9.9.9")).add(
        &name(HOST),
        60,
        &data("CNAME", "elsewhere.open.example."),
    );
    assert_eq!(
        update(&mut server, &message),
        Rcode::NOERROR,
        "ignored, not refused"
    );
    assert_eq!(held(&mut server, ALIAS, "CNAME"), ["host.open.example."]);
    assert!(held(&mut server, HOST, "CNAME").is_empty());
    let replace = open().add(&name(ALIAS), 60, &data("CNAME", "other.open.example."));
    assert_eq!(update(&mut server, &replace), Rcode::NOERROR);
    assert_eq!(held(&mut server, ALIAS, "CNAME"), ["other.open.example."]);
}

#[test]
fn section_3_4_2_2_soa_is_taken_at_the_apex_with_a_greater_serial_only() {
    let soa = |serial: u32| {
        data(
            "SOA",
            &format!("ns9.corp.example. h.open.example. {serial} 1 2 3 4"),
        )
    };
    let mut server = server();
    let at_host = open().add(&name(HOST), 60, &soa(99));
    assert_eq!(update(&mut server, &at_host), Rcode::NOERROR);
    assert!(held(&mut server, HOST, "SOA").is_empty());
    let apex = name("open.example");
    for (sent, then) in [
        (1, 1),
        (50, 50),
        (49, 50),
        (50_u32.wrapping_sub(1 << 31), 50),
    ] {
        assert_eq!(
            update(&mut server, &open().add(&apex, 60, &soa(sent))),
            Rcode::NOERROR
        );
        assert_eq!(serial(&mut server, "open.example"), then, "after {sent}");
    }
    assert_eq!(held(&mut server, "open.example", "SOA").len(), 1);
}

#[test]
fn section_3_4_2_3_delete_an_rrset_or_a_name() {
    let mut server = server();
    assert_eq!(
        update(&mut server, &open().delete_rrset(&name(HOST), kind("TXT"))),
        Rcode::NOERROR
    );
    assert!(held(&mut server, HOST, "TXT").is_empty());
    assert_eq!(held(&mut server, HOST, "A").len(), 2);
    assert_eq!(
        update(&mut server, &open().delete_name(&name(HOST))),
        Rcode::NOERROR
    );
    assert_eq!(ask(&mut server, HOST, "A").rcode, Rcode::NXDOMAIN);
    let absent = open()
        .delete_name(&name(HOST))
        .delete_rrset(&name(NEW), kind("A"));
    assert_eq!(
        update(&mut server, &absent),
        Rcode::NOERROR,
        "nothing to delete is no error"
    );
}

#[test]
fn section_3_4_2_3_apex_soa_and_ns_survive_the_deletion_of_sets() {
    let apex = name("open.example");
    for message in [
        open().delete_name(&apex),
        open().delete_rrset(&apex, kind("NS")),
        open().delete_rrset(&apex, kind("SOA")),
    ] {
        let mut server = server();
        let txt = open().add(&apex, 60, &data("TXT", "\"x\""));
        assert_eq!(update(&mut server, &txt), Rcode::NOERROR);
        assert_eq!(update(&mut server, &message), Rcode::NOERROR);
        assert_eq!(held(&mut server, "open.example", "NS").len(), 2);
        assert_eq!(held(&mut server, "open.example", "SOA").len(), 1);
    }
    let mut server = server();
    let txt = open()
        .add(&apex, 60, &data("TXT", "\"x\""))
        .delete_name(&apex);
    assert_eq!(update(&mut server, &txt), Rcode::NOERROR);
    assert!(
        held(&mut server, "open.example", "TXT").is_empty(),
        "the rest of the apex goes"
    );
}

#[test]
fn section_3_4_2_4_delete_one_record_but_never_the_soa_or_the_last_ns() {
    let mut server = server();
    assert_eq!(
        update(
            &mut server,
            &open().delete(&name(HOST), &data("A", "10.1.0.1"))
        ),
        Rcode::NOERROR
    );
    assert_eq!(held(&mut server, HOST, "A"), ["10.1.0.2"]);
    let apex = name("open.example");
    let both = open()
        .delete(&apex, &data("NS", "ns1.corp.example."))
        .delete(&apex, &data("NS", "ns2.corp.example."));
    assert_eq!(update(&mut server, &both), Rcode::NOERROR);
    assert_eq!(
        held(&mut server, "open.example", "NS"),
        ["ns2.corp.example."]
    );
    let soa = ask(&mut server, "open.example", "SOA").answers[0]
        .data
        .clone();
    assert_eq!(
        update(&mut server, &open().delete(&apex, &soa)),
        Rcode::NOERROR
    );
    assert_eq!(held(&mut server, "open.example", "SOA").len(), 1);
}

#[test]
fn section_3_4_2_updates_apply_in_order() {
    let mut server = server();
    let message =
        open()
            .delete_rrset(&name(HOST), kind("A"))
            .add(&name(HOST), 60, &data("A", "10.1.0.9"));
    assert_eq!(update(&mut server, &message), Rcode::NOERROR);
    assert_eq!(held(&mut server, HOST, "A"), ["10.1.0.9"]);
}

// 3.6 to 3.8: serial, atomicity, response

#[test]
fn section_3_6_serial_advances_once_for_a_change_and_not_at_all_without() {
    let mut server = server();
    let before = serial(&mut server, "open.example");
    let none = open()
        .add(&name(HOST), 300, &data("A", "10.1.0.1"))
        .delete_name(&name("absent.open.example"));
    assert_eq!(update(&mut server, &none), Rcode::NOERROR);
    assert_eq!(serial(&mut server, "open.example"), before);
    let many = add_new(open()).add(&name("b.open.example"), 60, &data("A", "10.9.9.8"));
    assert_eq!(update(&mut server, &many), Rcode::NOERROR);
    assert_eq!(serial(&mut server, "open.example"), before + 1);
    assert_eq!(
        update(
            &mut server,
            &open().require_name(&name("absent.open.example"))
        ),
        Rcode::NXDOMAIN
    );
    assert_eq!(serial(&mut server, "open.example"), before + 1);
}

#[test]
fn section_3_6_serial_wraps_past_zero() {
    let mut zone = open_zone();
    zone.soa.serial = u32::MAX;
    let mut server = server_of(DnsServerConfig::default().zone(zone));
    assert_eq!(update(&mut server, &add_new(open())), Rcode::NOERROR);
    assert_eq!(serial(&mut server, "open.example"), 1);
}

#[test]
fn section_3_8_response_echoes_id_opcode_and_zone() {
    let mut server = server();
    let replies = server.handle(&add_new(open()).encode(), Transport::Udp, peer(), now());
    assert_eq!(replies[0][..4], [0, 3, 0xa8, 0]);
    let reply = ipamlab::wire::dns::Reply::parse(&replies[0]).unwrap();
    assert_eq!(
        reply.question,
        Some((name("open.example"), RecordType::SOA))
    );
}
