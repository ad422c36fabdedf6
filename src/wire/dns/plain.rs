//! The fast path: a plain query read by hand and its answer written from stored wire data.
//!
//! A plain query is what nearly all traffic is: opcode QUERY, one question of class IN, nothing
//! else but perhaps an OPT record. Anything unusual is `None` here and takes the full path through
//! [`Request`](super::Request) and [`Response`](super::Response); both must come to the same
//! message, which a property test holds them to.

use super::key::KeyBuffer;
use super::kind::{Rcode, RecordType, class};
use super::name::{DnsName, wire_name_len};
use super::rdata::Rdata;
use super::request::HeaderEcho;
use super::response::Edns;

const HEADER: usize = 12;

/// A query that needs no decoding beyond this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlainQuery<'a> {
    pub echo: HeaderEcho,
    pub kind: RecordType,
    /// The name asked for, in wire form.
    pub name: &'a [u8],
    /// The question section as received.
    pub question: &'a [u8],
    pub edns: Option<Edns>,
}

impl<'a> PlainQuery<'a> {
    /// Reads `raw` if it is a plain query.
    pub fn parse(raw: &'a [u8]) -> Option<PlainQuery<'a>> {
        let header: &[u8; HEADER] = raw.first_chunk()?;
        // QR, opcode, AA and TC clear; no Z bit or code, though AD and CD may be set.
        if header[2] & !1 != 0 || header[3] & !0x30 != 0 {
            return None;
        }
        // One question, no answer and no authority; one additional at most.
        if header[4..10] != [0, 1, 0, 0, 0, 0] || header[10] != 0 || header[11] > 1 {
            return None;
        }
        let name_len = wire_name_len(&raw[HEADER..])?;
        let end = HEADER + name_len + 4;
        let question = raw.get(HEADER..end)?;
        let tail = &question[name_len..];
        let kind = RecordType(u16::from_be_bytes([tail[0], tail[1]]));
        if u16::from_be_bytes([tail[2], tail[3]]) != class::IN || kind.is_meta() {
            return None;
        }
        let edns = match header[11] {
            0 if raw.len() == end => None,
            1 => Some(plain_opt(&raw[end..])?),
            _ => return None,
        };
        Some(PlainQuery {
            echo: HeaderEcho::read(raw)?,
            kind,
            name: &question[..name_len],
            question,
            edns,
        })
    }

    /// Builds the key to look the name up by.
    pub fn key(&self, buffer: &mut KeyBuffer) {
        buffer.fill(self.name);
    }
}

/// An OPT record of version 0 at the end of the message whose options, if any, are well formed.
fn plain_opt(bytes: &[u8]) -> Option<Edns> {
    let fixed: &[u8; 11] = bytes.first_chunk()?;
    let (mut options, len) = (&bytes[11..], u16::from_be_bytes([fixed[9], fixed[10]]));
    if fixed[..3] != [0, 0, 41] || fixed[5..7] != [0, 0] || options.len() != usize::from(len) {
        return None;
    }
    // Client subnet (8) and the DNSSEC algorithm lists (5 to 7) have a format of their own that
    // the full path judges; cookies, keepalives and the rest are opaque (RFC 6891 section 6.1.2).
    while !options.is_empty() {
        let head: &[u8; 4] = options.first_chunk()?;
        let code = u16::from_be_bytes([head[0], head[1]]);
        if (5..=8).contains(&code) {
            return None;
        }
        let value = usize::from(u16::from_be_bytes([head[2], head[3]]));
        options = options.get(4 + value..)?;
    }
    Some(Edns {
        payload: u16::from_be_bytes([fixed[3], fixed[4]]).max(512),
        version: 0,
        dnssec_ok: fixed[7] & 0x80 != 0,
    })
}

/// Writes the answer to a plain query into a buffer that its owner reuses.
///
/// Owner names are compressed against the question; names inside record data are written out.
pub struct PlainWriter<'a, 'b> {
    query: &'b PlainQuery<'a>,
    out: &'b mut Vec<u8>,
    counts: [u16; 3],
    section: usize,
}

/// The sections a record can go to, in the order they must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Answer,
    Authority,
    Additional,
}

impl<'a, 'b> PlainWriter<'a, 'b> {
    /// Starts a message: header space and the question.
    pub fn new(query: &'b PlainQuery<'a>, out: &'b mut Vec<u8>) -> PlainWriter<'a, 'b> {
        out.clear();
        out.extend_from_slice(&[0; HEADER]);
        out.extend_from_slice(query.question);
        PlainWriter {
            query,
            out,
            counts: [0; 3],
            section: 0,
        }
    }

    /// Moves on to `section`; never back.
    pub fn section(&mut self, section: Section) {
        self.section = self.section.max(section as usize);
    }

    /// Writes a record owned by the name asked for.
    pub fn record_of_question(&mut self, ttl: u32, rdata: &Rdata) {
        self.out.extend_from_slice(&[0xc0, HEADER as u8]);
        self.rest(ttl, rdata);
    }

    /// Writes a record owned by the last `len` octets of the name asked for.
    pub fn record_of_suffix(&mut self, len: usize, ttl: u32, rdata: &Rdata) {
        let at = HEADER + self.query.name.len().saturating_sub(len);
        if len <= 1 {
            self.out.push(0);
        } else {
            self.out
                .extend_from_slice(&(0xc000 | at as u16).to_be_bytes());
        }
        self.rest(ttl, rdata);
    }

    /// Writes a record owned by any name.
    pub fn record(&mut self, owner: &[u8], ttl: u32, rdata: &Rdata) {
        self.name(owner);
        self.rest(ttl, rdata);
    }

    /// Writes `owner`, pointing into the question where its end repeats an end of the question.
    fn name(&mut self, owner: &[u8]) {
        let (own, shared) = split_at_shared(owner, self.query.name);
        self.out.extend_from_slice(&owner[..own]);
        match shared {
            Some(at) => {
                let pointer = 0xc000 | (HEADER + at) as u16;
                self.out.extend_from_slice(&pointer.to_be_bytes());
            }
            None => self.out.push(0),
        }
    }

    fn rest(&mut self, ttl: u32, rdata: &Rdata) {
        let mut fixed = [0_u8; 10];
        fixed[..2].copy_from_slice(&rdata.kind().0.to_be_bytes());
        fixed[2..4].copy_from_slice(&class::IN.to_be_bytes());
        fixed[4..8].copy_from_slice(&ttl.to_be_bytes());
        fixed[8..].copy_from_slice(&(rdata.wire().len() as u16).to_be_bytes());
        self.out.extend_from_slice(&fixed);
        self.out.extend_from_slice(rdata.wire());
        self.counts[self.section] += 1;
    }

    /// Ends the message with OPT and header, within `limit` octets. A message that does not fit
    /// loses its records and is marked truncated; its OPT stays (RFC 6891 section 7).
    pub fn finish(mut self, rcode: Rcode, authoritative: bool, edns: Option<Edns>, limit: usize) {
        let opt = if edns.is_some() { 11 } else { 0 };
        let has_records = self.counts != [0; 3];
        let truncated = has_records && !fits(self.out.len() + opt, self.query.name, limit);
        if truncated {
            self.out.truncate(HEADER + self.query.question.len());
            self.counts = [0; 3];
        }
        if let Some(edns) = edns {
            let payload = edns.payload.to_be_bytes();
            let flags = if edns.dnssec_ok { 0x80 } else { 0 };
            let opt = [
                0,
                0,
                41,
                payload[0],
                payload[1],
                0,
                edns.version,
                flags,
                0,
                0,
                0,
            ];
            self.out.extend_from_slice(&opt);
            self.counts[2] += 1;
        }
        let echo = self.query.echo;
        let header = &mut self.out[..HEADER];
        header[..2].copy_from_slice(&echo.id.to_be_bytes());
        header[2] = 0x80
            | u8::from(authoritative) << 2
            | u8::from(truncated) << 1
            | u8::from(echo.recursion_desired);
        header[3] = u8::from(echo.checking_disabled) << 4 | (rcode.0 & 15) as u8;
        header[5] = 1;
        for (slot, count) in header[6..].chunks_exact_mut(2).zip(self.counts) {
            slot.copy_from_slice(&count.to_be_bytes());
        }
    }
}

/// How many octets of `owner` precede the longest end it shares with `asked`, and where in `asked`
/// that end begins. The root alone is not worth a pointer.
fn split_at_shared(owner: &[u8], asked: &[u8]) -> (usize, Option<usize>) {
    let mut pos = 0;
    while owner[pos] != 0 {
        let rest = owner.len() - pos;
        if let Some(at) = asked.len().checked_sub(rest)
            && asked[at..].eq_ignore_ascii_case(&owner[pos..])
            && is_label_start(asked, at)
        {
            return (pos, Some(at));
        }
        pos += 1 + usize::from(owner[pos]);
    }
    (pos, None)
}

/// The octets that [`PlainWriter`] takes for a record's owner.
pub(super) fn owner_len(owner: &[u8], asked: &[u8]) -> usize {
    let (own, shared) = split_at_shared(owner, asked);
    own + if shared.is_some() { 2 } else { 1 }
}

/// Whether a message of `len` octets written by [`PlainWriter`] is taken to fit within `limit`.
///
/// hickory's encoder does not point into the question, so the same message may come out longer by
/// one name there. The difference is granted here, so that a message that fits one encoder fits
/// the other and both paths truncate the same answers.
pub(super) fn fits(len: usize, asked: &[u8], limit: usize) -> bool {
    len + asked.len() <= limit
}

fn is_label_start(name: &[u8], at: usize) -> bool {
    let mut pos = 0;
    while pos < at {
        pos += 1 + usize::from(name[pos]);
    }
    pos == at
}

impl PlainQuery<'_> {
    /// The name asked for as an owned name.
    pub fn to_name(&self) -> DnsName {
        DnsName::from_wire(self.name).expect("the parser measured the name")
    }
}
