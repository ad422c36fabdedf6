//! EDNS and sizes (RFC 6891), and zones that are not plain primaries.

use crate::support::*;
use ipamlab::server::dns::{DnsServerConfig, Transport, ZoneConfig};
use ipamlab::wire::dns::{Rcode, Reply, query, transfer_query};

// EDNS.

/// A query whose OPT record was changed at `at`, counted from its owner.
fn with_opt(at: usize, value: u8) -> Vec<u8> {
    let mut message = query(4, &name("dc1.corp.example"), kind("A"));
    let opt = message.len() - 11;
    message[opt + at] = value;
    message
}

#[test]
fn rfc6891_6_1_1_opt_is_answered_with_opt_and_only_then() {
    let mut server = server();
    let with = query(4, &name("dc1.corp.example"), kind("A"));
    assert_eq!(send(&mut server, &with).edns, Some((1232, 0)));
    let mut without = with.clone();
    without.truncate(with.len() - 11);
    without[11] = 0;
    assert_eq!(send(&mut server, &without).edns, None);
    let mut twice = with.clone();
    twice.extend_from_slice(&with[with.len() - 11..]);
    twice[11] = 2;
    assert_eq!(
        send(&mut server, &twice).rcode,
        Rcode::FORMERR,
        "more than one OPT"
    );
}

#[test]
fn rfc6891_6_1_3_unknown_version_is_badvers() {
    let reply = send(&mut server(), &with_opt(6, 1));
    assert_eq!((reply.rcode, reply.edns), (Rcode::BADVERS, Some((1232, 0))));
    assert!(reply.answers.is_empty());
}

#[test]
fn rfc6891_6_1_2_unknown_options_are_ignored() {
    let mut message = query(4, &name("dc1.corp.example"), kind("A"));
    let end = message.len();
    message[end - 1] = 8;
    message.extend_from_slice(&[0, 10, 0, 4, 1, 2, 3, 4]);
    let reply = send(&mut server(), &message);
    assert_eq!((reply.rcode, reply.answers.len()), (Rcode::NOERROR, 2));
}

/// A name with so many addresses that the answer takes `16 * count` octets and some.
fn large(count: u8) -> ipamlab::server::dns::DnsServer {
    let mut zone = corp();
    for host in 0..count {
        let address = format!("10.5.0.{host}");
        zone = zone.record(name("large.corp.example"), 60, data("A", &address));
    }
    server_of(DnsServerConfig::default().zone(zone))
}

#[test]
fn rfc6891_6_2_3_answers_keep_to_the_size_offered() {
    for (payload, count, truncated) in [
        (0_u16, 26, false),
        (0, 40, true),
        (512, 40, true),
        (1232, 70, false),
        (4096, 80, true),
    ] {
        let mut message = query(4, &name("large.corp.example"), kind("A"));
        let opt = message.len() - 11;
        message[opt + 3..opt + 5].copy_from_slice(&payload.to_be_bytes());
        let mut server = large(count);
        let bytes = &server.handle(&message, Transport::Udp, peer(), now())[0];
        let reply = Reply::parse(bytes).unwrap();
        assert_eq!(reply.truncated, truncated, "{count} records in {payload}");
        assert_eq!(
            reply.answers.len(),
            if truncated { 0 } else { usize::from(count) }
        );
        assert!(bytes.len() <= usize::from(payload.clamp(512, 1232)));
        assert_eq!(
            reply.edns,
            Some((1232, 0)),
            "OPT stays when records go (section 7)"
        );
        let whole = server.handle(&message, Transport::Tcp, peer(), now());
        assert_eq!(
            Reply::parse(&whole[0]).unwrap().answers.len(),
            usize::from(count)
        );
    }
}

#[test]
fn rfc1035_4_2_1_without_edns_512_octets_are_the_limit() {
    let mut message = query(4, &name("large.corp.example"), kind("A"));
    message.truncate(message.len() - 11);
    message[11] = 0;
    let replies = large(40).handle(&message, Transport::Udp, peer(), now());
    assert!(replies[0].len() <= 512 && Reply::parse(&replies[0]).unwrap().truncated);
}

fn transfer(server: &mut ipamlab::server::dns::DnsServer, zone: &str) -> Vec<Vec<u8>> {
    server.handle(
        &transfer_query(8, &name(zone)),
        Transport::Tcp,
        peer(),
        now(),
    )
}

// Zones of other kinds.

#[test]
fn secondary_serves_a_copy_and_keeps_it_when_a_refresh_fails() {
    let corp_name = name("corp.example");
    let config = ZoneConfig::secondary(corp_name.clone(), vec![peer().ip()]);
    let mut secondary = server_of(DnsServerConfig::default().zone(config));
    assert_eq!(
        ask(&mut secondary, "dc1.corp.example", "A").rcode,
        Rcode::SERVFAIL
    );
    let copy = transfer(&mut server(), "corp.example");
    secondary.refresh(&corp_name, &copy).unwrap();
    assert_eq!(held(&mut secondary, "dc1.corp.example", "A").len(), 2);
    assert!(ask(&mut secondary, "dc1.corp.example", "A").authoritative);
    let refused = transfer(&mut server(), "elsewhere.example");
    assert!(secondary.refresh(&corp_name, &refused).is_err());
    assert!(secondary.refresh(&corp_name, &[]).is_err());
    assert!(
        server().refresh(&corp_name, &copy).is_err(),
        "a primary is not refreshed"
    );
    secondary.restart();
    assert_eq!(
        held(&mut secondary, "dc1.corp.example", "A").len(),
        2,
        "kept over a restart"
    );
    assert_eq!(secondary.masters(&corp_name), [peer().ip()]);
}

#[test]
fn paused_stub_and_forwarder_zones_do_not_answer_for_themselves() {
    let config = DnsServerConfig::default()
        .zone(corp().paused(true))
        .zone(ZoneConfig::stub(name("stub.example"), vec![peer().ip()]))
        .zone(ZoneConfig::forwarder(
            name("fwd.example"),
            vec![peer().ip()],
        ));
    let mut server = server_of(config);
    assert_eq!(
        ask(&mut server, "dc1.corp.example", "A").rcode,
        Rcode::SERVFAIL
    );
    assert_eq!(ask(&mut server, "a.fwd.example", "A").rcode, Rcode::REFUSED);
    assert_eq!(
        ask(&mut server, "a.stub.example", "A").rcode,
        Rcode::SERVFAIL
    );
    let stub = ZoneConfig::primary(name("stub.example"))
        .name_server(name("ns.stub.example"))
        .record(name("ns.stub.example"), 60, data("A", "10.7.7.7"));
    let mut primary = server_of(DnsServerConfig::default().zone(stub));
    let copy = transfer(&mut primary, "stub.example");
    server.refresh(&name("stub.example"), &copy).unwrap();
    let reply = ask(&mut server, "a.stub.example", "A");
    assert_eq!((reply.rcode, reply.authoritative), (Rcode::NOERROR, false));
    assert_eq!(
        lines(&reply.authorities),
        ["stub.example NS ns.stub.example."]
    );
    assert_eq!(lines(&reply.additionals), ["ns.stub.example A 10.7.7.7"]);
}

#[test]
fn the_longest_zone_answers() {
    let config = DnsServerConfig::default()
        .zone(corp())
        .zone(ZoneConfig::primary(name("example")).record(
            name("x.example"),
            60,
            data("A", "10.0.0.1"),
        ))
        .zone(ZoneConfig::primary(name("child.corp.example")))
        .zone(ZoneConfig::primary(name("bcorp.example")));
    let mut server = server_of(config);
    for (owner, apex) in [
        ("n.corp.example", "corp.example"),
        ("n.child.corp.example", "child.corp.example"),
        ("child.corp.example", "child.corp.example"),
        ("zcorp.example", "example"),
        ("n.acorp.example", "example"),
    ] {
        let reply = ask(&mut server, owner, "PTR");
        assert_eq!(reply.authorities[0].name, name(apex), "{owner}");
    }
    assert_eq!(ask(&mut server, "elsewhere", "A").rcode, Rcode::REFUSED);
}
