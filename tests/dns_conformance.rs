//! Queries, negative answers, wildcards, EDNS, transfers and signatures, each test named by the
//! document and section it holds the server to.

mod dns_support;

use dns_support::*;
use ipamlab::server::dns::{DnsServerConfig, TransferPolicy, Transport, ZoneConfig};
use ipamlab::wire::dns::{
    Data, Rcode, RecordType, Reply, TransferReader, TsigAlgorithm, TsigError, TsigKey,
    UpdateMessage, query, transfer_query,
};

fn codes(owner: &str, of: &str) -> (Rcode, bool, Vec<String>, Vec<String>) {
    let reply = ask(&mut server(), owner, of);
    (
        reply.rcode,
        reply.authoritative,
        lines(&reply.answers),
        lines(&reply.authorities),
    )
}

const SOA: &str =
    "corp.example SOA ns1.corp.example. hostmaster.corp.example. 1 900 600 86400 3600";

// Queries.

#[test]
fn rfc1034_4_3_2_answers_are_whole_sets_and_authoritative() {
    let (rcode, authoritative, answers, authorities) = codes("DC1.corp.example", "A");
    assert_eq!((rcode, authoritative), (Rcode::NOERROR, true));
    assert_eq!(
        answers,
        ["DC1.corp.example A 10.0.0.5", "DC1.corp.example A 10.0.0.6"]
    );
    assert!(authorities.is_empty());
    for (owner, of, text) in [
        ("dc1.corp.example", "AAAA", "2001:db8::5"),
        (
            "_ldap._tcp.corp.example",
            "SRV",
            "0 100 389 dc1.corp.example.",
        ),
        ("txt.corp.example", "TXT", "\"one\" \"two\""),
        ("mx.corp.example", "MX", "10 dc1.corp.example."),
    ] {
        assert_eq!(codes(owner, of).2, [format!("{owner} {of} {text}")]);
    }
}

#[test]
fn rfc1034_3_6_2_alias_is_followed_inside_the_zone() {
    assert_eq!(
        codes("www.corp.example", "A").2,
        [
            "www.corp.example CNAME web.corp.example.",
            "web.corp.example A 10.0.0.80"
        ]
    );
    assert_eq!(codes("www.corp.example", "CNAME").2.len(), 1);
    assert_eq!(
        codes("out.corp.example", "A").2,
        ["out.corp.example CNAME www.elsewhere.example."]
    );
    let (rcode, _, looped, _) = codes("loop1.corp.example", "A");
    assert_eq!((rcode, looped.len()), (Rcode::NOERROR, 2), "a loop ends");
}

#[test]
fn rfc6604_3_code_after_an_alias_is_that_of_its_end() {
    let (rcode, _, answers, authorities) = codes("dangling.corp.example", "A");
    assert_eq!(rcode, Rcode::NXDOMAIN);
    assert_eq!(answers, ["dangling.corp.example CNAME gone.corp.example."]);
    assert_eq!(authorities, [SOA]);
}

#[test]
fn rfc1034_4_2_1_name_below_a_cut_is_referred() {
    for owner in [
        "child.corp.example",
        "a.b.child.corp.example",
        "ns.child.corp.example",
    ] {
        let reply = ask(&mut server(), owner, "A");
        assert_eq!(
            (reply.rcode, reply.authoritative),
            (Rcode::NOERROR, false),
            "{owner}"
        );
        assert!(reply.answers.is_empty());
        assert_eq!(
            lines(&reply.authorities),
            [
                "child.corp.example NS ns.child.corp.example.",
                "child.corp.example NS ns.other.example."
            ]
        );
        assert_eq!(
            lines(&reply.additionals),
            [
                "ns.child.corp.example A 10.0.1.1",
                "ns.child.corp.example AAAA 2001:db8:1::1"
            ]
        );
    }
}

#[test]
fn rfc8482_4_1_any_gets_one_set() {
    let (rcode, _, answers, _) = codes("dc1.corp.example", "ANY");
    assert_eq!((rcode, answers.len()), (Rcode::NOERROR, 2));
    assert_eq!(codes("nothing.corp.example", "ANY").0, Rcode::NXDOMAIN);
}

#[test]
fn rfc1035_4_1_1_codes_of_what_is_not_served() {
    assert_eq!(codes("www.elsewhere.example", "A").0, Rcode::REFUSED);
    assert_eq!(codes("example", "A").0, Rcode::REFUSED);
    let mut server = server();
    let plain = query(1, &name("dc1.corp.example"), kind("A"));
    let mut with = |at: usize, value: u8| {
        let mut message = plain.clone();
        message[at] = value;
        send(&mut server, &message).rcode
    };
    assert_eq!(with(2, 0x20), Rcode::NOTIMP, "opcode NOTIFY");
    assert_eq!(with(2, 0x78), Rcode::NOTIMP, "opcode 15");
    assert_eq!(
        with(5, 0),
        Rcode::FORMERR,
        "no question (RFC 9619 section 4)"
    );
    assert_eq!(with(12, 0xff), Rcode::FORMERR, "a label of an unknown kind");
    let class = plain.len() - 11 - 1;
    assert_eq!(with(class, 3), Rcode::REFUSED, "another class");
    assert_eq!(with(class - 2, 254), Rcode::NOTIMP, "MAILA");
}

#[test]
fn formerr_needs_a_header_and_responses_are_never_answered() {
    let mut server = server();
    let mut handle = |bytes: &[u8]| server.handle(bytes, Transport::Udp, peer(), now()).len();
    assert_eq!(handle(&[]), 0);
    assert_eq!(handle(&[0; 11]), 0);
    assert_eq!(
        handle(&[1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
        1,
        "a header that promises more"
    );
    let mut response = query(1, &name("dc1.corp.example"), kind("A"));
    response[2] |= 0x80;
    assert_eq!(handle(&response), 0);
    let stats = server.stats();
    assert_eq!((stats.received, stats.dropped, stats.malformed), (4, 3, 1));
    assert_eq!(stats.answers(Rcode::FORMERR), 1);
}

// Negative answers.

#[test]
fn rfc2308_2_nxdomain_and_nodata_carry_the_soa() {
    for (owner, rcode) in [
        ("nothing.corp.example", Rcode::NXDOMAIN),
        ("a.b.c.nothing.corp.example", Rcode::NXDOMAIN),
        ("dc1.corp.example", Rcode::NOERROR),
        ("corp.example", Rcode::NOERROR),
    ] {
        let (got, authoritative, answers, authorities) = codes(owner, "PTR");
        assert_eq!((got, authoritative), (rcode, true), "{owner}");
        assert!(answers.is_empty());
        assert_eq!(authorities, [SOA]);
    }
}

#[test]
fn rfc2308_3_negative_ttl_is_the_smaller_of_ttl_and_minimum() {
    for (ttl, minimum, then) in [(3600, 60, 60), (30, 900, 30)] {
        let mut zone = corp();
        (zone.soa.ttl, zone.soa.minimum) = (ttl, minimum);
        let mut server = server_of(DnsServerConfig::default().zone(zone));
        assert_eq!(
            ask(&mut server, "nothing.corp.example", "A").authorities[0].ttl,
            then
        );
        assert_eq!(ask(&mut server, "corp.example", "SOA").answers[0].ttl, ttl);
    }
}

#[test]
fn rfc4592_2_2_2_empty_non_terminals_exist() {
    for owner in [
        "deep.path.corp.example",
        "path.corp.example",
        "_tcp.corp.example",
    ] {
        assert_eq!(codes(owner, "A").0, Rcode::NOERROR, "{owner}");
    }
    assert_eq!(codes("eep.path.corp.example", "A").0, Rcode::NXDOMAIN);
    assert_eq!(codes("b.deep.path.corp.example", "A").0, Rcode::NXDOMAIN);
}

// Wildcards.

#[test]
fn rfc4592_2_2_1_wildcard_answers_for_names_that_do_not_exist() {
    for owner in ["any.wild.corp.example", "a.b.c.wild.corp.example"] {
        assert_eq!(codes(owner, "A").2, [format!("{owner} A 10.0.0.99")]);
    }
    assert_eq!(
        codes("*.wild.corp.example", "A").2,
        ["\\*.wild.corp.example A 10.0.0.99".replace('\\', "")]
    );
    let (rcode, _, answers, authorities) = codes("any.wild.corp.example", "MX");
    assert_eq!(
        (rcode, answers.len()),
        (Rcode::NOERROR, 0),
        "the wildcard has no such type"
    );
    assert_eq!(authorities, [SOA]);
}

#[test]
fn rfc4592_3_3_1_only_the_closest_encloser_counts() {
    // The name exists, so the wildcard does not apply to it.
    assert_eq!(
        codes("host.wild.corp.example", "A").2,
        ["host.wild.corp.example A 10.0.0.98"]
    );
    assert_eq!(codes("host.wild.corp.example", "TXT").0, Rcode::NOERROR);
    assert!(codes("host.wild.corp.example", "TXT").2.is_empty());
    // `host` and `sub` (an empty non-terminal) are closer enclosers without a wildcard of their own.
    assert_eq!(
        codes("below.host.wild.corp.example", "A").0,
        Rcode::NXDOMAIN
    );
    assert_eq!(codes("y.sub.wild.corp.example", "A").0, Rcode::NXDOMAIN);
    assert_eq!(codes("sub.wild.corp.example", "A").0, Rcode::NOERROR);
    assert!(codes("sub.wild.corp.example", "A").2.is_empty());
    assert_eq!(
        codes("wild.corp.example", "A").0,
        Rcode::NOERROR,
        "exists through its wildcard"
    );
}

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

// Transfers.

fn transfer(server: &mut ipamlab::server::dns::DnsServer, zone: &str) -> Vec<Vec<u8>> {
    server.handle(
        &transfer_query(8, &name(zone)),
        Transport::Tcp,
        peer(),
        now(),
    )
}

#[test]
fn rfc5936_2_2_transfer_begins_and_ends_with_the_soa_and_holds_everything_once() {
    let replies = transfer(&mut server(), "corp.example");
    let all: Vec<_> = replies
        .iter()
        .flat_map(|bytes| Reply::parse(bytes).unwrap().answers)
        .collect();
    let texts = lines(&all);
    assert_eq!(texts.first(), texts.last());
    assert_eq!(texts[0], SOA);
    assert_eq!(texts.len(), corp().records.len() + 2 + 2);
    let mut once = texts[1..].to_vec();
    once.sort();
    once.dedup();
    assert_eq!(
        once.len(),
        texts.len() - 1,
        "glue and out-of-zone data only as stored"
    );
}

#[test]
fn rfc5936_2_2_large_zone_takes_several_messages() {
    let mut zone = corp();
    for host in 0..3000_u32 {
        let owner = name(&format!("h{host}.corp.example"));
        zone = zone.record(
            owner,
            60,
            data("A", &format!("10.6.{}.{}", host >> 8, host & 255)),
        );
    }
    let records = zone.records.len() + 3;
    let mut server = server_of(DnsServerConfig::default().zone(zone));
    let replies = transfer(&mut server, "corp.example");
    assert!(replies.len() > 3, "{} messages", replies.len());
    assert!(replies.iter().all(|bytes| bytes.len() < 20_000));
    let mut reader = TransferReader::default();
    let ends: Vec<bool> = replies
        .iter()
        .map(|bytes| reader.push(bytes).unwrap())
        .collect();
    assert_eq!(ends.iter().filter(|end| **end).count(), 1);
    assert_eq!(reader.into_records().len(), records);
}

#[test]
fn rfc5936_4_2_transfer_over_udp_is_refused() {
    let reply = send(&mut server(), &transfer_query(8, &name("corp.example")));
    assert_eq!((reply.rcode, reply.answers.len()), (Rcode::REFUSED, 0));
}

#[test]
fn rfc5936_5_transfers_obey_the_policy_of_the_zone() {
    let code = |policy: TransferPolicy, signed: bool| {
        let config = DnsServerConfig::default()
            .zone(corp().transfers(policy))
            .key(key());
        let mut message = transfer_query(8, &name("corp.example"));
        if signed {
            message = key().sign_request(message, NOW).0;
        }
        let replies = server_of(config).handle(&message, Transport::Tcp, peer(), now());
        Reply::parse(&replies[0]).unwrap().rcode
    };
    let other = || TransferPolicy::Only(vec!["10.0.0.77".parse().unwrap()]);
    assert_eq!(code(TransferPolicy::Anyone, false), Rcode::NOERROR);
    assert_eq!(
        code(TransferPolicy::Only(vec![peer().ip()]), false),
        Rcode::NOERROR
    );
    assert_eq!(code(other(), false), Rcode::REFUSED);
    assert_eq!(code(other(), true), Rcode::NOERROR);
    assert_eq!(code(TransferPolicy::Nobody, true), Rcode::REFUSED);
}

#[test]
fn rfc5936_2_2_1_transfer_of_a_zone_that_is_not_served_is_notauth() {
    for zone in ["elsewhere.example", "dc1.corp.example", "example"] {
        let replies = transfer(&mut server(), zone);
        assert_eq!(
            Reply::parse(&replies[0]).unwrap().rcode,
            Rcode::NOTAUTH,
            "{zone}"
        );
    }
}

#[test]
fn rfc1995_2_ixfr_gets_the_whole_zone_or_the_soa_alone() {
    let ixfr = |serial: u32, transport| {
        let mut message = query(8, &name("corp.example"), RecordType::IXFR);
        message.truncate(message.len() - 11);
        message[11] = 0;
        message[9] = 1;
        let soa = format!("ns1.corp.example. h.corp.example. {serial} 1 2 3 4");
        let rdata = data("SOA", &soa).encode();
        message.extend_from_slice(&[0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 0]);
        message.extend_from_slice(&(rdata.wire().len() as u16).to_be_bytes());
        message.extend_from_slice(rdata.wire());
        let replies = server().handle(&message, transport, peer(), now());
        let reply = Reply::parse(&replies[0]).unwrap();
        (reply.rcode, reply.answers.len() > 2, reply.answers.len())
    };
    let whole = corp().records.len() + 4;
    assert_eq!(ixfr(0, Transport::Tcp), (Rcode::NOERROR, true, whole));
    assert_eq!(
        ixfr(1, Transport::Tcp),
        (Rcode::NOERROR, false, 1),
        "up to date"
    );
    assert_eq!(
        ixfr(0, Transport::Udp),
        (Rcode::NOERROR, false, 1),
        "ask again over TCP"
    );
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

// Signatures.

fn signed_update(owner: &str) -> Vec<u8> {
    UpdateMessage::new(6, name("corp.example"))
        .add(&name(owner), 60, &data("A", "10.9.9.9"))
        .encode()
}

#[test]
fn rfc8945_5_2_good_signature_is_accepted_and_the_response_signed() {
    for algorithm in [
        TsigAlgorithm::HmacSha256,
        TsigAlgorithm::HmacSha384,
        TsigAlgorithm::HmacSha512,
    ] {
        let key = TsigKey::from_base64(name("K"), algorithm, "c2VjcmV0c2VjcmV0").unwrap();
        let config = DnsServerConfig::default()
            .zone(secure(corp()))
            .key(key.clone());
        let mut server = server_of(config);
        let (message, mut verifier) = key.sign_request(signed_update("s.corp.example"), NOW);
        let replies = server.handle(&message, Transport::Udp, peer(), now());
        assert_eq!(Reply::parse(&replies[0]).unwrap().rcode, Rcode::NOERROR);
        assert_eq!(verifier.verify(&replies[0], NOW), Ok(()));
        assert_eq!(held(&mut server, "s.corp.example", "A"), ["10.9.9.9"]);
        // A query may be signed as well, and a spoilt response does not verify.
        let asked = query(9, &name("dc1.corp.example"), kind("A"));
        let (message, mut verifier) = key.sign_request(asked, NOW);
        let mut reply = server
            .handle(&message, Transport::Udp, peer(), now())
            .remove(0);
        reply[3] ^= 3;
        assert_eq!(verifier.verify(&reply, NOW), Err(TsigError::BadSig));
        reply[3] ^= 3;
        assert_eq!(verifier.verify(&reply, NOW), Ok(()));
    }
}

#[test]
fn rfc8945_5_2_2_wrong_secret_is_badsig_and_the_response_unsigned() {
    let wrong = TsigKey::new(key().name().clone(), key().algorithm(), b"wrong").unwrap();
    let mut server = server();
    let (message, mut verifier) = wrong.sign_request(signed_update("s.corp.example"), NOW);
    let replies = server.handle(&message, Transport::Udp, peer(), now());
    assert_eq!(Reply::parse(&replies[0]).unwrap().rcode, Rcode::NOTAUTH);
    assert_eq!(verifier.verify(&replies[0], NOW), Err(TsigError::BadSig));
    assert_eq!(
        tsig_of(&replies[0]),
        (16, 0, 0),
        "error, MAC size, other size"
    );
    assert!(held(&mut server, "s.corp.example", "A").is_empty());
}

#[test]
fn rfc8945_5_2_1_unknown_key_or_algorithm_is_badkey_and_the_response_unsigned() {
    let stranger = TsigKey::new(name("stranger"), key().algorithm(), &[7; 32]).unwrap();
    let other = TsigKey::new(key().name().clone(), TsigAlgorithm::HmacSha512, &[7; 32]).unwrap();
    for unknown in [stranger, other] {
        let mut server = server();
        let (message, mut verifier) = unknown.sign_request(signed_update("s.corp.example"), NOW);
        let replies = server.handle(&message, Transport::Udp, peer(), now());
        assert_eq!(Reply::parse(&replies[0]).unwrap().rcode, Rcode::NOTAUTH);
        assert_eq!(verifier.verify(&replies[0], NOW), Err(TsigError::BadKey));
        assert_eq!(tsig_of(&replies[0]), (17, 0, 0));
    }
}

#[test]
fn rfc8945_5_2_3_skewed_time_is_badtime_signed_and_tells_the_server_time() {
    for (clock, good) in [
        (NOW - 300, true),
        (NOW + 300, true),
        (NOW - 301, false),
        (NOW + 301, false),
    ] {
        let mut server = server();
        let (message, mut verifier) = key().sign_request(signed_update("s.corp.example"), clock);
        let replies = server.handle(&message, Transport::Udp, peer(), now());
        let rcode = Reply::parse(&replies[0]).unwrap().rcode;
        if good {
            assert_eq!(
                (rcode, verifier.verify(&replies[0], clock)),
                (Rcode::NOERROR, Ok(()))
            );
            continue;
        }
        assert_eq!(rcode, Rcode::NOTAUTH);
        // BADTIME is reported only once the signature has verified.
        assert_eq!(verifier.verify(&replies[0], clock), Err(TsigError::BadTime));
        assert_eq!(tsig_of(&replies[0]), (18, 32, 6));
        assert_eq!(&replies[0][replies[0].len() - 6..], &NOW.to_be_bytes()[2..]);
        assert!(held(&mut server, "s.corp.example", "A").is_empty());
    }
}

#[test]
fn rfc8945_5_2_4_truncated_signature_is_badtrunc_and_a_stub_formerr() {
    let (message, _) = key().sign_request(signed_update("s.corp.example"), NOW);
    let cut_to = |mac: usize| {
        // The record ends with MAC size, MAC, original id, error and other length.
        let mut short = message.clone();
        let mac_at = short.len() - 6 - 32;
        short.drain(mac_at + mac..mac_at + 32);
        short[mac_at - 1] = mac as u8;
        let rdlen_at = mac_at - 2 - 2 - 6 - 13 - 2;
        let length = u16::from_be_bytes([short[rdlen_at], short[rdlen_at + 1]]) - (32 - mac as u16);
        short[rdlen_at..rdlen_at + 2].copy_from_slice(&length.to_be_bytes());
        send(&mut server(), &short).rcode
    };
    assert_eq!(cut_to(32), Rcode::NOERROR, "the arithmetic above is right");
    assert_eq!(cut_to(16), Rcode::NOTAUTH);
    assert_eq!(cut_to(8), Rcode::FORMERR);
}

#[test]
fn rfc8945_5_3_1_every_message_of_a_transfer_is_signed_over_the_one_before() {
    let mut zone = corp();
    for host in 0..2000_u32 {
        let owner = name(&format!("h{host}.corp.example"));
        zone = zone.record(
            owner,
            60,
            data("A", &format!("10.6.{}.{}", host >> 8, host & 255)),
        );
    }
    let mut server = server_of(DnsServerConfig::default().zone(zone).key(key()));
    let (message, mut verifier) = key().sign_request(transfer_query(8, &name("corp.example")), NOW);
    let replies = server.handle(&message, Transport::Tcp, peer(), now());
    assert!(replies.len() > 3);
    for reply in &replies {
        assert_eq!(verifier.verify(reply, NOW), Ok(()));
    }
    assert!(verifier.complete());
    let (_, mut verifier) = key().sign_request(transfer_query(8, &name("corp.example")), NOW);
    assert_eq!(verifier.verify(&replies[0], NOW), Ok(()));
    assert_eq!(
        verifier.verify(&replies[2], NOW),
        Err(TsigError::BadSig),
        "one was left out"
    );
}

#[test]
fn rfc8945_5_3_truncated_answer_is_signed_too() {
    let mut zone = corp();
    for host in 0..90 {
        let address = format!("10.5.0.{host}");
        zone = zone.record(name("large.corp.example"), 60, data("A", &address));
    }
    let mut server = server_of(DnsServerConfig::default().zone(zone).key(key()));
    let (message, mut verifier) =
        key().sign_request(query(1, &name("large.corp.example"), kind("A")), NOW);
    let replies = server.handle(&message, Transport::Udp, peer(), now());
    assert!(Reply::parse(&replies[0]).unwrap().truncated);
    assert!(replies[0].len() <= 1232);
    assert_eq!(verifier.verify(&replies[0], NOW), Ok(()));
}

/// Error, MAC size and other size of the TSIG record that ends a message, found from its end; the
/// other data is empty or six octets.
fn tsig_of(message: &[u8]) -> (u16, u16, u16) {
    let number = |at: usize| u16::from_be_bytes([message[at], message[at + 1]]);
    for other in [0_u16, 6] {
        let at = message.len() - usize::from(other) - 2;
        if number(at) != other {
            continue;
        }
        for mac in [0_u16, 32, 48, 64] {
            let mac_at = at - 4 - usize::from(mac) - 2;
            // Before the MAC size stand the time and the fudge of 300 seconds.
            if number(mac_at) == mac && number(mac_at - 2) == 300 {
                return (number(at - 2), mac, other);
            }
        }
    }
    panic!("no TSIG record");
}

#[test]
fn data_reads_as_the_type_it_is() {
    let reply = ask(&mut server(), "mx.corp.example", "MX");
    let Data::Mx { preference, .. } = &reply.answers[0].data else {
        panic!("{:?}", reply.answers);
    };
    assert_eq!(*preference, 10);
}
