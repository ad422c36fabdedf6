//! Which ranges share addresses (domain 5.5).

use std::collections::BTreeMap;

use crate::addr::{AddressRange, Family};
use crate::ipam::store::key_of_address;

use super::ranges::StoredRange;
use super::spaces::AddressSpaceName;
use super::words::RangeOverlap;

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

/// A contiguous part of what a range serves.
#[derive(Debug, Clone, Copy)]
struct Piece {
    first: [u8; 16],
    last: [u8; 16],
    /// Place of its range.
    range: usize,
}

/// For each range, in the order given, whether another one of its address space serves an address
/// of it, and whether that is only because two DHCP servers share a scope in failover.
pub(super) fn overlapping(ranges: &[StoredRange]) -> Vec<RangeOverlap> {
    let mut apart: BTreeMap<(&AddressSpaceName, Family), Vec<Piece>> = BTreeMap::new();
    for (index, range) in ranges.iter().enumerate() {
        let place = (&range.key.address_space, range.key.span.family());
        let pieces = apart.entry(place).or_default();
        pieces.extend(effective(range).into_iter().map(|piece| Piece {
            first: key_of_address(piece.first()),
            last: key_of_address(piece.last()),
            range: index,
        }));
    }
    let (itself, sharing) = (numbered(ranges), failover_groups(ranges));
    let mut shared = vec![false; ranges.len()];
    let mut foreign = vec![false; ranges.len()];
    for pieces in apart.values_mut() {
        pieces.sort_unstable_by_key(|piece| (piece.first, piece.last, piece.range));
        flag(pieces, &itself, &mut shared);
        flag(pieces, &sharing, &mut foreign);
    }
    let flags = shared.into_iter().zip(foreign);
    flags
        .map(|flags| match flags {
            (_, true) => RangeOverlap::Overlapping,
            (true, false) => RangeOverlap::OverlappingBecauseFailover,
            (false, false) => RangeOverlap::NotOverlapping,
        })
        .collect()
}

/// Every range in a group of its own.
fn numbered(ranges: &[StoredRange]) -> Vec<usize> {
    (0..ranges.len()).collect()
}

/// The scopes of one failover relationship in one group, every other range in one of its own.
fn failover_groups(ranges: &[StoredRange]) -> Vec<usize> {
    let mut groups = BTreeMap::new();
    let group_of = |(index, range): (usize, &StoredRange)| {
        let Some(scope) = &range.scope else {
            return index;
        };
        let Some(failover) = &scope.failover else {
            return index;
        };
        let mut servers = [
            range.key.owner.instance_key(),
            failover.partner.as_str().to_ascii_lowercase(),
        ];
        servers.sort();
        let relationship = (failover.relationship.to_lowercase(), servers, scope.scope);
        *groups.entry(relationship).or_insert(index)
    };
    ranges.iter().enumerate().map(group_of).collect()
}

/// Flags each range of which a piece shares an address with a piece of another group.
///
/// A piece is overlapped from the left where the pieces before it reach its start, and from the
/// right where one after it begins before its end. Of the pieces before it is enough to know the
/// one that reaches furthest, and the one that does so among the other groups; of those after it,
/// likewise, the nearest.
fn flag(pieces: &[Piece], groups: &[usize], flags: &mut [bool]) {
    let mut reach = Best::default();
    for piece in pieces {
        let group = groups[piece.range];
        if reach
            .other_than(group)
            .is_some_and(|reach| reach >= piece.first)
        {
            flags[piece.range] = true;
        }
        reach.note(group, piece.last, |new, old| new > old);
    }
    let mut next = Best::default();
    for piece in pieces.iter().rev() {
        let group = groups[piece.range];
        if next
            .other_than(group)
            .is_some_and(|next| next <= piece.last)
        {
            flags[piece.range] = true;
        }
        next.note(group, piece.first, |new, old| new < old);
    }
}

/// The best key met so far, and the best of any other group than that one's.
#[derive(Debug, Default)]
struct Best {
    leader: Option<(usize, [u8; 16])>,
    runner_up: Option<(usize, [u8; 16])>,
}

impl Best {
    fn other_than(&self, group: usize) -> Option<[u8; 16]> {
        [self.leader, self.runner_up]
            .into_iter()
            .flatten()
            .find(|(of, _)| *of != group)
            .map(|(_, key)| key)
    }

    fn note(&mut self, group: usize, key: [u8; 16], better: fn([u8; 16], [u8; 16]) -> bool) {
        match self.leader {
            Some((of, best)) if of == group => {
                if better(key, best) {
                    self.leader = Some((group, key));
                }
            }
            Some((_, best)) if better(key, best) => {
                self.runner_up = self.leader;
                self.leader = Some((group, key));
            }
            Some(_) => {
                if self.runner_up.is_none_or(|(_, best)| better(key, best)) {
                    self.runner_up = Some((group, key));
                }
            }
            None => self.leader = Some((group, key)),
        }
    }
}
