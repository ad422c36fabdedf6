//! Bytes to message and back.

use std::ops::Range;

use dhcproto::v6 as codec;
use dhcproto::{Decodable as _, Decoder, Encodable as _, Encoder};

use super::super::malformed::{Flaw, Malformed};
use super::message::{IaAddress, IaNa, Message, MessageType, Status, StatusCode};
use super::relay::push_option;
use super::scan::scan;
use crate::base::Duid;

impl Message {
    /// Reads the message in `range` of a datagram, whole or not at all.
    pub(super) fn decode(packet: &[u8], range: Range<usize>) -> Result<Message, Malformed> {
        let start = range.start;
        let scan = scan(packet, range)?;
        let read = codec::DhcpOptions::decode(&mut Decoder::new(&scan.codec))
            .map_err(|_| Flaw::HalfRead.at(start))?;
        let xid = [0, packet[start + 1], packet[start + 2], packet[start + 3]];
        let kind = MessageType::of(packet[start]);
        let mut message = Message::new(kind, u32::from_be_bytes(xid));
        message.others = scan.others;
        let mut taken = 0;
        for option in read.iter() {
            taken += message.take(option);
        }
        if taken != scan.expected {
            return Err(Flaw::HalfRead.at(start));
        }
        Ok(message)
    }

    /// Takes one option over and returns how many options that were.
    fn take(&mut self, option: &codec::DhcpOption) -> usize {
        use codec::DhcpOption as C;
        match option {
            C::ClientId(bytes) => self.client = Some(Duid(bytes.clone())),
            C::ServerId(bytes) => self.server = Some(Duid(bytes.clone())),
            C::IANA(ia) => {
                let (ia, taken) = read_ia(ia);
                self.ias.push(ia);
                return 1 + taken;
            }
            C::ORO(wanted) => {
                self.option_request = wanted.opts.iter().map(|code| (*code).into()).collect();
            }
            C::Preference(value) => self.preference = Some(*value),
            C::ElapsedTime(value) => self.elapsed = Some(*value),
            C::StatusCode(status) => self.status = Some(read_status(status)),
            C::RapidCommit => self.rapid_commit = true,
            C::DomainNameServers(list) => self.dns_servers = list.clone(),
            _ => return 0,
        }
        1
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        use codec::DhcpOption as C;
        let mut options = codec::DhcpOptions::new();
        let ids = [
            self.client.as_ref().map(|id| C::ClientId(id.0.clone())),
            self.server.as_ref().map(|id| C::ServerId(id.0.clone())),
            self.preference.map(C::Preference),
            self.elapsed.map(C::ElapsedTime),
            self.status.as_ref().map(|s| C::StatusCode(write_status(s))),
            self.rapid_commit.then_some(C::RapidCommit),
            (!self.dns_servers.is_empty()).then(|| C::DomainNameServers(self.dns_servers.clone())),
            (!self.option_request.is_empty()).then(|| {
                C::ORO(codec::ORO {
                    opts: self.option_request.iter().map(|n| (*n).into()).collect(),
                })
            }),
        ];
        ids.into_iter()
            .flatten()
            .for_each(|option| options.insert(option));
        // The codec puts an option in front of its equals, so the last association goes first.
        for ia in self.ias.iter().rev() {
            options.insert(C::IANA(write_ia(ia)));
        }
        // The codec's encoder writes from the start of its buffer.
        let mut encoded = Vec::with_capacity(160);
        options
            .encode(&mut Encoder::new(&mut encoded))
            .expect("every value of a message has an encoding and the buffer grows");
        let mut packet = Vec::with_capacity(encoded.len() + 64);
        // The header by hand, because the codec's own message draws a random number whenever
        // one is made.
        let [_, xid @ ..] = self.xid.to_be_bytes();
        packet.push(self.kind.number());
        packet.extend_from_slice(&xid);
        packet.extend_from_slice(&encoded);
        for (number, bytes) in &self.others {
            push_option(&mut packet, *number, bytes);
        }
        packet
    }
}

fn read_status(status: &codec::StatusCode) -> StatusCode {
    let number: u16 = status.status.into();
    let known = [
        Status::Success,
        Status::UnspecFail,
        Status::NoAddrsAvail,
        Status::NoBinding,
        Status::NotOnLink,
        Status::UseMulticast,
        Status::NoPrefixAvail,
    ];
    StatusCode {
        status: known
            .get(usize::from(number))
            .copied()
            .unwrap_or(Status::Other(number)),
        text: status.msg.clone(),
    }
}

fn write_status(status: &StatusCode) -> codec::StatusCode {
    codec::StatusCode {
        status: match status.status {
            Status::Success => codec::Status::Success,
            Status::UnspecFail => codec::Status::UnspecFail,
            Status::NoAddrsAvail => codec::Status::NoAddrsAvail,
            Status::NoBinding => codec::Status::NoBinding,
            Status::NotOnLink => codec::Status::NotOnLink,
            Status::UseMulticast => codec::Status::UseMulticast,
            Status::NoPrefixAvail => codec::Status::NoPrefixAvail,
            Status::Other(number) => number.into(),
        },
        msg: status.text.clone(),
    }
}

fn read_ia(ia: &codec::IANA) -> (IaNa, usize) {
    let mut read = IaNa {
        iaid: ia.id,
        t1: ia.t1,
        t2: ia.t2,
        addresses: Vec::new(),
        status: None,
    };
    let mut taken = 0;
    for option in ia.opts.iter() {
        match option {
            codec::DhcpOption::IAAddr(address) => {
                let status = address.opts.iter().find_map(status_of);
                taken += 1 + usize::from(status.is_some());
                read.addresses.push(IaAddress {
                    address: address.addr,
                    preferred: address.preferred_life,
                    valid: address.valid_life,
                    status,
                });
            }
            other => {
                let status = status_of(other);
                taken += usize::from(status.is_some());
                read.status = status.or(read.status);
            }
        }
    }
    (read, taken)
}

fn status_of(option: &codec::DhcpOption) -> Option<StatusCode> {
    match option {
        codec::DhcpOption::StatusCode(status) => Some(read_status(status)),
        _ => None,
    }
}

fn write_ia(ia: &IaNa) -> codec::IANA {
    let status = |status: &StatusCode| codec::DhcpOption::StatusCode(write_status(status));
    let addresses = ia.addresses.iter().map(|address| {
        codec::DhcpOption::IAAddr(codec::IAAddr {
            addr: address.address,
            preferred_life: address.preferred,
            valid_life: address.valid,
            opts: address.status.iter().map(status).collect(),
        })
    });
    codec::IANA {
        id: ia.iaid,
        t1: ia.t1,
        t2: ia.t2,
        opts: addresses.chain(ia.status.iter().map(status)).collect(),
    }
}
