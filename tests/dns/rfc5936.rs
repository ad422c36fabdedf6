//! Zone transfers (RFC 5936, RFC 1995), each test named by document and section.

use crate::support::*;
use ipamlab::server::dns::{DnsServerConfig, TransferPolicy, Transport};
use ipamlab::wire::dns::{Rcode, RecordType, Reply, TransferReader, query, transfer_query};

const SOA: &str =
    "corp.example SOA ns1.corp.example. hostmaster.corp.example. 1 900 600 86400 3600";

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
