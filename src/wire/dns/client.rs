//! What a client sends and how it reads what comes back.

use hickory_proto::op::{Edns, Message, MessageType, OpCode, UpdateMessage as _};
use hickory_proto::rr::{DNSClass, Record, RecordType as HickoryType};

use super::data::{Data, ResourceRecord};
use super::hickory::{encode, from_name, question, to_name, to_resource, update_record};
use super::kind::{Rcode, RecordType, class};
use super::name::DnsName;

/// The datagram size a client offers (the value the 2020 flag day settled on).
const PAYLOAD: u16 = 1232;

/// A query with EDNS.
pub fn query(id: u16, name: &DnsName, kind: RecordType) -> Vec<u8> {
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.add_query(question(name, kind));
    let mut edns = Edns::new();
    edns.set_max_payload(PAYLOAD);
    message.set_edns(edns);
    encode(&message)
}

/// A request for a whole zone (RFC 5936 section 2.1), to be sent over TCP.
pub fn transfer_query(id: u16, zone: &DnsName) -> Vec<u8> {
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.add_query(question(zone, RecordType::AXFR));
    encode(&message)
}

/// A dynamic update under construction (RFC 2136 section 2).
#[derive(Debug, Clone)]
pub struct UpdateMessage {
    id: u16,
    zone: DnsName,
    prerequisites: Vec<Record>,
    updates: Vec<Record>,
}

impl UpdateMessage {
    pub fn new(id: u16, zone: impl Into<DnsName>) -> UpdateMessage {
        UpdateMessage {
            id,
            zone: zone.into(),
            prerequisites: Vec::new(),
            updates: Vec::new(),
        }
    }

    /// RRset exists, value independent (section 2.4.1).
    pub fn require_rrset(mut self, name: &DnsName, kind: RecordType) -> UpdateMessage {
        self.prerequisites
            .push(update_record(name, kind, class::ANY, 0, None));
        self
    }

    /// RRset exists, value dependent (section 2.4.2): the set must consist of exactly these.
    pub fn require_exactly(mut self, name: &DnsName, set: &[Data]) -> UpdateMessage {
        for data in set {
            let rdata = data.encode();
            self.prerequisites
                .push(update_record(name, data.kind(), class::IN, 0, Some(&rdata)));
        }
        self
    }

    /// RRset does not exist (section 2.4.3).
    pub fn forbid_rrset(mut self, name: &DnsName, kind: RecordType) -> UpdateMessage {
        self.prerequisites
            .push(update_record(name, kind, class::NONE, 0, None));
        self
    }

    /// Name is in use (section 2.4.4).
    pub fn require_name(mut self, name: &DnsName) -> UpdateMessage {
        self.prerequisites
            .push(update_record(name, RecordType::ANY, class::ANY, 0, None));
        self
    }

    /// Name is not in use (section 2.4.5).
    pub fn forbid_name(mut self, name: &DnsName) -> UpdateMessage {
        self.prerequisites
            .push(update_record(name, RecordType::ANY, class::NONE, 0, None));
        self
    }

    /// Add to an RRset (section 2.5.1).
    pub fn add(mut self, name: &DnsName, ttl: u32, data: &Data) -> UpdateMessage {
        let rdata = data.encode();
        self.updates.push(update_record(
            name,
            data.kind(),
            class::IN,
            ttl,
            Some(&rdata),
        ));
        self
    }

    /// Delete an RRset (section 2.5.2).
    pub fn delete_rrset(mut self, name: &DnsName, kind: RecordType) -> UpdateMessage {
        self.updates
            .push(update_record(name, kind, class::ANY, 0, None));
        self
    }

    /// Delete all RRsets from a name (section 2.5.3).
    pub fn delete_name(mut self, name: &DnsName) -> UpdateMessage {
        self.updates
            .push(update_record(name, RecordType::ANY, class::ANY, 0, None));
        self
    }

    /// Delete one record from an RRset (section 2.5.4).
    pub fn delete(mut self, name: &DnsName, data: &Data) -> UpdateMessage {
        let rdata = data.encode();
        self.updates.push(update_record(
            name,
            data.kind(),
            class::NONE,
            0,
            Some(&rdata),
        ));
        self
    }

    /// The message, unsigned; [`TsigKey::sign_request`](super::TsigKey::sign_request) signs it.
    pub fn encode(&self) -> Vec<u8> {
        let mut message = Message::new(self.id, MessageType::Query, OpCode::Update);
        let mut zone = hickory_proto::op::Query::query(to_name(&self.zone), HickoryType::SOA);
        zone.set_query_class(DNSClass::IN);
        message.add_query(zone);
        message.add_pre_requisites(self.prerequisites.iter().cloned());
        message.add_updates(self.updates.iter().cloned());
        encode(&message)
    }
}

/// Why some bytes are not the response that was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    #[error("the message is malformed")]
    Malformed,
    #[error("the message is a request, not a response")]
    NotAResponse,
}

/// A response, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub id: u16,
    pub rcode: Rcode,
    pub authoritative: bool,
    pub truncated: bool,
    /// Name and type of the first question echoed.
    pub question: Option<(DnsName, RecordType)>,
    pub answers: Vec<ResourceRecord>,
    pub authorities: Vec<ResourceRecord>,
    pub additionals: Vec<ResourceRecord>,
    /// The server's payload size and EDNS version, when it sent OPT.
    pub edns: Option<(u16, u8)>,
}

impl Reply {
    pub fn parse(bytes: &[u8]) -> Result<Reply, ReplyError> {
        if bytes.len() > usize::from(u16::MAX) {
            return Err(ReplyError::Malformed);
        }
        let message = Message::from_vec(bytes).map_err(|_| ReplyError::Malformed)?;
        if message.metadata.message_type != MessageType::Response {
            return Err(ReplyError::NotAResponse);
        }
        let section = |records: &[Record]| records.iter().map(to_resource).collect();
        Ok(Reply {
            id: message.metadata.id,
            rcode: Rcode(u16::from(message.metadata.response_code)),
            authoritative: message.metadata.authoritative,
            truncated: message.metadata.truncation,
            question: message.queries.first().map(|query| {
                let kind = RecordType(u16::from(query.query_type()));
                (from_name(query.name()), kind)
            }),
            answers: section(&message.answers),
            authorities: section(&message.authorities),
            additionals: section(&message.additionals),
            edns: message
                .edns
                .as_ref()
                .map(|edns| (edns.max_payload(), edns.version())),
        })
    }

    /// Whether this answers the query `id` for `name` and `kind`.
    pub fn answers_to(&self, id: u16, name: &DnsName, kind: RecordType) -> bool {
        self.id == id
            && self
                .question
                .as_ref()
                .is_some_and(|(asked, of)| asked == name && *of == kind)
    }
}

/// Collects the messages of a zone transfer.
///
/// A transfer begins and ends with the zone's SOA (RFC 5936 section 2.2).
#[derive(Debug, Default)]
pub struct TransferReader {
    records: Vec<ResourceRecord>,
    done: bool,
}

/// Why a transfer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    #[error("a message of the transfer is malformed")]
    Malformed,
    #[error("the server answered {0}")]
    Refused(Rcode),
    #[error("the transfer does not begin with a SOA record")]
    NoSoa,
}

impl TransferReader {
    /// Takes the next message; `true` once the transfer is complete.
    pub fn push(&mut self, message: &[u8]) -> Result<bool, TransferError> {
        let reply = Reply::parse(message).map_err(|_| TransferError::Malformed)?;
        if reply.rcode != Rcode::NOERROR {
            return Err(TransferError::Refused(reply.rcode));
        }
        for record in reply.answers {
            if self.done {
                return Err(TransferError::Malformed);
            }
            let is_soa = record.data.kind() == RecordType::SOA;
            if self.records.is_empty() && !is_soa {
                return Err(TransferError::NoSoa);
            }
            if is_soa && !self.records.is_empty() {
                self.done = true;
            } else {
                self.records.push(record);
            }
        }
        if self.records.is_empty() {
            return Err(TransferError::NoSoa);
        }
        Ok(self.done)
    }

    /// The zone's records, SOA first and once. Empty until the transfer is complete.
    pub fn into_records(self) -> Vec<ResourceRecord> {
        if self.done { self.records } else { Vec::new() }
    }
}
