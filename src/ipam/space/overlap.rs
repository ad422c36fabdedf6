//! Which ranges share addresses (domain 5.5).

use std::net::IpAddr;

use crate::addr::AddressRange;
use crate::ipam::store::key_of_address;

use super::ranges::StoredRange;

/// What a range really serves: exclusions are subtracted first.
fn effective(range: &StoredRange) -> Vec<AddressRange> {
    let mut pieces = vec![range.key.span];
    let exclusions = range.scope.iter().flat_map(|scope| &scope.exclusions);
    for (first, last) in exclusions {
        let Ok(exclusion) = AddressRange::new(*first, *last) else {
            continue;
        };
        pieces = pieces
            .iter()
            .flat_map(|piece| piece.without(&exclusion))
            .collect();
    }
    pieces
}

/// How far a piece reaches, and the place of its range.
type Reach = ([u8; 16], usize);

/// For each range, in the order given, whether another one serves an address of it.
///
/// One pass over the pieces in order of their start. A piece that is overlapped from the left is
/// overlapped by the piece that reaches furthest, or by the one that reaches furthest among those
/// of other ranges, so two are enough to remember.
pub(super) fn overlapping(ranges: &[StoredRange]) -> Vec<bool> {
    let mut pieces: Vec<([u8; 16], IpAddr, usize)> = ranges
        .iter()
        .enumerate()
        .flat_map(|(index, range)| {
            effective(range)
                .into_iter()
                .map(move |piece| (key_of_address(piece.first()), piece.last(), index))
        })
        .collect();
    pieces.sort_unstable();
    let mut flags = vec![false; ranges.len()];
    let mut furthest: Option<Reach> = None;
    let mut runner_up: Option<Reach> = None;
    for (first, last, index) in pieces {
        let last = key_of_address(last);
        let other = [furthest, runner_up]
            .into_iter()
            .flatten()
            .find(|(_, other)| *other != index);
        if let Some((reach, other)) = other
            && reach >= first
        {
            flags[index] = true;
            flags[other] = true;
        }
        match furthest {
            Some((reach, leader)) if last <= reach => {
                if leader != index && runner_up.is_none_or(|(reach, _)| last > reach) {
                    runner_up = Some((last, index));
                }
            }
            Some((reach, leader)) if leader != index => {
                runner_up = Some((reach, leader));
                furthest = Some((last, index));
            }
            _ => furthest = Some((last, index)),
        }
    }
    flags
}
