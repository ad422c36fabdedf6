//! A packet in a few words, for people who look at the traffic of a step.
//!
//! What cannot be read is told as so many bytes; nothing is guessed. A segment that is only a part
//! of a message says so.

use std::fmt::Write as _;

use serde_json::Value;

use crate::wire::dhcp::{v4, v6};
use crate::wire::dns::{HeaderEcho, Reply, Request};

use super::trace::{TracedKind, TracedPacket};

const DNS: u16 = 53;
const DHCP: [u16; 2] = [67, 68];
const DHCP_V6: [u16; 2] = [546, 547];
/// Opcode of an update (RFC 2136 section 1.3).
const UPDATE: u8 = 5;

impl TracedPacket {
    /// What it says: `DNS query PTR 5.1.0.10.in-addr.arpa`, `DHCPOFFER 10.0.1.10`.
    pub fn words(&self) -> String {
        let is = |port: u16| self.from.port() == port || self.to.port() == port;
        match self.kind {
            TracedKind::EchoRequest => return "echo request".to_owned(),
            TracedKind::EchoReply => return "echo reply".to_owned(),
            TracedKind::TcpSyn => return format!("SYN to port {}", self.to.port()),
            TracedKind::TcpSynAck => return format!("SYN, ACK of port {}", self.from.port()),
            TracedKind::TcpFin => return "FIN".to_owned(),
            TracedKind::TcpReset => return "RST".to_owned(),
            TracedKind::Udp if DHCP.into_iter().any(is) => dhcp(&self.payload),
            TracedKind::Udp if DHCP_V6.into_iter().any(is) => dhcp_v6(&self.payload),
            TracedKind::Udp if is(DNS) => dns(&self.payload),
            TracedKind::Udp => None,
            // Two octets of length come before a message (RFC 1035 section 4.2.2).
            TracedKind::TcpData if is(DNS) => self.payload.get(2..).and_then(dns),
            TracedKind::TcpData => windows(&self.payload),
        }
        .unwrap_or_else(|| format!("{} bytes", self.payload.len()))
    }
}

fn dhcp(payload: &[u8]) -> Option<String> {
    let message = v4::Message::decode(payload).ok()?;
    let mut words = match message.kind() {
        Some(kind) => kind.to_string(),
        None => "BOOTP".to_owned(),
    };
    if !message.yiaddr.is_unspecified() {
        let _ = write!(words, " {}", message.yiaddr);
    } else if let Some(wanted) = message.requested_address() {
        let _ = write!(words, " wants {wanted}");
    }
    if let Some(mac) = message.hardware.mac() {
        let _ = write!(words, " {mac}");
    }
    Some(words)
}

fn dhcp_v6(payload: &[u8]) -> Option<String> {
    let envelope = v6::Envelope::decode(payload).ok()?;
    let message = &envelope.message;
    let mut words = match envelope.relays.is_empty() {
        true => message.kind.to_string(),
        false => format!("relayed {}", message.kind),
    };
    for address in message.ias.iter().flat_map(|ia| &ia.addresses) {
        let _ = write!(words, " {}", address.address);
    }
    for status in message.ias.iter().filter_map(|ia| ia.status.as_ref()) {
        let _ = write!(words, " {:?}", status.status);
    }
    Some(words)
}

fn dns(payload: &[u8]) -> Option<String> {
    let header = HeaderEcho::read(payload)?;
    let update = header.opcode == UPDATE;
    if !header.is_response {
        let request = Request::parse(payload).ok()?;
        let asked = request.questions.first()?;
        let what = match update {
            true => format!("DNS update of {}", asked.name),
            false => format!("DNS query {} {}", asked.kind, asked.name),
        };
        let records = request.authorities.iter().filter(|_| update);
        let records: Vec<String> = records
            .map(|record| format!(", {} {}", record.kind, record.name))
            .collect();
        let signed = if request.signed { ", signed" } else { "" };
        return Some(format!("{what}{}{signed}", records.concat()));
    }
    let reply = Reply::parse(payload).ok()?;
    let mut words = format!("DNS answer {}", reply.rcode);
    if let Some((name, kind)) = reply.question.as_ref().filter(|_| !update) {
        let _ = write!(words, " {kind} {name}");
    }
    match reply.answers.as_slice() {
        [] => {}
        [one] => _ = write!(words, ": {}", one.data),
        several => _ = write!(words, ": {} records", several.len()),
    }
    Some(words)
}

/// A call or reply of a simulated Windows interface: which one, and what is asked of it.
fn windows(payload: &[u8]) -> Option<String> {
    let (length, frame) = payload.split_first_chunk::<4>()?;
    if u32::from_be_bytes(*length) as usize != frame.len() {
        return None;
    }
    let value: Value = serde_json::from_slice(frame).ok()?;
    if let Some(request) = value.get("request") {
        return Some(format!("call {}", path(request)));
    }
    match value.get("Err") {
        Some(error) => Some(format!("refused: {}", path(error))),
        None => Some(format!("reply {}", path(value.get("Ok")?))),
    }
}

/// The interface and the operation, which are the names of the two outer values.
fn path(value: &Value) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut here = value;
    while words.len() < 2 {
        match here {
            Value::String(name) => {
                words.push(name);
                break;
            }
            Value::Object(fields) => match fields.iter().next() {
                Some((name, inner)) if fields.len() == 1 => {
                    words.push(name);
                    here = inner;
                }
                _ => break,
            },
            _ => break,
        }
    }
    words.join(" ")
}
