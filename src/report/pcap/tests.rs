//! What was written, read back by the libraries' own readers.

use std::net::SocketAddr;

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use pcap_file::pcapng::{Block, PcapNgReader};

use super::*;
use crate::base::SimTime;
use crate::report::transcript::tests::sample;

fn packet(at: u64, from: &str, to: &str, kind: TracedKind, payload: &[u8]) -> TracedPacket {
    let end = |text: &str| text.parse::<SocketAddr>().unwrap();
    TracedPacket {
        at: SimTime(at),
        from: end(from),
        to: end(to),
        kind,
        payload: payload.to_vec(),
        repeats: None,
        fate: TracedFate::Delivered {
            at: SimTime(at + 1),
            fault: None,
        },
    }
}

fn trace(packets: Vec<TracedPacket>) -> Trace {
    Trace {
        start: "2026-03-02T08:00:00Z".parse().unwrap(),
        hosts: vec![
            ("dc1.corp.example".into(), vec!["10.0.0.1".parse().unwrap()]),
            (
                "ipam1.corp.example".into(),
                vec!["10.0.0.9".parse().unwrap(), "fd00::9".parse().unwrap()],
            ),
        ],
        packets,
    }
}

/// Interface, time, bytes and comments of every packet, and how many names there are.
type Read = (Vec<(u32, Duration, Vec<u8>, Vec<String>)>, usize);

fn read(trace: &Trace) -> Read {
    let mut bytes = Vec::new();
    write(trace, &sample(), "failed", &mut bytes).unwrap();
    let mut reader = PcapNgReader::new(bytes.as_slice()).unwrap();
    let (mut packets, mut names) = (Vec::new(), 0);
    while let Some(block) = reader.next_block() {
        match block.unwrap() {
            Block::EnhancedPacket(packet) => {
                let comment = |option: &EnhancedPacketOption<'_>| match option {
                    EnhancedPacketOption::Comment(text) => Some(text.to_string()),
                    _ => None,
                };
                let comments = packet.options.iter().filter_map(comment).collect();
                let (interface, data) = (packet.interface_id, packet.data.to_vec());
                packets.push((interface, packet.timestamp, data, comments));
            }
            Block::NameResolution(found) => names += found.records.len(),
            _ => {}
        }
    }
    (packets, names)
}

/// Sequence and acknowledgement numbers and payload length of each segment.
fn numbers(trace: &Trace) -> Vec<(u32, u32, usize)> {
    let one = |data: Vec<u8>| {
        let sliced = SlicedPacket::from_ip(&data).unwrap();
        assert!(matches!(sliced.net, Some(NetSlice::Ipv4(_))));
        let Some(TransportSlice::Tcp(tcp)) = sliced.transport else {
            panic!("a segment is TCP");
        };
        let acknowledged = tcp.acknowledgment_number();
        (tcp.sequence_number(), acknowledged, tcp.payload().len())
    };
    let (packets, _) = read(trace);
    packets
        .into_iter()
        .map(|(_, _, data, _)| one(data))
        .collect()
}

const IPAM: &str = "10.0.0.9:50000";
const DC: &str = "10.0.0.1:53";

/// A handshake, a request that is lost and sent again, a response, the end.
fn conversation() -> Vec<TracedPacket> {
    use TracedKind::*;
    let mut lost = packet(2, IPAM, DC, TcpData, b"request");
    lost.fate = TracedFate::Dropped("fault cut".into());
    let mut again = packet(202, IPAM, DC, TcpData, b"request");
    again.repeats = Some(2);
    vec![
        packet(0, IPAM, DC, TcpSyn, b""),
        packet(1, DC, IPAM, TcpSynAck, b""),
        lost,
        again,
        packet(203, DC, IPAM, TcpData, b"response"),
        packet(204, IPAM, DC, TcpFin, b""),
        packet(205, DC, IPAM, TcpFin, b""),
    ]
}

#[test]
fn segments_have_the_numbers_of_bytes_sent_and_received() {
    assert_eq!(
        numbers(&trace(conversation())),
        [
            (0, 0, 0),
            (0, 1, 0),
            (1, 1, 7),
            (1, 1, 7),
            (1, 8, 8),
            (8, 9, 0),
            (9, 9, 0),
        ]
    );
}

#[test]
fn ports_that_are_used_again_begin_a_new_stream() {
    let mut packets = conversation();
    packets.push(packet(300, IPAM, DC, TracedKind::TcpSyn, b""));
    packets.push(packet(301, DC, IPAM, TracedKind::TcpSynAck, b""));
    packets.push(packet(302, IPAM, DC, TracedKind::TcpData, b"more"));
    let numbers = numbers(&trace(packets));
    assert_eq!(numbers[7..], [(0, 0, 0), (0, 1, 0), (1, 1, 4)]);
}

#[test]
fn a_packet_has_its_sender_its_time_and_what_became_of_it() {
    let (packets, names) = read(&trace(conversation()));
    assert_eq!(names, 3, "every address has its name");
    let (interface, at, _, comments) = &packets[0];
    assert_eq!(*interface, 2, "ipam1 is the second host");
    assert_eq!(at.as_secs(), 1_772_438_400);
    assert_eq!(*comments, ["step 1: advance: 2h"]);
    assert_eq!(packets[3].1.subsec_millis(), 202);
    assert_eq!(packets[2].3, ["DROPPED: fault cut"]);
    assert_eq!(packets[6].3, ["verdict: failed"]);
    assert_eq!(packets[1].0, 1, "dc1 answers on its own interface");
}

#[test]
fn a_reply_has_the_number_of_its_request_in_both_families() {
    use TracedKind::{EchoReply, EchoRequest};
    let mut packets = Vec::new();
    for (here, there) in [("10.0.0.9:0", "10.0.0.1:0"), ("[fd00::9]:0", "[fd00::1]:0")] {
        let mut lost = packet(0, here, there, EchoRequest, b"");
        lost.fate = TracedFate::Dropped("fault".into());
        packets.push(lost);
        packets.push(packet(5, here, there, EchoRequest, b""));
        packets.push(packet(6, there, here, EchoReply, b""));
    }
    let (read, _) = read(&trace(packets));
    let sequence = |data: &[u8]| match SlicedPacket::from_ip(data).unwrap().transport {
        Some(TransportSlice::Icmpv4(icmp)) => (4, icmp.bytes5to8()[3]),
        Some(TransportSlice::Icmpv6(icmp)) => (6, icmp.bytes5to8()[3]),
        other => panic!("{other:?}"),
    };
    let found: Vec<(u8, u8)> = read.iter().map(|(_, _, data, _)| sequence(data)).collect();
    assert_eq!(found, [(4, 1), (4, 2), (4, 2), (6, 1), (6, 2), (6, 2)]);
}

#[test]
fn a_disk_that_fills_up_is_an_error() {
    let mut room = [0_u8; 300];
    let error = write(&trace(conversation()), &sample(), "passed", &mut room[..]);
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::WriteZero);
}
