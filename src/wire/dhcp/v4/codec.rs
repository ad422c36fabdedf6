//! Bytes to message and back.

use dhcproto::v4 as codec;
use dhcproto::{Decodable as _, Decoder, Encodable as _, Encoder};

use super::super::malformed::{Flaw, Malformed};
use super::message::{Hardware, Message, Operation};
use super::option::code;
use super::scan::{COOKIE, FIXED, scan};

/// A BOOTP message fills 300 bytes, and some clients drop less (RFC 1542 section 2.1).
const BOOTP_MINIMUM: usize = 300;

impl Message {
    /// Reads a datagram, whole or not at all.
    pub fn decode(packet: &[u8]) -> Result<Message, Malformed> {
        let scan = scan(packet)?;
        let options = codec::DhcpOptions::decode(&mut Decoder::new(&scan.codec))
            .map_err(|_| Flaw::HalfRead.at(FIXED))?;
        if options.len() != scan.expected {
            return Err(Flaw::HalfRead.at(FIXED));
        }
        let mut hardware = Hardware {
            kind: packet[1],
            length: packet[2],
            bytes: [0; 16],
        };
        // Only the address: what pads the field is no part of it.
        let length = usize::from(packet[2]);
        hardware.bytes[..length].copy_from_slice(&packet[28..28 + length]);
        let word = |at: usize| {
            u32::from_be_bytes([packet[at], packet[at + 1], packet[at + 2], packet[at + 3]])
        };
        Ok(Message {
            operation: match packet[0] {
                2 => Operation::Reply,
                _ => Operation::Request,
            },
            hardware,
            hops: packet[3],
            xid: word(4),
            secs: u16::from_be_bytes([packet[8], packet[9]]),
            flags: u16::from_be_bytes([packet[10], packet[11]]),
            ciaddr: word(12).into(),
            yiaddr: word(16).into(),
            siaddr: word(20).into(),
            giaddr: word(24).into(),
            options,
            raw: scan.raw,
        })
    }

    /// The datagram. Relay agent information is the last option (RFC 3046 section 2.1), and the
    /// packet has BOOTP's least length.
    pub fn encode(&self) -> Vec<u8> {
        let mut packet = Vec::with_capacity(BOOTP_MINIMUM + 64);
        self.encode_header(&mut packet);
        if !self.options.is_empty() {
            // The codec's encoder writes from the start of its buffer.
            let mut encoded = Vec::with_capacity(128);
            self.options
                .encode(&mut Encoder::new(&mut encoded))
                .expect("every value of a message has an encoding and the buffer grows");
            // It ends its options; more may follow here.
            encoded.pop();
            packet.extend_from_slice(&encoded);
        }
        let last = self.raw.get_key_value(&code::RELAY_AGENT);
        let others = self
            .raw
            .iter()
            .filter(|(code, _)| **code != code::RELAY_AGENT);
        for (code, value) in others.chain(last) {
            push_option(&mut packet, *code, value);
        }
        packet.push(code::END);
        if packet.len() < BOOTP_MINIMUM {
            packet.resize(BOOTP_MINIMUM, code::PAD);
        }
        packet
    }

    /// The fixed part. By hand, because the codec's own message draws a random number whenever
    /// one is made.
    fn encode_header(&self, packet: &mut Vec<u8>) {
        let operation = match self.operation {
            Operation::Request => 1,
            Operation::Reply => 2,
        };
        packet.extend_from_slice(&[
            operation,
            self.hardware.kind,
            self.hardware.length,
            self.hops,
        ]);
        packet.extend_from_slice(&self.xid.to_be_bytes());
        packet.extend_from_slice(&self.secs.to_be_bytes());
        packet.extend_from_slice(&self.flags.to_be_bytes());
        for address in [self.ciaddr, self.yiaddr, self.siaddr, self.giaddr] {
            packet.extend_from_slice(&address.octets());
        }
        packet.extend_from_slice(&self.hardware.bytes);
        // `sname` and `file` stay empty.
        packet.resize(FIXED - COOKIE.len(), 0);
        packet.extend_from_slice(&COOKIE);
    }
}

/// One option, split when it exceeds 255 bytes (RFC 3396).
fn push_option(packet: &mut Vec<u8>, option: u8, value: &[u8]) {
    if value.is_empty() {
        packet.extend_from_slice(&[option, 0]);
    }
    for piece in value.chunks(255) {
        packet.push(option);
        packet.push(u8::try_from(piece.len()).unwrap_or(u8::MAX));
        packet.extend_from_slice(piece);
    }
}
