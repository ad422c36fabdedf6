//! A whole response as a server builds it.

use hickory_proto::ProtoError;
use hickory_proto::op::{
    Edns as HickoryEdns, EmitAndCount, MessageType, Metadata, OpCode, ResponseCode,
    emit_message_parts,
};
use hickory_proto::rr::Record;
use hickory_proto::serialize::binary::BinEncoder;

use super::hickory::to_record;
use super::kind::Rcode;
use super::name::{DnsName, wire_name_len};
use super::plain::{fits, owner_len};
use super::rdata::Rdata;
use super::request::HeaderEcho;
use super::tsig::TsigChain;

/// What an OPT record says (RFC 6891 section 6.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edns {
    /// The largest datagram the sender can take, at least 512.
    pub payload: u16,
    pub version: u8,
    pub dnssec_ok: bool,
}

/// A response with its records. The full path's counterpart of
/// [`PlainWriter`](super::PlainWriter).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub echo: HeaderEcho,
    pub rcode: Rcode,
    pub authoritative: bool,
    pub truncated: bool,
    /// The number of questions in `question_bytes`.
    pub questions: u16,
    /// The question section exactly as it was received.
    pub question_bytes: Vec<u8>,
    pub answers: Vec<ResponseRecord>,
    pub authorities: Vec<ResponseRecord>,
    pub additionals: Vec<ResponseRecord>,
    pub edns: Option<Edns>,
}

/// One record of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseRecord {
    pub name: DnsName,
    pub ttl: u32,
    pub rdata: Rdata,
}

impl Response {
    /// An answer without records.
    pub fn new(echo: HeaderEcho, rcode: Rcode) -> Response {
        Response {
            echo,
            rcode,
            authoritative: false,
            truncated: false,
            questions: 0,
            question_bytes: Vec::new(),
            answers: Vec::new(),
            authorities: Vec::new(),
            additionals: Vec::new(),
            edns: None,
        }
    }

    /// Encodes within `limit` octets and signs with `chain`. A response that does not fit loses
    /// its records and is marked truncated, but keeps OPT (RFC 6891 section 7) and TSIG
    /// (RFC 8945 section 5.3).
    pub fn encode(&self, limit: usize, chain: Option<&mut TsigChain>) -> Vec<u8> {
        let overhead = chain.as_ref().map_or(0, |chain| chain.overhead());
        let mut wire = None;
        if self.fits(limit.saturating_sub(overhead)) {
            wire = self.encode_unsigned();
        }
        if wire.is_none() {
            wire = self.without_records().encode_unsigned();
        }
        let wire = wire.unwrap_or_default();
        match chain {
            Some(chain) => chain.sign(wire),
            None => wire,
        }
    }

    /// Measures as [`PlainWriter`](super::PlainWriter) would write.
    fn fits(&self, limit: usize) -> bool {
        let asked = wire_name_len(&self.question_bytes)
            .and_then(|len| self.question_bytes.get(..len))
            .unwrap_or(&[0]);
        let sections = [&self.answers, &self.authorities, &self.additionals];
        let mut records = sections.into_iter().flatten().peekable();
        if records.peek().is_none() {
            return true;
        }
        let opt = if self.edns.is_some() { 11 } else { 0 };
        let fixed = 12 + self.question_bytes.len() + opt;
        let records: usize = records
            .map(|record| owner_len(record.name.wire(), asked) + 10 + record.rdata.wire().len())
            .sum();
        fits(fixed + records, asked, limit)
    }

    fn without_records(&self) -> Response {
        Response {
            truncated: true,
            answers: Vec::new(),
            authorities: Vec::new(),
            additionals: Vec::new(),
            ..self.clone()
        }
    }

    /// `None` when the message would exceed 65 535 octets.
    fn encode_unsigned(&self) -> Option<Vec<u8>> {
        let mut wire = Vec::with_capacity(512);
        let mut encoder = BinEncoder::new(&mut wire);
        encoder.set_max_size(u16::MAX);
        let section = |records: &[ResponseRecord]| -> Vec<Record> {
            records
                .iter()
                .map(|record| to_record(&record.name, record.ttl, &record.rdata))
                .collect()
        };
        let edns = self.edns.map(|edns| {
            let mut opt = HickoryEdns::new();
            opt.set_max_payload(edns.payload);
            opt.set_version(edns.version);
            opt.set_dnssec_ok(edns.dnssec_ok);
            opt
        });
        let header = emit_message_parts(
            &self.metadata(),
            &mut EchoedQuestions(self),
            &mut section(&self.answers).iter(),
            &mut section(&self.authorities).iter(),
            &mut section(&self.additionals).iter(),
            edns.as_ref(),
            None,
            &mut encoder,
        )
        .ok()?;
        (header.metadata.truncation == self.truncated).then_some(wire)
    }

    fn metadata(&self) -> Metadata {
        let opcode = OpCode::from_u8(self.echo.opcode);
        let mut metadata = Metadata::new(self.echo.id, MessageType::Response, opcode);
        metadata.authoritative = self.authoritative;
        metadata.truncation = self.truncated;
        metadata.recursion_desired = self.echo.recursion_desired;
        metadata.checking_disabled = self.echo.checking_disabled;
        metadata.response_code =
            ResponseCode::from((self.rcode.0 >> 4) as u8, (self.rcode.0 & 15) as u8);
        metadata
    }
}

/// Writes the question section back byte for byte, and remembers it for name compression in the
/// way hickory-server's own responses do. A response therefore encodes to the same bytes here and
/// there, which a signature over it depends on.
struct EchoedQuestions<'a>(&'a Response);

impl EmitAndCount for EchoedQuestions<'_> {
    fn emit(&mut self, encoder: &mut BinEncoder<'_>) -> Result<usize, ProtoError> {
        let start = encoder.offset();
        let bytes = &self.0.question_bytes;
        encoder.emit_vec(bytes)?;
        if self.0.questions > 0 && !bytes.is_empty() {
            encoder.store_label_pointer(start, start + bytes.len());
        }
        Ok(usize::from(self.0.questions))
    }
}
