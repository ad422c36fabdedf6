//! Sequence and acknowledgement numbers for the segments of a run (RFC 9293).
//!
//! The simulated network keeps segments in order by counting them. A capture needs numbers of
//! bytes, and what each side had received when it sent: both follow from what was sent, what was
//! sent again, and what arrived when.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use etherparse::TcpHeader;

use crate::base::SimTime;
use crate::lab::trace::{TracedFate, TracedKind, TracedPacket};

use super::ends;

/// Bytes each side says it can take: all that fit without scaling.
const WINDOW: u16 = u16::MAX;

/// Every stream of a run.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// The last stream between two ends; ports are used again.
    open: BTreeMap<(SocketAddr, SocketAddr), Stream>,
    /// Sequence numbers of data, by the number of the packet.
    of_packet: BTreeMap<usize, u32>,
}

/// One connection; index 0 is the direction of the client.
#[derive(Debug)]
struct Stream {
    client: SocketAddr,
    ways: [Way; 2],
}

/// What one side has sent.
#[derive(Debug, Default)]
struct Way {
    /// Number of the next byte; the handshake takes number 0.
    next: u32,
    fin: Option<u32>,
    /// Arrived parts that the other side may not have looked at yet: time, begin, end.
    under_way: Vec<(SimTime, u32, u32)>,
    /// Parts that arrived before those they follow.
    early: BTreeMap<u32, u32>,
    /// Everything before this number has arrived.
    arrived: u32,
}

impl Way {
    /// Everything before this number had arrived by then.
    fn acknowledged(&mut self, by: SimTime) -> u32 {
        let (done, rest) = self
            .under_way
            .iter()
            .copied()
            .partition(|(at, _, _)| *at <= by);
        self.under_way = rest;
        let done: Vec<(SimTime, u32, u32)> = done;
        for (_, begin, end) in done {
            let known = self.early.entry(begin).or_insert(end);
            *known = end.max(*known);
        }
        while let Some(entry) = self.early.first_entry() {
            if *entry.key() > self.arrived {
                break;
            }
            self.arrived = self.arrived.max(*entry.get());
            entry.remove();
        }
        self.arrived
    }
}

impl Streams {
    /// The header of a segment, without its checksum.
    pub fn header(&mut self, number: usize, packet: &TracedPacket) -> TcpHeader {
        let stream = self.stream_of(packet);
        let way = usize::from(packet.from != stream.client);
        let length = u32::try_from(packet.payload.len()).expect("a segment is 16 KiB at most");
        let repeated = packet.repeats.and_then(|first| self.of_packet.get(&first));
        let repeated = repeated.copied();
        let stream = self
            .open
            .get_mut(&ends(packet))
            .expect("made or found just now");
        let acknowledged = stream.ways[1 - way].acknowledged(packet.at);
        let sent = &mut stream.ways[way];
        let (sequence, takes) = match packet.kind {
            TracedKind::TcpSyn | TracedKind::TcpSynAck => {
                sent.next = sent.next.max(1);
                (0, 1)
            }
            TracedKind::TcpFin => {
                let sequence = *sent.fin.get_or_insert(sent.next);
                sent.next = sent.next.max(sequence.wrapping_add(1));
                (sequence, 1)
            }
            TracedKind::TcpReset => (sent.next, 0),
            _ => {
                let sequence = repeated.unwrap_or(sent.next);
                if repeated.is_none() {
                    sent.next = sequence.wrapping_add(length);
                    self.of_packet.insert(number, sequence);
                }
                (sequence, length)
            }
        };
        if let TracedFate::Delivered { at, .. } = packet.fate {
            let end = sequence.wrapping_add(takes);
            sent.under_way.push((at, sequence, end));
        }
        let mut header = TcpHeader::new(packet.from.port(), packet.to.port(), sequence, WINDOW);
        header.syn = matches!(packet.kind, TracedKind::TcpSyn | TracedKind::TcpSynAck);
        header.fin = packet.kind == TracedKind::TcpFin;
        header.rst = packet.kind == TracedKind::TcpReset;
        header.psh = packet.kind == TracedKind::TcpData;
        header.ack = packet.kind != TracedKind::TcpSyn;
        if header.ack {
            header.acknowledgment_number = acknowledged;
        }
        header
    }

    /// The stream a packet belongs to; a first SYN opens one.
    fn stream_of(&mut self, packet: &TracedPacket) -> &Stream {
        let key = ends(packet);
        let fresh = match (packet.kind, self.open.get(&key)) {
            (_, None) => true,
            // A SYN before anything else is the first one sent again.
            (TracedKind::TcpSyn, Some(stream)) => {
                stream.client != packet.from || stream.ways[1].next > 0
            }
            _ => false,
        };
        if fresh {
            let stream = Stream {
                client: packet.from,
                ways: Default::default(),
            };
            self.open.insert(key, stream);
        }
        &self.open[&key]
    }
}
