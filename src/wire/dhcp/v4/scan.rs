//! Walks the options of a packet before the codec sees them.
//!
//! Every option is found, bounds-checked and put into one of two heaps: those the codec reads
//! right once their length is known to be right, and those that travel raw because the codec
//! would reorder them (82), refuse legal forms of them (81 in ASCII) or not know them.

use std::collections::BTreeMap;

use super::super::malformed::{Flaw, Malformed};
use super::option::code;

/// The fixed part: header, `sname`, `file` and the magic cookie (RFC 2131 section 2).
pub(super) const FIXED: usize = 240;
const SNAME: std::ops::Range<usize> = 44..108;
const FILE: std::ops::Range<usize> = 108..236;
pub(super) const COOKIE: [u8; 4] = [99, 130, 83, 99];

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The options the codec reads, then the end marker.
    pub codec: Vec<u8>,
    /// How many distinct options the codec must come back with.
    pub expected: usize,
    pub raw: BTreeMap<u8, Vec<u8>>,
}

/// The shape a value must have for the codec to read it.
enum Shape {
    Exactly(usize),
    /// One or more addresses.
    Addresses,
    /// One byte at least.
    Bytes,
    /// Text; what is no UTF-8 stays raw.
    Text,
    Raw,
}

fn shape(option: u8) -> Shape {
    match option {
        code::SUBNET_MASK | code::REQUESTED_ADDRESS | code::SERVER_ID => Shape::Exactly(4),
        code::LEASE_TIME | code::RENEWAL_TIME | code::REBINDING_TIME => Shape::Exactly(4),
        code::MESSAGE_TYPE => Shape::Exactly(1),
        code::ROUTERS | code::DNS_SERVERS => Shape::Addresses,
        code::PARAMETER_LIST | code::VENDOR_CLASS | code::CLIENT_ID => Shape::Bytes,
        code::HOST_NAME | code::DOMAIN_NAME | code::MESSAGE => Shape::Text,
        _ => Shape::Raw,
    }
}

/// Walks a whole packet.
pub(super) fn scan(packet: &[u8]) -> Result<Scan, Malformed> {
    if packet.len() < FIXED {
        return Err(Flaw::TooShort.at(packet.len()));
    }
    if !(1..=2).contains(&packet[0]) {
        return Err(Flaw::Operation(packet[0]).at(0));
    }
    if packet[2] > 16 {
        return Err(Flaw::HardwareLength(packet[2]).at(2));
    }
    if packet[FIXED - 4..FIXED] != COOKIE {
        return Err(Flaw::Cookie.at(FIXED - 4));
    }
    let mut walk = Walk {
        packet,
        scan: Scan {
            codec: Vec::with_capacity(packet.len() - FIXED + 1),
            ..Scan::default()
        },
        seen: [0; 4],
        overload: 0,
    };
    walk.area(FIXED..packet.len())?;
    // RFC 2131 section 4.1: `file` is read before `sname`, both after the options field.
    let overload = walk.overload;
    if overload & 1 != 0 {
        walk.area(FILE)?;
    }
    if overload & 2 != 0 {
        walk.area(SNAME)?;
    }
    walk.scan.codec.push(code::END);
    Ok(walk.scan)
}

struct Walk<'a> {
    packet: &'a [u8],
    scan: Scan,
    /// One bit a code that was met.
    seen: [u64; 4],
    overload: u8,
}

impl Walk<'_> {
    fn area(&mut self, area: std::ops::Range<usize>) -> Result<(), Malformed> {
        let mut at = area.start;
        while at < area.end {
            let option = self.packet[at];
            match option {
                code::PAD => at += 1,
                code::END => break,
                _ => at = self.option(option, at, area.end)?,
            }
        }
        // A missing end marker is forgiven: the datagram's own end says as much.
        Ok(())
    }

    /// Takes one option and the pieces of it that follow directly (RFC 3396), returning where
    /// the next one begins.
    fn option(&mut self, option: u8, start: usize, end: usize) -> Result<usize, Malformed> {
        let cut = Flaw::OptionCut(option.into());
        let mut value: std::borrow::Cow<'_, [u8]> = (&[][..]).into();
        let mut at = start;
        while at < end && self.packet[at] == option {
            let length = usize::from(*self.packet.get(at + 1).ok_or(cut.at(at))?);
            if at + 2 + length > end {
                return Err(cut.at(at));
            }
            let piece = &self.packet[at + 2..at + 2 + length];
            match at == start {
                true => value = piece.into(),
                false => value.to_mut().extend_from_slice(piece),
            }
            at += 2 + length;
        }
        let bit = 1_u64 << (option % 64);
        let seen = &mut self.seen[usize::from(option / 64)];
        if *seen & bit != 0 {
            // Deviation: RFC 3396 lets pieces of one option lie apart. No client is known to do
            // so, and joining two different values would invent a third.
            return Err(Flaw::Repeated(option.into()).at(start));
        }
        *seen |= bit;
        self.keep(option, &value, start, at)?;
        Ok(at)
    }

    fn keep(
        &mut self,
        option: u8,
        value: &[u8],
        start: usize,
        end: usize,
    ) -> Result<(), Malformed> {
        let wrong_length = Flaw::OptionLength {
            code: option.into(),
            length: u16::try_from(value.len()).unwrap_or(u16::MAX),
        };
        if option == code::OVERLOAD {
            return match value {
                [areas @ 1..=3] => {
                    self.overload = *areas;
                    Ok(())
                }
                [_] => Err(Flaw::OptionValue(option.into()).at(start)),
                _ => Err(wrong_length.at(start)),
            };
        }
        let (fits, to_codec) = match shape(option) {
            Shape::Exactly(length) => (value.len() == length, true),
            Shape::Addresses => (!value.is_empty() && value.len().is_multiple_of(4), true),
            Shape::Bytes => (!value.is_empty(), true),
            Shape::Text => (
                true,
                !value.is_empty() && std::str::from_utf8(value).is_ok(),
            ),
            Shape::Raw => (true, false),
        };
        if !fits {
            return Err(wrong_length.at(start));
        }
        if to_codec {
            self.scan.expected += 1;
            self.scan.codec.extend_from_slice(&self.packet[start..end]);
        } else {
            self.scan.raw.insert(option, value.to_vec());
        }
        Ok(())
    }
}
