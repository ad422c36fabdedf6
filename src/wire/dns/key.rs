//! The key that puts names in canonical order.

use std::cmp::Ordering;
use std::fmt;

use super::name::MAX_NAME;

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
    use crate::wire::dns::DnsName;

    fn name(text: &str) -> DnsName {
        text.parse().unwrap()
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
}
