//! Why a datagram is not a DHCP message.

use std::fmt;

/// A packet that cannot be read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{flaw} at byte {offset}")]
pub struct Malformed {
    pub flaw: Flaw,
    /// Where in the datagram the reader stopped.
    pub offset: usize,
}

/// What is wrong. Ordered, so that a server can count by flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Shorter than the fixed part of a message.
    TooShort,
    /// The four bytes before the options are not 99.130.83.99 (RFC 2131 section 3).
    Cookie,
    /// Neither BOOTREQUEST nor BOOTREPLY.
    Operation(u8),
    /// A hardware address longer than its 16-byte field.
    HardwareLength(u8),
    /// The option's bytes end before its length says.
    OptionCut(u16),
    /// The length does not fit the option's meaning.
    OptionLength { code: u16, length: u16 },
    /// The value is none the option may have.
    OptionValue(u16),
    /// The option may appear once and appears again.
    Repeated(u16),
    /// Relay messages nested deeper than the hop limit (RFC 8415 section 7.6).
    TooManyRelays,
    /// A relay message without the relayed one (RFC 8415 section 9.1).
    NoRelayedMessage,
    /// The codec read fewer options than the packet holds.
    HalfRead,
}

impl Flaw {
    pub(super) fn at(self, offset: usize) -> Malformed {
        Malformed { flaw: self, offset }
    }

    /// The kind of flaw without its numbers, by which a server counts.
    pub fn label(self) -> &'static str {
        match self {
            Flaw::TooShort => "too short",
            Flaw::Cookie => "wrong magic cookie",
            Flaw::Operation(_) => "unknown operation",
            Flaw::HardwareLength(_) => "hardware address too long",
            Flaw::OptionCut(_) => "option cut off",
            Flaw::OptionLength { .. } => "option of wrong length",
            Flaw::OptionValue(_) => "option of impossible value",
            Flaw::Repeated(_) => "option repeated",
            Flaw::TooManyRelays => "too many relays",
            Flaw::NoRelayedMessage => "relay message without content",
            Flaw::HalfRead => "options unreadable",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())?;
        match self {
            Flaw::Operation(value) | Flaw::HardwareLength(value) => write!(f, " `{value}`"),
            Flaw::OptionCut(code) | Flaw::OptionValue(code) | Flaw::Repeated(code) => {
                write!(f, " `{code}`")
            }
            Flaw::OptionLength { code, length } => write!(f, " `{code}` (length {length})"),
            _ => Ok(()),
        }
    }
}
