//! Record data as the typed view that people read.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::kind::RecordType;
use super::name::DnsName;
use super::rdata::Rdata;

/// Record data by type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Ns(DnsName),
    Cname(DnsName),
    Ptr(DnsName),
    Soa(Soa),
    Mx {
        preference: u16,
        exchange: DnsName,
    },
    /// Character strings of at most 255 octets each.
    Txt(Vec<Vec<u8>>),
    Srv {
        priority: u16,
        weight: u16,
        port: u16,
        target: DnsName,
    },
    /// Any other type, as uncompressed wire bytes (RFC 3597).
    Other {
        kind: RecordType,
        bytes: Vec<u8>,
    },
}

/// The start of authority of a zone (RFC 1035 section 3.3.13). Times are seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soa {
    pub primary: DnsName,
    pub responsible: DnsName,
    pub serial: u32,
    pub refresh: u32,
    pub retry: u32,
    pub expire: u32,
    /// How long a negative answer may be kept (RFC 2308 section 4).
    pub minimum: u32,
}

impl Data {
    /// The record of the host at `address`.
    pub fn of_address(address: IpAddr) -> Data {
        match address {
            IpAddr::V4(v4) => Data::A(v4),
            IpAddr::V6(v6) => Data::Aaaa(v6),
        }
    }

    /// One text, split into character strings where it is longer than one may be.
    pub fn text(text: &str) -> Data {
        let strings: Vec<Vec<u8>> = text.as_bytes().chunks(255).map(<[u8]>::to_vec).collect();
        Data::Txt(if strings.is_empty() {
            vec![Vec::new()]
        } else {
            strings
        })
    }

    pub fn kind(&self) -> RecordType {
        match self {
            Data::A(_) => RecordType::A,
            Data::Aaaa(_) => RecordType::AAAA,
            Data::Ns(_) => RecordType::NS,
            Data::Cname(_) => RecordType::CNAME,
            Data::Ptr(_) => RecordType::PTR,
            Data::Soa(_) => RecordType::SOA,
            Data::Mx { .. } => RecordType::MX,
            Data::Txt(_) => RecordType::TXT,
            Data::Srv { .. } => RecordType::SRV,
            Data::Other { kind, .. } => *kind,
        }
    }

    /// Wire form.
    pub fn encode(&self) -> Rdata {
        let mut out = Vec::new();
        match self {
            Data::A(address) => out.extend_from_slice(&address.octets()),
            Data::Aaaa(address) => out.extend_from_slice(&address.octets()),
            Data::Ns(name) | Data::Cname(name) | Data::Ptr(name) => {
                out.extend_from_slice(name.wire());
            }
            Data::Soa(soa) => soa.encode(&mut out),
            Data::Mx {
                preference,
                exchange,
            } => {
                out.extend_from_slice(&preference.to_be_bytes());
                out.extend_from_slice(exchange.wire());
            }
            Data::Txt(strings) => {
                for string in strings.iter().flat_map(|text| split(text)) {
                    out.push(string.len() as u8);
                    out.extend_from_slice(string);
                }
            }
            Data::Srv {
                priority,
                weight,
                port,
                target,
            } => {
                for number in [priority, weight, port] {
                    out.extend_from_slice(&number.to_be_bytes());
                }
                out.extend_from_slice(target.wire());
            }
            Data::Other { bytes, .. } => out.extend_from_slice(bytes),
        }
        Rdata::from_parts(self.kind(), &out)
    }
}

/// A character string holds at most 255 octets (RFC 1035 section 3.3); longer text becomes several.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let empty = text.is_empty().then_some(&text[..0]);
    empty.into_iter().chain(text.chunks(255))
}

impl Soa {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.primary.wire());
        out.extend_from_slice(self.responsible.wire());
        for number in [
            self.serial,
            self.refresh,
            self.retry,
            self.expire,
            self.minimum,
        ] {
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
}

impl fmt::Display for Data {
    /// Presentation form without the type (RFC 1035 section 5, RFC 3597 section 5).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::A(address) => write!(f, "{address}"),
            Data::Aaaa(address) => write!(f, "{address}"),
            Data::Ns(name) | Data::Cname(name) | Data::Ptr(name) => write!(f, "{name}."),
            Data::Soa(soa) => write!(
                f,
                "{}. {}. {} {} {} {} {}",
                soa.primary,
                soa.responsible,
                soa.serial,
                soa.refresh,
                soa.retry,
                soa.expire,
                soa.minimum
            ),
            Data::Mx {
                preference,
                exchange,
            } => write!(f, "{preference} {exchange}."),
            Data::Txt(strings) => {
                let quoted: Vec<String> = strings
                    .iter()
                    .map(|string| format!("\"{}\"", string.escape_ascii()))
                    .collect();
                f.write_str(&quoted.join(" "))
            }
            Data::Srv {
                priority,
                weight,
                port,
                target,
            } => {
                write!(f, "{priority} {weight} {port} {target}.")
            }
            Data::Other { bytes, .. } => {
                write!(f, "\\# {}", bytes.len())?;
                bytes.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
            }
        }
    }
}

/// One record with its owner and time to live in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRecord {
    pub name: DnsName,
    pub ttl: u32,
    pub data: Data,
}

impl ResourceRecord {
    pub fn new(name: impl Into<DnsName>, ttl: u32, data: Data) -> ResourceRecord {
        ResourceRecord {
            name: name.into(),
            ttl,
            data,
        }
    }
}
