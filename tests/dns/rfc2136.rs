//! Dynamic update: prescan, changes and response. Section numbers are those of RFC 2136.

use crate::support::*;
use ipamlab::server::dns::{DnsServer, DnsServerConfig, Transport};
use ipamlab::wire::dns::{Rcode, RecordType, UpdateMessage};

const HOST: &str = "host.open.example";
const ALIAS: &str = "alias.open.example";
const NEW: &str = "new.open.example";

fn open() -> UpdateMessage {
    UpdateMessage::new(3, name("open.example"))
}

fn add_new(message: UpdateMessage) -> UpdateMessage {
    message.add(&name(NEW), 60, &data("A", "10.9.9.9"))
}

/// Sends the bytes of an update after `change`.
fn changed(message: UpdateMessage, change: impl FnOnce(&mut Vec<u8>)) -> (Rcode, DnsServer) {
    let mut server = server();
    let mut bytes = message.encode();
    change(&mut bytes);
    let rcode = send(&mut server, &bytes).rcode;
    (rcode, server)
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
