//! Record data in the wire form that zones store.

use std::fmt;

use super::data::{Data, Soa};
use super::kind::RecordType;
use super::name::{DnsName, wire_name_len};

/// Record data in uncompressed wire form.
///
/// Two are equal when type and bytes are, names inside compared without regard to case
/// (RFC 2136 section 1.1.2).
#[derive(Clone)]
pub struct Rdata {
    kind: RecordType,
    wire: Box<[u8]>,
}

impl Rdata {
    /// Takes bytes that a decoder vouched for.
    pub(super) fn from_parts(kind: RecordType, wire: &[u8]) -> Rdata {
        Rdata {
            kind,
            wire: wire.into(),
        }
    }

    pub fn kind(&self) -> RecordType {
        self.kind
    }

    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// The name that a CNAME, NS, PTR, MX or SRV record points at, in wire form.
    pub fn target(&self) -> Option<&[u8]> {
        let at = match self.kind {
            RecordType::NS | RecordType::CNAME | RecordType::PTR => 0,
            RecordType::MX => 2,
            RecordType::SRV => 6,
            _ => return None,
        };
        self.wire.get(at..)
    }

    /// The typed view. Bytes that do not fit their type come out as [`Data::Other`].
    pub fn decode(&self) -> Data {
        self.decode_known().unwrap_or_else(|| Data::Other {
            kind: self.kind,
            bytes: self.wire.to_vec(),
        })
    }

    fn decode_known(&self) -> Option<Data> {
        let wire = &self.wire[..];
        let name = |at: usize| DnsName::from_wire(wire.get(at..)?).ok();
        let number = |at: usize| Some(u16::from_be_bytes(wire.get(at..at + 2)?.try_into().ok()?));
        Some(match self.kind {
            RecordType::A => Data::A(<[u8; 4]>::try_from(wire).ok()?.into()),
            RecordType::AAAA => Data::Aaaa(<[u8; 16]>::try_from(wire).ok()?.into()),
            RecordType::NS => Data::Ns(name(0)?),
            RecordType::CNAME => Data::Cname(name(0)?),
            RecordType::PTR => Data::Ptr(name(0)?),
            RecordType::SOA => Data::Soa(self.soa()?),
            RecordType::MX => Data::Mx {
                preference: number(0)?,
                exchange: name(2)?,
            },
            RecordType::TXT => Data::Txt(strings(wire)?),
            RecordType::SRV => Data::Srv {
                priority: number(0)?,
                weight: number(2)?,
                port: number(4)?,
                target: name(6)?,
            },
            _ => return None,
        })
    }

    fn soa(&self) -> Option<Soa> {
        let first = wire_name_len(&self.wire)?;
        let second = first + wire_name_len(&self.wire[first..])?;
        let tail: [u8; 20] = self.wire.get(second..)?.try_into().ok()?;
        let number =
            |at: usize| u32::from_be_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]);
        Some(Soa {
            primary: DnsName::from_wire(&self.wire[..first]).ok()?,
            responsible: DnsName::from_wire(&self.wire[first..second]).ok()?,
            serial: number(0),
            refresh: number(4),
            retry: number(8),
            expire: number(12),
            minimum: number(16),
        })
    }

    /// The part of the bytes that holds names, which compare without regard to case.
    fn names(&self) -> std::ops::Range<usize> {
        let end = self.wire.len();
        match self.kind {
            RecordType::NS | RecordType::CNAME | RecordType::PTR => 0..end,
            RecordType::MX => 2.min(end)..end,
            RecordType::SRV => 6.min(end)..end,
            RecordType::SOA => 0..end.saturating_sub(20),
            _ => 0..0,
        }
    }
}

fn strings(mut wire: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut strings = Vec::new();
    while let Some((&len, rest)) = wire.split_first() {
        let (string, tail) = rest.split_at_checked(usize::from(len))?;
        strings.push(string.to_vec());
        wire = tail;
    }
    Some(strings)
}

impl PartialEq for Rdata {
    fn eq(&self, other: &Rdata) -> bool {
        let names = self.names();
        self.kind == other.kind
            && self.wire.len() == other.wire.len()
            && self.wire[..names.start] == other.wire[..names.start]
            && self.wire[names.clone()].eq_ignore_ascii_case(&other.wire[names.clone()])
            && self.wire[names.end..] == other.wire[names.end..]
    }
}
impl Eq for Rdata {}

impl fmt::Debug for Rdata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Rdata {
    /// Type and presentation form: `A 10.0.0.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.decode())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DnsName {
        text.parse().unwrap()
    }

    #[test]
    fn typed_data_survives_the_wire() {
        let soa = Soa {
            primary: name("ns1.corp.example"),
            responsible: name("hostmaster.corp.example"),
            serial: 7,
            refresh: 900,
            retry: 600,
            expire: 86400,
            minimum: 3600,
        };
        for data in [
            Data::A("10.0.0.5".parse().unwrap()),
            Data::Aaaa("2001:db8::5".parse().unwrap()),
            Data::Ns(name("ns1.corp.example")),
            Data::Cname(name("a.corp.example")),
            Data::Ptr(name("h.corp.example")),
            Data::Soa(soa),
            Data::Mx {
                preference: 10,
                exchange: name("mx.corp.example"),
            },
            Data::text(&"x".repeat(300)),
            Data::text(""),
            Data::Srv {
                priority: 0,
                weight: 100,
                port: 389,
                target: name("dc1.corp.example"),
            },
            Data::Other {
                kind: RecordType(65280),
                bytes: vec![1, 2, 3],
            },
        ] {
            assert_eq!(data.encode().decode(), data);
        }
    }

    #[test]
    fn only_names_compare_without_regard_to_case() {
        let ptr = |text: &str| Data::Ptr(name(text)).encode();
        assert_eq!(ptr("Host.Corp.example"), ptr("host.corp.EXAMPLE"));
        assert_ne!(Data::text("a").encode(), Data::text("A").encode());
        // 0x41 and 0x61 are `A` and `a`, but here they are part of a preference.
        let mx = |preference| {
            Data::Mx {
                preference,
                exchange: name("m"),
            }
            .encode()
        };
        assert_ne!(mx(0x41), mx(0x61));
    }

    #[test]
    fn bytes_that_do_not_fit_their_type_are_kept_as_they_are() {
        let odd = Rdata::from_parts(RecordType::A, &[1, 2, 3]);
        assert_eq!(
            odd.decode(),
            Data::Other {
                kind: RecordType::A,
                bytes: vec![1, 2, 3]
            }
        );
        assert_eq!(odd.to_string(), "A \\# 3 01 02 03");
    }
}
