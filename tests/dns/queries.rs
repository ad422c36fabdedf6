//! Queries, negative answers and wildcards, each test named by the document and section it holds
//! the server to.

use crate::support::*;
use ipamlab::server::dns::{DnsServerConfig, Transport};
use ipamlab::wire::dns::{Data, Rcode, query};

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
        ["*.wild.corp.example A 10.0.0.99"]
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
    // `host` and `sub` (which is empty) are closer enclosers without a wildcard of their own.
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

#[test]
fn data_reads_as_the_type_it_is() {
    let reply = ask(&mut server(), "mx.corp.example", "MX");
    let Data::Mx { preference, .. } = &reply.answers[0].data else {
        panic!("{:?}", reply.answers);
    };
    assert_eq!(*preference, 10);
}
