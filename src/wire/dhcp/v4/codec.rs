//! Bytes to message and back.

use dhcproto::v4 as codec;
use dhcproto::{Decodable as _, Decoder, Encodable as _, Encoder};

use super::super::malformed::{Flaw, Malformed};
use super::message::{Hardware, Message, Operation};
use super::option::code;
use super::scan::{FIXED, scan};

/// A BOOTP message fills 300 bytes, and some clients drop less (RFC 1542 section 2.1).
const BOOTP_MINIMUM: usize = 300;

impl Message {
    /// Reads a datagram, whole or not at all.
    pub fn decode(packet: &[u8]) -> Result<Message, Malformed> {
        let scan = scan(packet)?;
        let read = codec::Message::decode(&mut Decoder::new(&scan.codec))
            .map_err(|_| Flaw::HalfRead.at(FIXED))?;
        if read.opts().len() != scan.expected {
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
        Ok(Message {
            operation: match read.opcode() {
                codec::Opcode::BootReply => Operation::Reply,
                _ => Operation::Request,
            },
            hardware,
            hops: read.hops(),
            xid: read.xid(),
            secs: read.secs(),
            flags: read.flags().into(),
            ciaddr: read.ciaddr(),
            yiaddr: read.yiaddr(),
            siaddr: read.siaddr(),
            giaddr: read.giaddr(),
            options: read.opts().clone(),
            raw: scan.raw,
        })
    }

    /// The datagram. Relay agent information is the last option (RFC 3046 section 2.1), and the
    /// packet has BOOTP's least length.
    pub fn encode(&self) -> Vec<u8> {
        let mut packet = Vec::with_capacity(BOOTP_MINIMUM + 64);
        self.encode_codec(&mut packet);
        if !self.options.is_empty() {
            // The codec ends its options; more may follow here.
            packet.pop();
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

    fn encode_codec(&self, packet: &mut Vec<u8>) {
        let mut out = codec::Message::new_with_id(
            self.xid,
            self.ciaddr,
            self.yiaddr,
            self.siaddr,
            self.giaddr,
            self.hardware.bytes(),
        );
        out.set_opcode(match self.operation {
            Operation::Request => codec::Opcode::BootRequest,
            Operation::Reply => codec::Opcode::BootReply,
        });
        out.set_htype(self.hardware.kind.into());
        out.set_hops(self.hops);
        out.set_secs(self.secs);
        out.set_flags(self.flags.into());
        out.set_opts(self.options.clone());
        out.encode(&mut Encoder::new(packet))
            .expect("every value of a message has an encoding and the buffer grows");
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
