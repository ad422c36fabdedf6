//! Domain names in wire form, and the key that puts them in canonical order.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::base::Fqdn;

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

const INLINE: usize = 30;

/// A name in the form whose byte order is canonical order (RFC 4034 section 6.1).
///
/// Labels run from the root to the leaf in lower case, each closed by a zero octet; octets 0 and 1
/// inside a label are escaped so that no label can contain its own end. The key of an ancestor is
/// therefore a prefix of the keys of everything below it, and a subtree is one contiguous range.
/// Short keys live in place: a lookup among reverse names follows no pointers.
#[derive(Clone)]
pub struct NameKey(Repr);

#[derive(Clone)]
enum Repr {
    Short(u8, [u8; INLINE]),
    Long(Box<[u8]>),
}

impl NameKey {
    /// The key of the empty sequence of labels: the root, or a zone's apex in a relative key.
    pub fn empty() -> NameKey {
        NameKey(Repr::Short(0, [0; INLINE]))
    }

    /// The key whose bytes are `bytes`.
    pub fn from_bytes(bytes: &[u8]) -> NameKey {
        if bytes.len() <= INLINE {
            let mut inline = [0; INLINE];
            inline[..bytes.len()].copy_from_slice(bytes);
            NameKey(Repr::Short(bytes.len() as u8, inline))
        } else {
            NameKey(Repr::Long(bytes.into()))
        }
    }

    /// The key of an uncompressed wire name.
    pub fn of_wire(wire: &[u8]) -> NameKey {
        let mut buffer = KeyBuffer::default();
        buffer.fill(wire);
        NameKey::from_bytes(buffer.as_bytes())
    }

    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Short(len, bytes) => &bytes[..usize::from(*len)],
            Repr::Long(bytes) => bytes,
        }
    }
}

impl std::borrow::Borrow<[u8]> for NameKey {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}
impl PartialEq for NameKey {
    fn eq(&self, other: &NameKey) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}
impl Eq for NameKey {}
impl PartialOrd for NameKey {
    fn partial_cmp(&self, other: &NameKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for NameKey {
    fn cmp(&self, other: &NameKey) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}
impl fmt::Debug for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", String::from_utf8_lossy(self.as_bytes()))
    }
}

/// Where a query's key is built without allocating. Twice the longest name holds any key: every
/// octet of a label may need an escape.
pub struct KeyBuffer {
    bytes: [u8; 2 * MAX_NAME],
    len: usize,
}

impl Default for KeyBuffer {
    fn default() -> KeyBuffer {
        KeyBuffer {
            bytes: [0; 2 * MAX_NAME],
            len: 0,
        }
    }
}

impl KeyBuffer {
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Makes this the key of the uncompressed name `wire`, which must be well formed.
    pub fn fill(&mut self, wire: &[u8]) {
        let mut starts = [0_u8; MAX_NAME / 2 + 1];
        let mut count = 0;
        let mut pos = 0;
        while let Some(&len) = wire.get(pos) {
            if len == 0 || count == starts.len() {
                break;
            }
            starts[count] = pos as u8;
            count += 1;
            pos += 1 + usize::from(len);
        }
        self.len = 0;
        for &start in starts[..count].iter().rev() {
            let start = usize::from(start);
            for &byte in &wire[start + 1..=start + usize::from(wire[start])] {
                match byte {
                    0 | 1 => {
                        self.push(1);
                        self.push(byte + 1);
                    }
                    other => self.push(other.to_ascii_lowercase()),
                }
            }
            self.push(0);
        }
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }
}

/// The length of the longest run of whole labels that `a` and `b` begin with.
pub fn common_labels(a: &[u8], b: &[u8]) -> usize {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    a[..same]
        .iter()
        .rposition(|&byte| byte == 0)
        .map_or(0, |at| at + 1)
}

/// The key of the parent: `key` without its last label. Empty stays empty.
pub fn parent_key(key: &[u8]) -> &[u8] {
    let bare = key.len().saturating_sub(1);
    let cut = key[..bare]
        .iter()
        .rposition(|&byte| byte == 0)
        .map_or(0, |at| at + 1);
    &key[..cut]
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
    fn a_subtree_is_a_prefix_and_a_lookalike_is_not() {
        let zone = name("corp.example").key();
        assert!(
            name("a.CORP.example")
                .key()
                .as_bytes()
                .starts_with(zone.as_bytes())
        );
        assert!(
            !name("acorp.example")
                .key()
                .as_bytes()
                .starts_with(zone.as_bytes())
        );
        // A zero octet inside a label must not pass for a label's end.
        assert!(
            !name("x\\000y.example")
                .key()
                .as_bytes()
                .starts_with(name("y.example").key().as_bytes())
        );
        assert_eq!(
            parent_key(name("a.b.c").key().as_bytes()),
            name("b.c").key().as_bytes()
        );
        assert_eq!(parent_key(name("c").key().as_bytes()), b"");
        let (a, b) = (name("x.corp.example"), name("y.corp.example"));
        assert_eq!(
            common_labels(a.key().as_bytes(), b.key().as_bytes()),
            zone.as_bytes().len()
        );
        assert!(a.is_within(&name("Corp.Example")) && !a.is_within(&b));
        assert!(name("a").is_within(&DnsName::root()));
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
