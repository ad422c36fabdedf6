//! Transaction signatures (RFC 8945), each test named by its section.

use crate::support::*;
use ipamlab::server::dns::{DnsServerConfig, Transport};
use ipamlab::wire::dns::{
    Rcode, Reply, TsigAlgorithm, TsigError, TsigKey, UpdateMessage, query, transfer_query,
};

// Signatures.

fn signed_update(owner: &str) -> Vec<u8> {
    UpdateMessage::new(6, name("corp.example"))
        .add(&name(owner), 60, &data("A", "10.9.9.9"))
        .encode()
}

#[test]
fn section_5_2_good_signature_is_accepted_and_the_response_signed() {
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
fn section_5_2_2_wrong_secret_is_badsig_and_the_response_unsigned() {
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
fn section_5_2_1_unknown_key_or_algorithm_is_badkey_and_the_response_unsigned() {
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
fn section_5_2_3_skewed_time_is_badtime_signed_and_tells_the_server_time() {
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
fn section_5_2_4_truncated_signature_is_badtrunc_and_a_stub_formerr() {
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
fn section_5_3_1_every_message_of_a_transfer_is_signed_over_the_one_before() {
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
fn section_5_3_truncated_answer_is_signed_too() {
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
