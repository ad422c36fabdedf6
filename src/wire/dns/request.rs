//! A whole request as a server reads it.

use hickory_proto::op::{Message, MessageType};

use super::hickory::{from_name, from_record};
use super::kind::RecordType;
use super::name::DnsName;
use super::rdata::Rdata;
use super::response::Edns;

/// A request, all sections decoded.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: u16,
    pub opcode: u8,
    pub recursion_desired: bool,
    pub checking_disabled: bool,
    pub questions: Vec<Question>,
    /// The question section's bytes, for the echo in the response.
    pub question_bytes: Vec<u8>,
    /// Answer section; the prerequisites of an update (RFC 2136 section 2.4).
    pub answers: Vec<RequestRecord>,
    /// Authority section; the updates of an update (RFC 2136 section 2.5).
    pub authorities: Vec<RequestRecord>,
    pub edns: Option<Edns>,
    /// Whether the last record is a TSIG.
    pub signed: bool,
}

/// One entry of the question section; the zone of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub name: DnsName,
    pub kind: RecordType,
    pub class: u16,
}

/// A record of a request. `rdata` is `None` where RDLENGTH is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    pub name: DnsName,
    pub kind: RecordType,
    pub class: u16,
    pub ttl: u32,
    pub rdata: Option<Rdata>,
}

/// The header fields that an error response needs, readable even if the rest is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderEcho {
    pub id: u16,
    pub opcode: u8,
    pub is_response: bool,
    pub recursion_desired: bool,
    pub checking_disabled: bool,
}

impl HeaderEcho {
    /// Reads the header; `None` for fewer than its twelve octets.
    pub fn read(raw: &[u8]) -> Option<HeaderEcho> {
        let header: &[u8; 12] = raw.first_chunk()?;
        Some(HeaderEcho {
            id: u16::from_be_bytes([header[0], header[1]]),
            opcode: (header[2] >> 3) & 15,
            is_response: header[2] & 0x80 != 0,
            recursion_desired: header[2] & 1 != 0,
            checking_disabled: header[3] & 0x10 != 0,
        })
    }
}

/// A request that cannot be read past its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message is malformed")]
pub struct MalformedRequest;

impl Request {
    /// Decodes a request of at most 65 535 octets.
    pub fn parse(raw: &[u8]) -> Result<Request, MalformedRequest> {
        if raw.len() > usize::from(u16::MAX) {
            return Err(MalformedRequest);
        }
        let message = Message::from_vec(raw).map_err(|_| MalformedRequest)?;
        if message.metadata.message_type == MessageType::Response {
            return Err(MalformedRequest);
        }
        let question_bytes = question_bytes(raw, message.queries.len()).unwrap_or_default();
        Ok(Request {
            id: message.metadata.id,
            opcode: (raw[2] >> 3) & 15,
            recursion_desired: message.metadata.recursion_desired,
            checking_disabled: message.metadata.checking_disabled,
            questions: message
                .queries
                .iter()
                .map(|query| Question {
                    name: from_name(query.name()),
                    kind: RecordType(u16::from(query.query_type())),
                    class: u16::from(query.query_class()),
                })
                .collect(),
            question_bytes,
            answers: message.answers.iter().map(from_record).collect(),
            authorities: message.authorities.iter().map(from_record).collect(),
            edns: message.edns.as_ref().map(|edns| Edns {
                payload: edns.max_payload(),
                version: edns.version(),
                dnssec_ok: edns.flags().dnssec_ok,
            }),
            signed: message.signature.is_some(),
        })
    }
}

/// The bytes of `count` questions, provided that none uses compression.
fn question_bytes(raw: &[u8], count: usize) -> Option<Vec<u8>> {
    let mut end = 12;
    for _ in 0..count {
        end += super::name::wire_name_len(raw.get(end..)?)? + 4;
    }
    raw.get(12..end).map(<[u8]>::to_vec)
}
