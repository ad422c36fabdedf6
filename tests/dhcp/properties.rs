//! Whatever arrives, the DHCP server neither panics nor believes half a packet.

use crate::support::*;
use ipamlab::wire::dhcp::v4::{DhcpOption, Hardware, Message, MessageType};
use ipamlab::wire::dhcp::v6::{Envelope, Relay};
use ipamlab::wire::dhcp::{Flaw, client::ClientV4};
use proptest::prelude::*;

fn good_v4() -> Vec<u8> {
    ClientV4::new(mac(1), 7)
        .with_client_id(b"\x01\x02\0\0\0\0\x01")
        .with_host_name("laptop")
        .discover(Some(v4("10.0.1.15")))
        .with(DhcpOption::RelayAgent(vec![1, 2, 7, 7]))
        .with(DhcpOption::VendorClass(b"MSFT 5.0".to_vec()))
        .encode()
}

fn good_v6() -> Vec<u8> {
    let mut envelope = client_v6(1).solicit(Some("2001:db8:1::9".parse().unwrap()), true);
    envelope.message.others = vec![(16, vec![0, 0, 1, 55, 0, 1, 9]), (39, b"\0\x02pc".to_vec())];
    envelope.relays.push(Relay {
        hops: 0,
        link: "2001:db8:1::1".parse().unwrap(),
        peer: "fe80::1".parse().unwrap(),
        options: vec![(18, b"port".to_vec())],
    });
    envelope.encode()
}

fn bench() -> Bench {
    Bench::new(config(scope()).with_scope_v6(scope_v6()))
}

/// A good packet with bytes overwritten, then cut or lengthened.
fn mutated(good: fn() -> Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let edits = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let tail = proptest::collection::vec(any::<u8>(), 0..12);
    (edits, any::<prop::sample::Index>(), any::<bool>(), tail).prop_map(
        move |(edits, cut, cuts, tail)| {
            let mut bytes = good();
            for (place, byte) in edits {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            if cuts {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes.extend(tail);
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_packets_never_panic(first in mutated(good_v4), second in mutated(good_v6)) {
        let mut bench = bench();
        bench.packet(NOBODY, BROADCAST, &first);
        bench.packet("[fe80::9]:546", "[ff02::1:2]:547", &second);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut bench = bench();
        bench.packet(NOBODY, BROADCAST, &bytes);
        bench.packet("[fe80::9]:546", "[ff02::1:2]:547", &bytes);
        let mut framed = good_v4()[..240].to_vec();
        framed.extend(&bytes);
        bench.packet(NOBODY, BROADCAST, &framed);
        let _ = client(1).receive(&framed);
        let mut framed = vec![1, 0, 0, 1];
        framed.extend(&bytes);
        bench.packet("[fe80::9]:546", "[ff02::1:2]:547", &framed);
        let _ = client_v6(1).receive(&framed);
    }

    #[test]
    fn what_reads_well_writes_back_to_the_same(
        first in mutated(good_v4),
        second in mutated(good_v6),
    ) {
        if let Ok(message) = Message::decode(&first) {
            prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
        if let Ok(envelope) = Envelope::decode(&second) {
            let again = Envelope::decode(&envelope.encode()).expect("our own bytes");
            prop_assert_eq!(again.message.ias, envelope.message.ias);
            prop_assert_eq!(again.message.client, envelope.message.client);
            prop_assert_eq!(again.message.others, envelope.message.others);
            prop_assert_eq!(again.relays, envelope.relays);
        }
    }
}

/// A DISCOVER with these option bytes.
fn with_options(options: &[u8]) -> Result<Message, ipamlab::wire::dhcp::Malformed> {
    let mut packet = Message::request(1, Hardware::ethernet(mac(1))).encode();
    packet.truncate(240);
    packet.extend_from_slice(options);
    Message::decode(&packet)
}

#[test]
fn one_bad_option_spoils_the_packet_and_is_named_with_its_place() {
    let flaw = |options: &[u8]| with_options(options).map_err(|e| (e.flaw, e.offset));
    let short = Flaw::OptionLength {
        code: 50,
        length: 3,
    };
    assert_eq!(
        flaw(&[53, 1, 1, 50, 3, 10, 0, 1, 54, 4, 10, 0, 1, 5, 255]),
        Err((short, 243))
    );
    assert_eq!(
        flaw(&[53, 1, 1, 61, 9, 1, 2]),
        Err((Flaw::OptionCut(61), 243))
    );
    assert_eq!(flaw(&[53]), Err((Flaw::OptionCut(53), 240)));
    assert_eq!(
        flaw(&[53, 1, 1, 12, 1, 65, 53, 1, 3]),
        Err((Flaw::Repeated(53), 246))
    );
    assert_eq!(flaw(&[52, 1, 9]), Err((Flaw::OptionValue(52), 240)));
    assert_eq!(
        flaw(&[6, 5, 1, 2, 3, 4, 5]),
        Err((Flaw::OptionLength { code: 6, length: 5 }, 240))
    );
    let error = with_options(&[53, 1, 1, 50, 3, 10, 0, 1]).expect_err("short");
    assert_eq!(
        error.to_string(),
        "option of wrong length `50` (length 3) at byte 243"
    );
}

#[test]
fn legal_but_awkward_options_are_read_whole() {
    // A name that is no UTF-8, option 81 in ASCII, an unknown option, padding, no end marker.
    let options = [
        53, 1, 1, 12, 2, 0xff, 0x41, 81, 5, 0, 0, 0, b'p', b'c', 0, 0, 222, 3, 9, 8, 7,
    ];
    let message = with_options(&options).expect("all legal");
    assert_eq!(message.kind(), Some(MessageType::Discover));
    assert_eq!(message.raw(12), Some(&[0xff, 0x41][..]));
    assert_eq!(message.raw(81), Some(&[0, 0, 0, b'p', b'c'][..]));
    assert_eq!(message.raw(222), Some(&[9, 8, 7][..]));
    assert_eq!(Message::decode(&message.encode()), Ok(message));
    // RFC 3396: one value in two pieces.
    let split = with_options(&[53, 1, 1, 61, 2, 0, 7, 61, 1, 9]).expect("split");
    assert_eq!(split.client_id(), Some(&[0, 7, 9][..]));
    let long = vec![5; 300];
    let message = split.with(DhcpOption::Other {
        code: 224,
        bytes: long.clone(),
    });
    let again = Message::decode(&message.encode()).expect("split again");
    assert_eq!(again.raw(224), Some(long.as_slice()));
}

#[test]
fn overloaded_fields_are_read_after_the_options() {
    let mut packet = Message::request(1, Hardware::ethernet(mac(1))).encode();
    packet.truncate(240);
    packet.extend_from_slice(&[53, 1, 1, 52, 1, 3, 255]);
    packet[108..115].copy_from_slice(&[12, 3, b'f', b'o', b'o', 255, 77]);
    packet[44..51].copy_from_slice(&[50, 4, 10, 0, 1, 9, 255]);
    let message = Message::decode(&packet).expect("overloaded");
    assert_eq!(message.host_name(), Some("foo"));
    assert_eq!(message.requested_address(), Some(v4("10.0.1.9")));
    packet[45] = 3;
    assert!(
        Message::decode(&packet).is_err(),
        "a bad option there counts too"
    );
}

#[test]
fn ipv6_lengths_are_checked_inside_associations_too() {
    let good = client_v6(1)
        .solicit(Some("2001:db8:1::9".parse().unwrap()), false)
        .encode();
    let ia = good
        .windows(4)
        .position(|w| w == [0, 3, 0, 40])
        .expect("an IA_NA");
    let flaw = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        Envelope::decode(&bytes).map_err(|error| error.flaw)
    };
    let cut = Err(Flaw::OptionCut(5));
    assert_eq!(
        flaw(&|b| b[ia + 19] = 25),
        cut,
        "inner option longer than the outer"
    );
    let short = Flaw::OptionLength { code: 5, length: 3 };
    assert_eq!(flaw(&|b| b[ia + 19] = 3), Err(short));
    assert_eq!(flaw(&|b| b.truncate(3)), Err(Flaw::TooShort));
    let twice = flaw(&|b| b.extend_from_slice(&[0, 1, 0, 4, 0, 3, 0, 1]));
    assert_eq!(twice, Err(Flaw::Repeated(1)));
    let mut nested = good.clone();
    for _ in 0..40 {
        let inner = nested;
        nested = vec![12, 0];
        nested.extend_from_slice(&[0; 32]);
        nested.extend_from_slice(&9_u16.to_be_bytes());
        nested.extend_from_slice(&u16::try_from(inner.len()).unwrap().to_be_bytes());
        nested.extend(inner);
    }
    assert_eq!(
        Envelope::decode(&nested).map_err(|e| e.flaw),
        Err(Flaw::TooManyRelays)
    );
    let mut hollow = vec![12, 0];
    hollow.extend_from_slice(&[0; 32]);
    assert_eq!(
        Envelope::decode(&hollow).map_err(|e| e.flaw),
        Err(Flaw::NoRelayedMessage)
    );
}
