//! Adding up what ranges hold.

use std::net::IpAddr;

use super::range::Range;
use super::words::RangeOverlap;

/// The ranges that count, of ranges in the order of their start: of those that overlap each other
/// only the first does, so that no address counts twice (domain 5.8).
pub(in crate::ipam) fn counted<'a>(
    ranges: impl Iterator<Item = &'a Range>,
) -> impl Iterator<Item = &'a Range> {
    let mut reach: Option<IpAddr> = None;
    ranges.filter(move |range| {
        let (first, last) = (range.key.span.first(), range.key.span.last());
        let same_family = reach.filter(|reach| reach.is_ipv4() == first.is_ipv4());
        let flagged = range.overlapping != RangeOverlap::NotOverlapping;
        if flagged && same_family.is_some_and(|reach| reach >= first) {
            return false;
        }
        reach = Some(same_family.map_or(last, |reach| reach.max(last)));
        true
    })
}
