//! Addresses as numbers.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// The address family; the two never share a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Family {
    V4,
    V6,
}

impl Family {
    pub fn of(address: IpAddr) -> Family {
        match address {
            IpAddr::V4(_) => Family::V4,
            IpAddr::V6(_) => Family::V6,
        }
    }

    /// Bits of an address of this family.
    pub fn bits(self) -> u32 {
        match self {
            Family::V4 => 32,
            Family::V6 => 128,
        }
    }

    /// The key of the family's last address.
    pub fn last_key(self) -> u128 {
        match self {
            Family::V4 => u128::from(u32::MAX),
            Family::V6 => u128::MAX,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        })
    }
}

/// The address as a number within its family.
pub fn key_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The address with this key, or `None` when an IPv4 key exceeds 32 bits.
pub fn address_of(family: Family, key: u128) -> Option<IpAddr> {
    match family {
        Family::V4 => u32::try_from(key)
            .ok()
            .map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        Family::V6 => Some(IpAddr::V6(Ipv6Addr::from_bits(key))),
    }
}

/// The next address of the family, or `None` behind its last one.
pub fn successor(address: IpAddr) -> Option<IpAddr> {
    let key = key_of(address).checked_add(1)?;
    address_of(Family::of(address), key)
}

/// The address before, or `None` before the first of the family.
pub fn predecessor(address: IpAddr) -> Option<IpAddr> {
    let key = key_of(address).checked_sub(1)?;
    address_of(Family::of(address), key)
}
