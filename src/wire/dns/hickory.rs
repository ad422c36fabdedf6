//! Conversions between this module's types and hickory-proto's, and nothing else.

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::rdata::NULL;
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType as HickoryType};
use hickory_proto::serialize::binary::{
    BinDecodable, BinDecoder, BinEncodable, BinEncoder, NameEncoding,
};

use super::data::{Data, ResourceRecord};
use super::kind::RecordType;
use super::name::DnsName;
use super::rdata::Rdata;
use super::request::RequestRecord;

pub(super) fn to_name(name: &DnsName) -> Name {
    Name::read(&mut BinDecoder::new(name.wire())).expect("a DnsName is a well-formed wire name")
}

pub(super) fn from_name(name: &Name) -> DnsName {
    let mut wire = Vec::with_capacity(name.len() + 2);
    for label in name.iter() {
        wire.push(label.len() as u8);
        wire.extend_from_slice(label);
    }
    wire.push(0);
    DnsName::from_wire(&wire).unwrap_or_else(|_| DnsName::root())
}

/// A record of class IN from stored wire data.
pub(super) fn to_record(name: &DnsName, ttl: u32, rdata: &Rdata) -> Record {
    let mut record = Record::from_rdata(to_name(name), ttl, to_rdata(rdata));
    record.dns_class = DNSClass::IN;
    record
}

fn to_rdata(rdata: &Rdata) -> RData {
    let code = HickoryType::from(rdata.kind().0);
    if rdata.wire().is_empty() {
        return RData::Update0(code);
    }
    // A record with an empty owner is read back, so that one decoder judges all types.
    let mut wire = vec![0];
    wire.extend_from_slice(&rdata.kind().0.to_be_bytes());
    wire.extend_from_slice(&[0, 1, 0, 0, 0, 0]);
    wire.extend_from_slice(&(rdata.wire().len() as u16).to_be_bytes());
    wire.extend_from_slice(rdata.wire());
    match Record::read(&mut BinDecoder::new(&wire)) {
        Ok(record) => record.data,
        Err(_) => RData::Unknown {
            code,
            rdata: NULL::with(rdata.wire().to_vec()),
        },
    }
}

/// The wire form of decoded data, uncompressed; `None` where the record carried none.
pub(super) fn from_rdata(data: &RData) -> Option<Rdata> {
    if let RData::Update0(_) = data {
        return None;
    }
    let mut wire = Vec::with_capacity(32);
    let mut encoder = BinEncoder::new(&mut wire);
    encoder.set_name_encoding(NameEncoding::Uncompressed);
    data.emit(&mut encoder).ok()?;
    Some(Rdata::from_parts(
        RecordType(u16::from(data.record_type())),
        &wire,
    ))
}

pub(super) fn from_record(record: &Record) -> RequestRecord {
    RequestRecord {
        name: from_name(&record.name),
        kind: RecordType(u16::from(record.record_type())),
        class: u16::from(record.dns_class),
        ttl: record.ttl,
        rdata: from_rdata(&record.data),
    }
}

/// A record of a reply; one without data comes out as empty [`Data::Other`].
pub(super) fn to_resource(record: &Record) -> ResourceRecord {
    let data = from_rdata(&record.data).map_or_else(
        || Data::Other {
            kind: RecordType(u16::from(record.record_type())),
            bytes: Vec::new(),
        },
        |rdata| rdata.decode(),
    );
    ResourceRecord {
        name: from_name(&record.name),
        ttl: record.ttl,
        data,
    }
}

/// A record of an update, in any class and with or without data (RFC 2136 sections 2.4 and 2.5).
pub(super) fn update_record(
    name: &DnsName,
    kind: RecordType,
    class: u16,
    ttl: u32,
    rdata: Option<&Rdata>,
) -> Record {
    let data = rdata.map_or_else(|| RData::Update0(HickoryType::from(kind.0)), to_rdata);
    let mut record = Record::from_rdata(to_name(name), ttl, data);
    record.dns_class = DNSClass::from(class);
    record
}

pub(super) fn question(name: &DnsName, kind: RecordType) -> Query {
    Query::query(to_name(name), HickoryType::from(kind.0))
}

/// Encodes a message that its builder kept within the limits of the protocol.
pub(super) fn encode(message: &Message) -> Vec<u8> {
    let mut wire = Vec::with_capacity(512);
    let mut encoder = BinEncoder::new(&mut wire);
    encoder.set_max_size(u16::MAX);
    // Running into the limit marks the message truncated instead of failing.
    let _ = message.emit(&mut encoder);
    wire
}
