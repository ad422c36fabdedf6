//! Many spans of addresses, and the free ones between them.

use std::net::IpAddr;

use super::key::{Family, address_of, key_of, successor};
use super::range::AddressRange;
use super::spans::Spans;

/// A set of addresses kept as disjoint spans, so a /8 or a /64 costs as little as one address.
/// Membership, the first gap and single changes are logarithmic in the number of spans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressSet {
    v4: Spans<u32>,
    v6: Spans<u128>,
}

impl AddressSet {
    pub fn new() -> AddressSet {
        AddressSet::default()
    }

    pub fn insert(&mut self, address: IpAddr) {
        self.insert_range(&AddressRange::single(address));
    }

    pub fn insert_range(&mut self, range: &AddressRange) {
        self.v4.insert(range);
        self.v6.insert(range);
    }

    pub fn remove(&mut self, address: IpAddr) {
        self.remove_range(&AddressRange::single(address));
    }

    pub fn remove_range(&mut self, range: &AddressRange) {
        self.v4.remove(range);
        self.v6.remove(range);
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.span_of(address).is_some()
    }

    pub fn overlaps(&self, range: &AddressRange) -> bool {
        self.v4.overlaps(range) || self.v6.overlaps(range)
    }

    pub fn is_empty(&self) -> bool {
        self.span_count() == 0
    }

    /// How many addresses it holds, saturating.
    pub fn size(&self) -> u128 {
        total(self.spans())
    }

    /// How many of the addresses of `range` it holds, saturating.
    pub fn size_within(&self, range: &AddressRange) -> u128 {
        total(self.spans_within(range))
    }

    /// How many spans it is kept as.
    pub fn span_count(&self) -> usize {
        self.v4.count() + self.v6.count()
    }

    /// The spans, IPv4 first, each in order.
    pub fn spans(&self) -> impl Iterator<Item = AddressRange> + '_ {
        self.v4.all().chain(self.v6.all())
    }

    /// The parts of the set that lie in `range`, in order.
    pub fn spans_within(&self, range: &AddressRange) -> impl Iterator<Item = AddressRange> + '_ {
        let range = *range;
        let meeting = self.v4.meeting(range).chain(self.v6.meeting(range));
        meeting.filter_map(move |span| span.intersection(&range))
    }

    /// The parts of `range` that the set lacks, in order.
    pub fn gaps(&self, range: &AddressRange) -> Vec<AddressRange> {
        match range.family() {
            Family::V4 => self.v4.gaps(range),
            Family::V6 => self.v6.gaps(range),
        }
    }

    /// The lowest address of the set of this family.
    pub fn first(&self, family: Family) -> Option<IpAddr> {
        self.first_at_or_after(address_of(family, 0)?)
    }

    /// The lowest address of the set that is not below `from`.
    pub fn first_at_or_after(&self, from: IpAddr) -> Option<IpAddr> {
        let family = Family::of(from);
        let rest = AddressRange::of_keys(family, key_of(from), family.last_key())?;
        self.spans_within(&rest).next().map(|span| span.first())
    }

    /// The span that holds `address`.
    fn span_of(&self, address: IpAddr) -> Option<AddressRange> {
        match Family::of(address) {
            Family::V4 => self.v4.holding(key_of(address)),
            Family::V6 => self.v6.holding(key_of(address)),
        }
    }
}

impl FromIterator<AddressRange> for AddressSet {
    fn from_iter<I: IntoIterator<Item = AddressRange>>(ranges: I) -> AddressSet {
        let mut set = AddressSet::new();
        for range in ranges {
            set.insert_range(&range);
        }
        set
    }
}

fn total(spans: impl Iterator<Item = AddressRange>) -> u128 {
    spans.fold(0, |sum: u128, span| sum.saturating_add(span.size()))
}

/// The first address of `range` at or after `from` that none of `taken` holds.
///
/// The search hops over whole spans, so its cost grows with the spans in the way and not with
/// the addresses in them.
pub fn first_free(range: &AddressRange, from: IpAddr, taken: &[&AddressSet]) -> Option<IpAddr> {
    let family = range.family();
    if Family::of(from) != family {
        return None;
    }
    let mut candidate = from.max(range.first());
    while range.contains(candidate) {
        let Some(span) = taken.iter().find_map(|set| set.span_of(candidate)) else {
            return Some(candidate);
        };
        candidate = successor(span.last())?;
    }
    None
}

/// Up to `count` addresses of `range` from `from` on that none of `taken` holds, in order.
pub fn free_addresses<'a>(
    range: &'a AddressRange,
    from: IpAddr,
    taken: &'a [&'a AddressSet],
) -> impl Iterator<Item = IpAddr> + 'a {
    let mut next = Some(from);
    std::iter::from_fn(move || {
        let found = first_free(range, next?, taken)?;
        next = key_of(found)
            .checked_add(1)
            .and_then(|key| address_of(range.family(), key));
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    fn range(text: &str) -> AddressRange {
        text.parse().expect(text)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[test]
    fn spans_merge_and_families_stay_apart() {
        let mut set: AddressSet = [range("10.0.0.1-10.0.0.4"), range("10.0.0.5-10.0.0.9")]
            .into_iter()
            .collect();
        assert_eq!(set.spans().count(), 1);
        assert!(!set.contains(ip("::a00:1")));
        set.insert(ip("::a00:1"));
        set.remove(ip("10.0.0.5"));
        let spans: Vec<String> = set.spans().map(|span| span.to_string()).collect();
        assert_eq!(spans, ["10.0.0.1-10.0.0.4", "10.0.0.6-10.0.0.9", "::a00:1"]);
        assert_eq!(set.size(), 9);
        assert_eq!(set.size_within(&range("10.0.0.3-10.0.0.7")), 4);
    }

    #[test]
    fn gaps_are_what_the_set_lacks() {
        let set: AddressSet = [range("10.0.0.2"), range("10.0.0.5-10.0.0.6")]
            .into_iter()
            .collect();
        assert_eq!(
            set.gaps(&range("10.0.0.1-10.0.0.6")),
            [range("10.0.0.1"), range("10.0.0.3-10.0.0.4")]
        );
    }

    #[test]
    fn a_search_hops_over_wide_spans_and_ends_at_the_last_address() {
        let all = range("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        let mut taken = AddressSet::new();
        taken.insert_range(&range("::-8000::"));
        assert_eq!(first_free(&all, ip("::"), &[&taken]), Some(ip("8000::1")));
        taken.insert_range(&all);
        assert_eq!(first_free(&all, ip("::"), &[&taken]), None);
        assert_eq!(first_free(&all, ip("10.0.0.1"), &[]), None);
        let top = range("255.255.255.254-255.255.255.255");
        assert_eq!(free_addresses(&top, ip("0.0.0.0"), &[]).count(), 2);
    }

    proptest! {
        #[test]
        fn a_set_agrees_with_a_list_of_addresses(
            spans in proptest::collection::vec((0u8..60, 0u8..6, any::<bool>()), 0..20),
            from in 0u8..60,
        ) {
            let at = |byte: u8| IpAddr::from([10, 0, 0, byte]);
            let mut set = AddressSet::new();
            let mut list = BTreeSet::new();
            for (first, more, add) in spans {
                let span = AddressRange::new(at(first), at(first + more)).unwrap();
                if add {
                    set.insert_range(&span);
                    list.extend(span.addresses());
                } else {
                    set.remove_range(&span);
                    list.retain(|address| !span.contains(*address));
                }
            }
            let whole = AddressRange::new(at(0), at(70)).unwrap();
            prop_assert_eq!(set.size(), list.len() as u128);
            prop_assert_eq!(
                set.first_at_or_after(at(from)),
                list.range(at(from)..).next().copied()
            );
            let free: Vec<IpAddr> = free_addresses(&whole, at(from), &[&set]).collect();
            let expected: Vec<IpAddr> = whole
                .addresses()
                .filter(|address| *address >= at(from) && !list.contains(address))
                .collect();
            prop_assert_eq!(free, expected);
        }
    }
}
