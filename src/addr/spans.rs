//! The spans of one family, kept as narrow as its addresses are.
//!
//! An IPv4 span in 32-bit keys takes a quarter of one in 128-bit keys, so that of half a million
//! spans, which a search visits at a few places, more lie in the processor's cache. Outside, keys
//! are those of [`super::key_of`]; a span of the other family has nothing in common with these.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use rangemap::{RangeInclusiveSet, StepLite};

use super::key::Family;
use super::range::AddressRange;

/// The key of an address, in as many bits as its family has.
pub(super) trait Key: Copy + Ord + Debug + StepLite + Into<Wide> {
    const FAMILY: Family;

    /// `key` must be one of the family.
    fn of(key: u128) -> Self;
}

/// A key in the width that both families share.
pub(super) struct Wide(u128);

impl From<u32> for Wide {
    fn from(key: u32) -> Wide {
        Wide(key.into())
    }
}

impl From<u128> for Wide {
    fn from(key: u128) -> Wide {
        Wide(key)
    }
}

impl Key for u32 {
    const FAMILY: Family = Family::V4;

    fn of(key: u128) -> u32 {
        u32::try_from(key).expect("a key of an IPv4 address has 32 bits")
    }
}

impl Key for u128 {
    const FAMILY: Family = Family::V6;

    fn of(key: u128) -> u128 {
        key
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spans<K: Key>(RangeInclusiveSet<K>);

impl<K: Key> Default for Spans<K> {
    fn default() -> Spans<K> {
        Spans(RangeInclusiveSet::new())
    }
}

/// The keys of a range, when it is of this family.
fn keys<K: Key>(range: &AddressRange) -> Option<RangeInclusive<K>> {
    (range.family() == K::FAMILY).then(|| {
        let keys = range.keys();
        K::of(*keys.start())..=K::of(*keys.end())
    })
}

fn range<K: Key>(span: &RangeInclusive<K>) -> AddressRange {
    let [Wide(first), Wide(last)] = [*span.start(), *span.end()].map(K::into);
    AddressRange::of_keys(K::FAMILY, first, last).expect("a span is in order and of its family")
}

impl<K: Key> Spans<K> {
    pub fn insert(&mut self, range: &AddressRange) {
        if let Some(keys) = keys(range) {
            self.0.insert(keys);
        }
    }

    pub fn remove(&mut self, range: &AddressRange) {
        if let Some(keys) = keys(range) {
            self.0.remove(keys);
        }
    }

    pub fn overlaps(&self, range: &AddressRange) -> bool {
        keys(range).is_some_and(|keys| self.0.overlaps(&keys))
    }

    /// The span that holds the address with this key.
    pub fn holding(&self, key: u128) -> Option<AddressRange> {
        self.0.get(&K::of(key)).map(range)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn all(&self) -> impl Iterator<Item = AddressRange> + '_ {
        self.0.iter().map(range)
    }

    /// The spans that have an address in `within`, whole and in order.
    pub fn meeting(&self, within: AddressRange) -> impl Iterator<Item = AddressRange> + '_ {
        let keys = keys(&within).into_iter();
        keys.flat_map(|keys| self.0.overlapping(keys).map(range))
    }

    /// The parts of `within` that lie between the spans.
    pub fn gaps(&self, within: &AddressRange) -> Vec<AddressRange> {
        let Some(keys) = keys(within) else {
            return Vec::new();
        };
        self.0.gaps(&keys).map(|gap| range(&gap)).collect()
    }
}
