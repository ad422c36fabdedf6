//! Which release of Windows Server's IPAM the engine is, where releases differ.
//!
//! The rules are settings of the host, not data: a database is opened by whichever engine comes.
//! Rules that are asked in a transaction come from [`crate::ipam::store::Tx::rules`].

use std::fmt;
use std::str::FromStr;

use crate::addr::Family;

/// The release whose limits hold (domain 0.2, 12.13, 12.14).
///
/// A scenario that names none is about none of them: the engine then takes whatever any release
/// takes, and makes what a release would ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Generation {
    /// No release's limits.
    #[default]
    Any,
    Ws2012,
    Ws2012R2,
    Ws2016,
}

impl Generation {
    pub const ALL: &[Generation] = &[
        Generation::Any,
        Generation::Ws2012,
        Generation::Ws2012R2,
        Generation::Ws2016,
    ];

    /// How scenarios write it.
    pub fn word(self) -> &'static str {
        match self {
            Generation::Any => "any",
            Generation::Ws2012 => "2012",
            Generation::Ws2012R2 => "2012R2",
            Generation::Ws2016 => "2016",
        }
    }

    /// Whether there are subnets and further address spaces (domain 5.3, 5.4).
    pub fn has_subnets(self) -> bool {
        self != Generation::Ws2012
    }

    /// Whether a range is refused that has no subnet and is not told to make one (domain 5.3).
    pub fn asks_for_subnets(self) -> bool {
        matches!(self, Generation::Ws2012R2 | Generation::Ws2016)
    }

    /// The longest prefix of a block, subnet or range (domain 5.2, 12.13).
    pub fn longest_prefix(self, family: Family) -> u8 {
        match (self, family) {
            (Generation::Ws2012 | Generation::Ws2012R2, Family::V4) => 30,
            (Generation::Ws2012 | Generation::Ws2012R2, Family::V6) => 127,
            (Generation::Ws2016 | Generation::Any, Family::V4) => 32,
            (Generation::Ws2016 | Generation::Any, Family::V6) => 128,
        }
    }

    /// Whether the dialog that records an address offers to create its reservation and its DNS
    /// records, and then, whether the box of the reservation is ticked from the start (domain 7.2).
    pub fn offers_to_create(self) -> Option<bool> {
        match self {
            Generation::Ws2012 => None,
            Generation::Any => Some(false),
            Generation::Ws2012R2 | Generation::Ws2016 => Some(true),
        }
    }

    /// Whether a change of a reservation goes to the failover partner of its scope too
    /// (domain 0.2, 8.4).
    pub fn replicates_failover_scopes(self) -> bool {
        self != Generation::Ws2012
    }

    /// Whether ranges map to reverse lookup zones, whose PTR records become addresses (domain 8.4).
    pub fn collects_ptr_records(self) -> bool {
        matches!(self, Generation::Any | Generation::Ws2016)
    }

    /// Whether addresses of IPv6 can be reclaimed (domain 5.9, 12.14).
    pub fn reclaims_ipv6(self) -> bool {
        self != Generation::Ws2012
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Generation::Any => f.write_str("any Windows Server"),
            Generation::Ws2012 => f.write_str("Windows Server 2012"),
            Generation::Ws2012R2 => f.write_str("Windows Server 2012 R2"),
            Generation::Ws2016 => f.write_str("Windows Server 2016"),
        }
    }
}

/// A text that names no release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no generation of IPAM: use any, 2012, 2012R2 or 2016")]
pub struct UnknownGeneration(pub String);

impl FromStr for Generation {
    type Err = UnknownGeneration;

    fn from_str(text: &str) -> Result<Generation, UnknownGeneration> {
        let known = Generation::ALL.iter();
        let mut known = known.filter(|known| known.word().eq_ignore_ascii_case(text));
        let found = known.next().copied();
        found.ok_or_else(|| UnknownGeneration(text.to_owned()))
    }
}

/// Which of several blocks around an object is the one it maps to (domain 5.7, 12.29).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlockOrder {
    /// The smallest.
    #[default]
    Smallest,
    /// The first by start, end and prefix, all descending, as the protocol has it: of two blocks
    /// with equal start the larger.
    Literal,
}

/// What transactions ask of the settings of their engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    pub generation: Generation,
    pub block_order: BlockOrder,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generation_is_read_back_and_only_the_named_ones_have_limits() {
        for generation in Generation::ALL {
            assert_eq!(generation.word().parse(), Ok(*generation));
        }
        assert!("2008".parse::<Generation>().is_err());
        let limits = |generation: Generation| {
            let longest = |family| generation.longest_prefix(family);
            (longest(Family::V4), longest(Family::V6))
        };
        assert_eq!(limits(Generation::Ws2012R2), (30, 127));
        assert_eq!(limits(Generation::Ws2016), (32, 128));
        assert_eq!(limits(Generation::Any), (32, 128));
        assert!(!Generation::Ws2012.has_subnets() && Generation::Any.has_subnets());
        assert!(Generation::Ws2016.asks_for_subnets() && !Generation::Any.asks_for_subnets());
        assert_eq!(Generation::Ws2012.offers_to_create(), None);
        assert_eq!(Generation::Ws2016.offers_to_create(), Some(true));
        let replicates = Generation::replicates_failover_scopes;
        assert!(!replicates(Generation::Ws2012) && replicates(Generation::Ws2012R2));
        let collect = |generation: &&Generation| generation.collects_ptr_records();
        let collecting: Vec<_> = Generation::ALL.iter().filter(collect).collect();
        assert_eq!(collecting, [&Generation::Any, &Generation::Ws2016]);
        assert!(!Generation::Ws2012.reclaims_ipv6() && Generation::Ws2012R2.reclaims_ipv6());
    }
}
