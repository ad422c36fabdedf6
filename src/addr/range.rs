//! One contiguous span of addresses of one family.

use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::key::{Family, address_of, key_of};

/// Why two addresses, or a text, are not a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    #[error("`{0}-{1}` is not a range: the first address lies after the last")]
    Inverted(IpAddr, IpAddr),
    #[error("`{0}-{1}` is not a range: one address is IPv4 and the other IPv6")]
    MixedFamilies(IpAddr, IpAddr),
    #[error("`{0}` is not a range: write it as `10.0.1.10-10.0.1.250` or as one address")]
    Text(String),
}

/// First to last address, both included. Prints as `10.0.1.10-10.0.1.250`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

impl AddressRange {
    pub fn new(first: IpAddr, last: IpAddr) -> Result<AddressRange, RangeError> {
        if Family::of(first) != Family::of(last) {
            return Err(RangeError::MixedFamilies(first, last));
        }
        if first > last {
            return Err(RangeError::Inverted(first, last));
        }
        Ok(AddressRange { first, last })
    }

    pub fn single(address: IpAddr) -> AddressRange {
        AddressRange {
            first: address,
            last: address,
        }
    }

    /// Every address of a prefix, network and broadcast address included.
    pub fn of_prefix(prefix: IpNet) -> AddressRange {
        AddressRange {
            first: prefix.network(),
            last: prefix.broadcast(),
        }
    }

    /// The range between two keys, or `None` when they are inverted or outside the family.
    pub fn of_keys(family: Family, first: u128, last: u128) -> Option<AddressRange> {
        AddressRange::new(address_of(family, first)?, address_of(family, last)?).ok()
    }

    pub fn first(&self) -> IpAddr {
        self.first
    }

    pub fn last(&self) -> IpAddr {
        self.last
    }

    pub fn family(&self) -> Family {
        Family::of(self.first)
    }

    pub fn keys(&self) -> RangeInclusive<u128> {
        key_of(self.first)..=key_of(self.last)
    }

    /// How many addresses it holds; all of IPv6 saturates at `u128::MAX`.
    pub fn size(&self) -> u128 {
        (key_of(self.last) - key_of(self.first)).saturating_add(1)
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        Family::of(address) == self.family() && self.first <= address && address <= self.last
    }

    pub fn contains_range(&self, other: &AddressRange) -> bool {
        self.contains(other.first) && self.contains(other.last)
    }

    pub fn overlaps(&self, other: &AddressRange) -> bool {
        self.intersection(other).is_some()
    }

    /// What two ranges have in common.
    pub fn intersection(&self, other: &AddressRange) -> Option<AddressRange> {
        if self.family() != other.family() {
            return None;
        }
        AddressRange::new(self.first.max(other.first), self.last.min(other.last)).ok()
    }

    /// What is left of this range without `other`: none, one or two ranges, in order.
    pub fn without(&self, other: &AddressRange) -> Vec<AddressRange> {
        let Some(common) = self.intersection(other) else {
            return vec![*self];
        };
        let (mine, cut) = (self.keys(), common.keys());
        let before = cut
            .start()
            .checked_sub(1)
            .and_then(|last| AddressRange::of_keys(self.family(), *mine.start(), last));
        let after = cut
            .end()
            .checked_add(1)
            .and_then(|first| AddressRange::of_keys(self.family(), first, *mine.end()));
        before.into_iter().chain(after).collect()
    }

    /// Whether the last address of this range is directly followed by `other`'s first.
    pub fn touches(&self, other: &AddressRange) -> bool {
        self.family() == other.family()
            && key_of(self.last).checked_add(1) == Some(key_of(other.first))
    }

    /// The addresses in order. All of them: the caller bounds it for a wide range.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + use<> {
        let family = self.family();
        self.keys().filter_map(move |key| address_of(family, key))
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

impl FromStr for AddressRange {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let parse = |part: &str| -> Result<IpAddr, RangeError> {
            part.trim()
                .parse()
                .map_err(|_| RangeError::Text(text.to_owned()))
        };
        match text.split_once('-') {
            Some((first, last)) => AddressRange::new(parse(first)?, parse(last)?),
            None => parse(text).map(AddressRange::single),
        }
    }
}

impl TryFrom<String> for AddressRange {
    type Error = RangeError;
    fn try_from(text: String) -> Result<Self, RangeError> {
        text.parse()
    }
}

impl From<AddressRange> for String {
    fn from(range: AddressRange) -> String {
        range.to_string()
    }
}

/// The addresses of a prefix that a host may have.
///
/// In IPv4 the all-zeroes and all-ones host ids are not usable (domain 5.5), except in a /31
/// (RFC 3021) and a /32, which have no others. In IPv6 the first address is the subnet-router
/// anycast address (RFC 4291 section 2.6.1) and there is no broadcast; a /127 (RFC 6164) and a
/// /128 are usable whole.
pub fn usable(prefix: IpNet) -> AddressRange {
    let whole = AddressRange::of_prefix(prefix);
    let keys = whole.keys();
    let (skip_first, skip_last) = match prefix {
        IpNet::V4(v4) if v4.prefix_len() >= 31 => (0, 0),
        IpNet::V4(_) => (1, 1),
        IpNet::V6(v6) if v6.prefix_len() >= 127 => (0, 0),
        IpNet::V6(_) => (1, 0),
    };
    AddressRange::of_keys(
        whole.family(),
        keys.start() + skip_first,
        keys.end() - skip_last,
    )
    .unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> AddressRange {
        text.parse().expect(text)
    }

    #[test]
    fn a_range_is_ordered_and_of_one_family() {
        assert_eq!(
            range("10.0.1.10 - 10.0.1.250").to_string(),
            "10.0.1.10-10.0.1.250"
        );
        assert_eq!(range("10.0.0.1").size(), 1);
        for wrong in ["10.0.0.2-10.0.0.1", "10.0.0.1-::1", "10.0.0-5", ""] {
            assert!(wrong.parse::<AddressRange>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn usable_bounds_leave_out_network_and_broadcast() {
        let usable_of = |text: &str| usable(text.parse().expect(text)).to_string();
        assert_eq!(usable_of("10.0.1.0/24"), "10.0.1.1-10.0.1.254");
        assert_eq!(usable_of("10.0.1.0/31"), "10.0.1.0-10.0.1.1");
        assert_eq!(usable_of("10.0.1.7/32"), "10.0.1.7");
        assert_eq!(usable_of("0.0.0.0/0"), "0.0.0.1-255.255.255.254");
        assert_eq!(usable_of("2001:db8::/126"), "2001:db8::1-2001:db8::3");
        assert_eq!(usable_of("2001:db8::/127"), "2001:db8::-2001:db8::1");
    }

    #[test]
    fn subtracting_leaves_the_pieces_on_both_sides() {
        let pieces = |from: &str, cut: &str| -> Vec<String> {
            let left = range(from).without(&range(cut));
            left.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            pieces("10.0.0.0-10.0.0.9", "10.0.0.3-10.0.0.5"),
            ["10.0.0.0-10.0.0.2", "10.0.0.6-10.0.0.9"]
        );
        assert!(pieces("10.0.0.0-10.0.0.9", "10.0.0.0-10.0.0.9").is_empty());
        assert_eq!(pieces("10.0.0.0-10.0.0.9", "::1"), ["10.0.0.0-10.0.0.9"]);
        assert_eq!(
            pieces("0.0.0.0-255.255.255.255", "0.0.0.0-255.255.255.254"),
            ["255.255.255.255"]
        );
    }

    #[test]
    fn overlap_and_containment_need_the_same_family() {
        assert!(range("10.0.0.0-10.0.0.9").overlaps(&range("10.0.0.9-10.0.0.20")));
        assert!(!range("10.0.0.0-10.0.0.9").overlaps(&range("10.0.0.10-10.0.0.20")));
        assert!(range("10.0.0.0-10.0.0.9").touches(&range("10.0.0.10-10.0.0.20")));
        assert!(!range("::-::ffff:ffff").contains("0.0.0.1".parse().unwrap()));
        assert_eq!(
            range("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").size(),
            u128::MAX
        );
    }
}
