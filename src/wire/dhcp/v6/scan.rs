//! Walks the options of a packet before the codec sees them, as for DHCPv4: what the codec reads
//! right is copied for it with checked lengths, everything else travels raw.

use std::ops::Range;

use super::super::malformed::{Flaw, Malformed};
use super::message::code;
use super::relay::push_option;

/// The options in `area` of `packet`: number and where the value lies.
pub(super) fn options(
    packet: &[u8],
    area: Range<usize>,
) -> impl Iterator<Item = Result<(u16, Range<usize>), Malformed>> + '_ {
    let mut at = area.start;
    std::iter::from_fn(move || {
        if at >= area.end {
            return None;
        }
        let Some([n0, n1, l0, l1]) = packet[at..area.end].first_chunk::<4>().copied() else {
            let error = Flaw::OptionCut(0).at(at);
            at = area.end;
            return Some(Err(error));
        };
        let number = u16::from_be_bytes([n0, n1]);
        let value = at + 4..at + 4 + usize::from(u16::from_be_bytes([l0, l1]));
        if value.end > area.end {
            let error = Flaw::OptionCut(number).at(at);
            at = area.end;
            return Some(Err(error));
        }
        at = value.end;
        Some(Ok((number, value)))
    })
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The options the codec reads.
    pub codec: Vec<u8>,
    /// How many options, and how many inside them, the codec must come back with.
    pub expected: usize,
    pub others: Vec<(u16, Vec<u8>)>,
}

/// Walks one message that lies in `range` of `packet`.
pub(super) fn scan(packet: &[u8], range: Range<usize>) -> Result<Scan, Malformed> {
    if range.len() < 4 {
        return Err(Flaw::TooShort.at(range.end));
    }
    let mut scan = Scan {
        codec: Vec::with_capacity(range.len()),
        ..Scan::default()
    };
    let mut seen = 0_u32;
    for option in options(packet, range.start + 4..range.end) {
        let (number, value) = option?;
        // Each of the options that the codec reads, but for IA_NA, may appear once.
        if number < 32 && number != code::IA_NA && known(number) {
            if seen & (1 << number) != 0 {
                return Err(Flaw::Repeated(number).at(value.start));
            }
            seen |= 1 << number;
        }
        if known(number) {
            let mut codec = std::mem::take(&mut scan.codec);
            scan.expected += copy(packet, number, value, &mut codec)?;
            scan.codec = codec;
        } else {
            scan.others.push((number, packet[value].to_vec()));
        }
    }
    Ok(scan)
}

fn known(number: u16) -> bool {
    use code::*;
    matches!(
        number,
        CLIENT_ID
            | SERVER_ID
            | IA_NA
            | OPTION_REQUEST
            | PREFERENCE
            | ELAPSED_TIME
            | STATUS_CODE
            | RAPID_COMMIT
            | DNS_SERVERS
    )
}

/// Checks one option and copies it, with only those inner options that the codec reads. Returns
/// how many options were copied.
fn copy(
    packet: &[u8],
    number: u16,
    value: Range<usize>,
    into: &mut Vec<u8>,
) -> Result<usize, Malformed> {
    use code::*;
    let length = value.len();
    let (fits, head) = match number {
        // RFC 8415 section 11.1 allows 128 bytes after the type code; the type itself takes two.
        CLIENT_ID | SERVER_ID => ((3..=130).contains(&length), length),
        IA_NA => (length >= 12, 12),
        IA_ADDRESS => (length >= 24, 24),
        OPTION_REQUEST => (length.is_multiple_of(2), length),
        PREFERENCE => (length == 1, length),
        ELAPSED_TIME => (length == 2, length),
        STATUS_CODE => (length >= 2, length),
        RAPID_COMMIT => (length == 0, length),
        DNS_SERVERS => (length > 0 && length.is_multiple_of(16), length),
        _ => (true, length),
    };
    if !fits {
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        return Err(Flaw::OptionLength {
            code: number,
            length,
        }
        .at(value.start));
    }
    if number == STATUS_CODE && std::str::from_utf8(&packet[value.start + 2..value.end]).is_err() {
        return Err(Flaw::OptionValue(number).at(value.start));
    }
    let mut body = packet[value.start..value.start + head].to_vec();
    let mut copied = 1;
    for option in options(packet, value.start + head..value.end) {
        let (inner, range) = option?;
        if inner == STATUS_CODE || (inner == IA_ADDRESS && number == IA_NA) {
            copied += copy(packet, inner, range, &mut body)?;
        }
    }
    push_option(into, number, &body);
    Ok(copied)
}
