//! Relay messages (RFC 8415 section 9): what a relay agent wraps around a message.
//!
//! The codec's relay type cannot be built from outside it, so these few bytes are written here.

use std::net::Ipv6Addr;

use super::super::malformed::{Flaw, Malformed};
use super::message::{Message, MessageType, code};
use super::scan::options;

/// Message type, hop count, link address and peer address.
const RELAY_HEADER: usize = 34;

/// RFC 8415 section 7.6: HOP_COUNT_LIMIT.
const HOP_COUNT_LIMIT: usize = 8;

/// One relay agent's wrapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    pub hops: u8,
    /// The link the client is on, or unspecified.
    pub link: Ipv6Addr,
    /// Whom the relay had the message from.
    pub peer: Ipv6Addr,
    /// Every option but the relayed message, as it came. The interface id must be echoed.
    pub options: Vec<(u16, Vec<u8>)>,
}

/// A message with the relays it came through, the outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub relays: Vec<Relay>,
    pub message: Message,
}

impl Envelope {
    /// A message that came through no relay.
    pub fn direct(message: Message) -> Envelope {
        Envelope {
            relays: Vec::new(),
            message,
        }
    }

    /// `answer`, wrapped for the way back (RFC 8415 section 19.3): the same addresses and the
    /// interface ids of the way here.
    pub fn answer(&self, answer: Message) -> Envelope {
        let relays = self.relays.iter().map(|relay| Relay {
            options: relay
                .options
                .iter()
                .filter(|(number, _)| *number == code::INTERFACE_ID)
                .cloned()
                .collect(),
            ..*relay
        });
        Envelope {
            relays: relays.collect(),
            message: answer,
        }
    }

    /// Reads a datagram, whole or not at all.
    pub fn decode(packet: &[u8]) -> Result<Envelope, Malformed> {
        let mut relays = Vec::new();
        let mut range = 0..packet.len();
        while let Some(number) = packet[range.clone()].first() {
            let kind = MessageType::of(*number);
            if !matches!(kind, MessageType::RelayForward | MessageType::RelayReply) {
                break;
            }
            if relays.len() > HOP_COUNT_LIMIT {
                return Err(Flaw::TooManyRelays.at(range.start));
            }
            let (relay, inner) = decode_relay(packet, range)?;
            relays.push(relay);
            range = inner;
        }
        let message = Message::decode(packet, range)?;
        Ok(Envelope { relays, message })
    }

    /// The datagram. Relays are written as relay-replies around what a server says and as
    /// relay-forwards around what a client says.
    pub fn encode(&self) -> Vec<u8> {
        let kind = match self.message.kind {
            MessageType::Advertise | MessageType::Reply | MessageType::Reconfigure => {
                MessageType::RelayReply
            }
            _ => MessageType::RelayForward,
        };
        let mut packet = self.message.encode();
        for relay in self.relays.iter().rev() {
            let mut outer = Vec::with_capacity(packet.len() + RELAY_HEADER + 32);
            outer.extend_from_slice(&[kind.number(), relay.hops]);
            outer.extend_from_slice(&relay.link.octets());
            outer.extend_from_slice(&relay.peer.octets());
            for (number, bytes) in &relay.options {
                push_option(&mut outer, *number, bytes);
            }
            push_option(&mut outer, code::RELAY_MESSAGE, &packet);
            packet = outer;
        }
        packet
    }
}

/// Appends one option. What exceeds the 16-bit length is cut, which no datagram can reach.
pub(super) fn push_option(packet: &mut Vec<u8>, number: u16, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    packet.extend_from_slice(&number.to_be_bytes());
    packet.extend_from_slice(&length.to_be_bytes());
    packet.extend_from_slice(&bytes[..usize::from(length)]);
}

fn decode_relay(
    packet: &[u8],
    range: std::ops::Range<usize>,
) -> Result<(Relay, std::ops::Range<usize>), Malformed> {
    let body = range.start + RELAY_HEADER;
    if body > range.end {
        return Err(Flaw::TooShort.at(range.end));
    }
    let address = |at: usize| -> Ipv6Addr {
        let mut octets = [0; 16];
        octets.copy_from_slice(&packet[at..at + 16]);
        octets.into()
    };
    let mut relay = Relay {
        hops: packet[range.start + 1],
        link: address(range.start + 2),
        peer: address(range.start + 18),
        options: Vec::new(),
    };
    let mut inner = None;
    for option in options(packet, body..range.end) {
        let (number, value) = option?;
        if number != code::RELAY_MESSAGE {
            relay.options.push((number, packet[value].to_vec()));
        } else if inner.replace(value.clone()).is_some() {
            return Err(Flaw::Repeated(number).at(value.start));
        }
    }
    match inner {
        Some(inner) if !inner.is_empty() => Ok((relay, inner)),
        _ => Err(Flaw::NoRelayedMessage.at(range.start)),
    }
}
