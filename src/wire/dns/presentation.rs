//! Record data from presentation form (RFC 1035 section 5), for the types that are typed as text.

use super::data::{Data, Soa};
use super::kind::RecordType;
use super::name::DnsName;

impl Data {
    /// Reads the data of a record of type `kind`: `Data::parse("MX", "10 mail.corp.example.")`.
    /// `None` when the text does not fit the type. Types without a form of their own are read in
    /// the generic form of RFC 3597 section 5, `\# 3 01 02 03`.
    pub fn parse(kind: &str, text: &str) -> Option<Data> {
        let kind: RecordType = kind.parse().ok()?;
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        if fields.first() == Some(&"\\#") {
            return generic(kind, &fields[1..]);
        }
        let name = |field: &str| field.parse::<DnsName>().ok();
        Some(match (kind, &fields[..]) {
            (RecordType::A, [address]) => Data::A(address.parse().ok()?),
            (RecordType::AAAA, [address]) => Data::Aaaa(address.parse().ok()?),
            (RecordType::NS, [target]) => Data::Ns(name(target)?),
            (RecordType::CNAME, [target]) => Data::Cname(name(target)?),
            (RecordType::PTR, [target]) => Data::Ptr(name(target)?),
            (RecordType::MX, [preference, exchange]) => Data::Mx {
                preference: preference.parse().ok()?,
                exchange: name(exchange)?,
            },
            (RecordType::SRV, [priority, weight, port, target]) => Data::Srv {
                priority: priority.parse().ok()?,
                weight: weight.parse().ok()?,
                port: port.parse().ok()?,
                target: name(target)?,
            },
            (
                RecordType::SOA,
                [
                    primary,
                    responsible,
                    serial,
                    refresh,
                    retry,
                    expire,
                    minimum,
                ],
            ) => Data::Soa(Soa {
                primary: name(primary)?,
                responsible: name(responsible)?,
                serial: serial.parse().ok()?,
                refresh: refresh.parse().ok()?,
                retry: retry.parse().ok()?,
                expire: expire.parse().ok()?,
                minimum: minimum.parse().ok()?,
            }),
            (RecordType::TXT, _) => Data::Txt(character_strings(text)?),
            _ => return None,
        })
    }
}

fn generic(kind: RecordType, fields: &[&str]) -> Option<Data> {
    let (length, hex) = fields.split_first()?;
    let digits = hex.concat();
    if kind.is_meta() || digits.len() % 2 != 0 || !digits.is_ascii() {
        return None;
    }
    let bytes: Vec<u8> = (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok())
        .collect::<Option<_>>()?;
    (length.parse() == Ok(bytes.len())).then_some(Data::Other { kind, bytes })
}

/// Quoted strings, or bare words, each at most 255 octets.
fn character_strings(text: &str) -> Option<Vec<Vec<u8>>> {
    let mut strings = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('"');
        let body = quoted.unwrap_or(rest);
        let end = match quoted {
            Some(_) => body.find('"')?,
            None => body.find(char::is_whitespace).unwrap_or(body.len()),
        };
        if end > 255 {
            return None;
        }
        strings.push(body.as_bytes()[..end].to_vec());
        rest = body[end..].trim_start_matches('"').trim_start();
    }
    (!strings.is_empty()).then_some(strings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for (kind, text) in [
            ("A", "10.0.0.5"),
            ("AAAA", "2001:db8::5"),
            ("MX", "10 mail.corp.example."),
            ("SRV", "0 100 389 dc1.corp.example."),
            (
                "SOA",
                "ns1.corp.example. hostmaster.corp.example. 7 900 600 86400 3600",
            ),
            ("TXT", "\"one\" \"two words\""),
            ("TYPE65280", "\\# 3 01 02 03"),
        ] {
            assert_eq!(Data::parse(kind, text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn text_that_does_not_fit_its_type_is_refused() {
        for (kind, text) in [
            ("A", "10.0.0"),
            ("MX", "mail.corp.example."),
            ("SRV", "0 100 dc1"),
            ("TYPE65280", "\\# 2 01 02 03"),
            ("TYPE65280", "01"),
            ("TXT", "\"open"),
            ("OPT", "\\# 0"),
            ("NONSENSE", "1"),
        ] {
            assert_eq!(Data::parse(kind, text), None, "{kind} {text}");
        }
    }
}
