//! Domain names in wire form.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::base::Fqdn;

use super::key::NameKey;

/// Octets a name may take on the wire, the root label included (RFC 1035 section 2.3.4).
pub const MAX_NAME: usize = 255;
/// Octets a label may take (RFC 1035 section 2.3.4).
pub const MAX_LABEL: usize = 63;

/// Why a text or some bytes are not a domain name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("`{0}` is not a domain name: labels of 1 to 63 octets, 255 octets in all")]
    Text(String),
    #[error("the bytes are not an uncompressed domain name")]
    Wire,
}

/// A domain name, uncompressed, in the case it was written in.
///
/// Any octets may stand in a label (RFC 2181 section 11). Names compare without regard to the case
/// of ASCII letters (RFC 4343) and sort in canonical order (RFC 4034 section 6.1).
#[derive(Clone)]
pub struct DnsName(Box<[u8]>);

impl DnsName {
    /// The root.
    pub fn root() -> DnsName {
        DnsName(Box::new([0]))
    }

    /// The name that `wire` holds, which must be uncompressed and end with the root label.
    pub fn from_wire(wire: &[u8]) -> Result<DnsName, NameError> {
        match wire_name_len(wire) {
            Some(len) if len == wire.len() => Ok(DnsName(wire.into())),
            _ => Err(NameError::Wire),
        }
    }

    pub fn wire(&self) -> &[u8] {
        &self.0
    }

    /// The labels from the leftmost to the one below the root.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let len = usize::from(*rest.first()?);
            if len == 0 {
                return None;
            }
            let label = &rest[1..=len];
            rest = &rest[1 + len..];
            Some(label)
        })
    }

    pub fn is_root(&self) -> bool {
        self.0.len() == 1
    }

    /// Whether the leftmost label is `*` (RFC 4592 section 2.1.1).
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with(b"\x01*")
    }

    /// Whether this name equals `zone` or lies below it.
    pub fn is_within(&self, zone: &DnsName) -> bool {
        self.suffix_at(zone).is_some()
    }

    /// The offset at which this name continues as `zone`.
    fn suffix_at(&self, zone: &DnsName) -> Option<usize> {
        let at = self.0.len().checked_sub(zone.0.len())?;
        let mut pos = 0;
        while pos < at {
            pos += 1 + usize::from(self.0[pos]);
        }
        (pos == at && self.0[at..].eq_ignore_ascii_case(&zone.0)).then_some(at)
    }

    /// What follows the leftmost label; `None` at the root.
    pub fn parent(&self) -> Option<DnsName> {
        let len = usize::from(self.0[0]);
        (len != 0).then(|| DnsName(self.0[1 + len..].into()))
    }

    /// The name one level below this one.
    pub fn child(&self, label: &[u8]) -> Result<DnsName, NameError> {
        if label.is_empty() || label.len() > MAX_LABEL || self.0.len() + label.len() >= MAX_NAME {
            return Err(NameError::Text(String::from_utf8_lossy(label).into_owned()));
        }
        let mut wire = Vec::with_capacity(self.0.len() + label.len() + 1);
        wire.push(label.len() as u8);
        wire.extend_from_slice(label);
        wire.extend_from_slice(&self.0);
        Ok(DnsName(wire.into()))
    }

    /// As a host or zone name of the rest of the program; `None` for the root, a wildcard and
    /// anything else that is not made of letters, digits, hyphens and underscores.
    pub fn to_fqdn(&self) -> Option<Fqdn> {
        self.to_string().parse().ok()
    }

    /// The key this name sorts by.
    pub fn key(&self) -> NameKey {
        NameKey::of_wire(&self.0)
    }
}

/// The length of the uncompressed name at the start of `wire`, root label included.
pub fn wire_name_len(wire: &[u8]) -> Option<usize> {
    let mut pos = 0;
    loop {
        let len = usize::from(*wire.get(pos)?);
        pos += 1 + len;
        if len > MAX_LABEL || pos > MAX_NAME || pos > wire.len() {
            return None;
        }
        if len == 0 {
            return Some(pos);
        }
    }
}

impl FromStr for DnsName {
    type Err = NameError;

    /// Reads presentation form (RFC 1035 section 5.1), with or without the final dot.
    fn from_str(text: &str) -> Result<DnsName, NameError> {
        let bad = || NameError::Text(text.to_owned());
        if text == "." {
            return Ok(DnsName::root());
        }
        let mut wire = Vec::with_capacity(text.len() + 2);
        let mut label = Vec::new();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'.' => {
                    push_label(&mut wire, &mut label).ok_or_else(bad)?;
                    if bytes.peek().is_none() {
                        break;
                    }
                }
                b'\\' => label.push(unescape(&mut bytes).ok_or_else(bad)?),
                other => label.push(other),
            }
        }
        if !text.ends_with('.') || text.ends_with("\\.") {
            push_label(&mut wire, &mut label).ok_or_else(bad)?;
        }
        wire.push(0);
        (wire.len() <= MAX_NAME && label.is_empty())
            .then(|| DnsName(wire.into()))
            .ok_or_else(bad)
    }
}

fn push_label(wire: &mut Vec<u8>, label: &mut Vec<u8>) -> Option<()> {
    if label.is_empty() || label.len() > MAX_LABEL {
        return None;
    }
    wire.push(label.len() as u8);
    wire.append(label);
    Some(())
}

fn unescape(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    let first = bytes.next()?;
    if !first.is_ascii_digit() {
        return Some(first);
    }
    let digits = [first, bytes.next()?, bytes.next()?];
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

impl fmt::Display for DnsName {
    /// Prints presentation form without the final dot; the root is `.`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str(".");
        }
        for (index, label) in self.labels().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            for &byte in label {
                match byte {
                    b'.' | b'\\' | b'"' | b';' | b'(' | b')' | b'@' | b'$' => {
                        write!(f, "\\{}", char::from(byte))?;
                    }
                    0x21..=0x7e => write!(f, "{}", char::from(byte))?,
                    _ => write!(f, "\\{byte:03}")?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<&Fqdn> for DnsName {
    fn from(name: &Fqdn) -> DnsName {
        name.as_str()
            .parse()
            .expect("an Fqdn is made of good labels; its length is bounded by the same rule")
    }
}

impl From<Fqdn> for DnsName {
    fn from(name: Fqdn) -> DnsName {
        DnsName::from(&name)
    }
}

impl PartialEq for DnsName {
    fn eq(&self, other: &DnsName) -> bool {
        // Length octets are at most 63 and letters begin at 65, so folding leaves them alone.
        self.0.eq_ignore_ascii_case(&other.0)
    }
}
impl Eq for DnsName {}

impl PartialOrd for DnsName {
    fn partial_cmp(&self, other: &DnsName) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for DnsName {
    fn cmp(&self, other: &DnsName) -> Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DnsName {
        text.parse().unwrap()
    }

    #[test]
    fn names_sort_in_the_canonical_order_of_rfc_4034_section_6_1() {
        let in_order = [
            "example",
            "a.example",
            "yljkjljk.a.example",
            "Z.a.example",
            "zABC.a.EXAMPLE",
            "z.example",
            "\\001.z.example",
            "*.z.example",
            "\\200.z.example",
        ];
        for pair in in_order.windows(2) {
            assert!(
                name(pair[0]) < name(pair[1]),
                "{} before {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn text_goes_there_and_back() {
        for text in ["a.b", "*.x", "a\\.b.c", "\\000\\255.x", "."] {
            assert_eq!(name(text).to_string(), text);
            assert_eq!(DnsName::from_wire(name(text).wire()).unwrap(), name(text));
        }
        assert_eq!(name("a.b."), name("A.B"));
        let long = "x".repeat(64);
        for bad in [
            "",
            "..",
            "a..b",
            ".a",
            "a\\",
            long.as_str(),
            &"abc.".repeat(64),
        ] {
            assert!(bad.parse::<DnsName>().is_err(), "{bad}");
        }
        assert!(DnsName::from_wire(b"\x01a\xc0\x0c").is_err());
        assert!(DnsName::from_wire(b"\x01a").is_err());
    }

    #[test]
    fn children_and_parents_are_inverse() {
        let zone = name("10.in-addr.arpa");
        let child = zone.child(b"20").unwrap();
        assert_eq!(child.to_string(), "20.10.in-addr.arpa");
        assert_eq!(child.parent().unwrap(), zone);
        assert!(DnsName::root().parent().is_none());
        assert!(zone.child(&[b'x'; 64]).is_err());
    }
}
