//! Public, private, global: which part of the address space a span lies in (domain 5.2).

use crate::addr::AddressRange;

use super::words::AddressCategory;

/// IPv4 space that is neither public unicast nor RFC 1918, from the IANA special-purpose
/// registry.
///
/// Deviation: the three documentation prefixes count as public. The sources leave special-purpose
/// space open, and a laboratory needs public space that belongs to nobody.
const SPECIAL_V4: &[&str] = &[
    "0.0.0.0-0.255.255.255",
    "100.64.0.0-100.127.255.255",
    "127.0.0.0-127.255.255.255",
    "169.254.0.0-169.254.255.255",
    "192.0.0.0-192.0.0.255",
    "198.18.0.0-198.19.255.255",
    "224.0.0.0-255.255.255.255",
];

const PRIVATE_V4: &[&str] = &[
    "10.0.0.0-10.255.255.255",
    "172.16.0.0-172.31.255.255",
    "192.168.0.0-192.168.255.255",
];

const GLOBAL_V6: &str = "2000::-3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

/// Where a span lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    Within(AddressCategory),
    /// Entirely in space that has no category, such as 100.64.0.0/10 or fc00::/7.
    Uncategorised,
    /// Across a border, such as public and private.
    Mixed,
}

fn spans(texts: &'static [&'static str]) -> impl Iterator<Item = AddressRange> {
    texts
        .iter()
        .map(|text| text.parse().expect("the tables above hold ranges"))
}

/// Where `range` lies.
pub fn placement(range: &AddressRange) -> Placement {
    if range.first().is_ipv6() {
        let global: AddressRange = GLOBAL_V6.parse().expect("a range");
        return if global.contains_range(range) {
            Placement::Within(AddressCategory::Global)
        } else if global.overlaps(range) {
            Placement::Mixed
        } else {
            Placement::Uncategorised
        };
    }
    if spans(PRIVATE_V4).any(|span| span.contains_range(range)) {
        Placement::Within(AddressCategory::Private)
    } else if spans(SPECIAL_V4).any(|span| span.contains_range(range)) {
        Placement::Uncategorised
    } else if spans(PRIVATE_V4)
        .chain(spans(SPECIAL_V4))
        .any(|span| span.overlaps(range))
    {
        Placement::Mixed
    } else {
        Placement::Within(AddressCategory::Public)
    }
}

/// The category of a span that lies within one.
pub fn category_of(span: &AddressRange) -> Option<AddressCategory> {
    match placement(span) {
        Placement::Within(category) => Some(category),
        Placement::Uncategorised | Placement::Mixed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_placed_by_the_registry() {
        let of = |text: &str| placement(&text.parse().expect(text));
        assert_eq!(
            of("10.0.0.0-10.255.255.255"),
            Placement::Within(AddressCategory::Private)
        );
        assert_eq!(
            of("65.52.0.0-65.52.255.255"),
            Placement::Within(AddressCategory::Public)
        );
        assert_eq!(
            of("203.0.113.0-203.0.113.255"),
            Placement::Within(AddressCategory::Public)
        );
        assert_eq!(of("100.64.0.0-100.64.0.255"), Placement::Uncategorised);
        assert_eq!(of("9.255.255.255-10.0.0.0"), Placement::Mixed);
        assert_eq!(of("8.0.0.0-11.0.0.0"), Placement::Mixed);
        assert_eq!(
            of("2001:db8::-2001:db8::ff"),
            Placement::Within(AddressCategory::Global)
        );
        assert_eq!(of("fd00::-fd00::ff"), Placement::Uncategorised);
        assert_eq!(of("1fff::-2000::"), Placement::Mixed);
    }
}
