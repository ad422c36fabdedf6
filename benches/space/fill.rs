//! A million recorded addresses, laid out in three ways, with what is free among them.

use std::net::{IpAddr, Ipv4Addr};

use ipamlab::addr::{AddressRange, AddressSet};
use ipamlab::base::Seed;
use rand::Rng as _;

/// Addresses in the inventory.
pub const ADDRESSES: u32 = 1_000_000;
/// Ranges in the inventory.
pub const RANGES: u32 = 10_000;

/// The block begins here: a /11, of which the records fill 1 000 000 of 2 097 152 addresses, or
/// without a hole its first half.
pub const FIRST: u32 = u32::from_be_bytes([10, 0, 0, 0]);

/// How the records lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// One behind the other, without a hole.
    Dense,
    /// Every second address.
    Half,
    /// Chosen by a seed.
    Random,
}

impl Fill {
    pub const ALL: [Fill; 3] = [Fill::Dense, Fill::Half, Fill::Random];

    pub fn name(self) -> &'static str {
        match self {
            Fill::Dense => "dense",
            Fill::Half => "half",
            Fill::Random => "random",
        }
    }

    /// The recorded addresses as numbers, in order.
    pub fn addresses(self) -> Vec<u32> {
        match self {
            Fill::Dense => (FIRST..FIRST + ADDRESSES).collect(),
            Fill::Half => (0..ADDRESSES).map(|number| FIRST + 2 * number).collect(),
            Fill::Random => {
                let mut draws = Seed(11).stream("fill");
                let mut taken = vec![false; 2 << 20];
                let mut left = ADDRESSES;
                while left > 0 {
                    let place = (draws.next_u32() >> 11) as usize;
                    left -= u32::from(!taken[place]);
                    taken[place] = true;
                }
                let places = taken.iter().zip(FIRST..);
                places
                    .filter(|(taken, _)| **taken)
                    .map(|(_, number)| number)
                    .collect()
            }
        }
    }
}

/// The block that the search goes through.
pub fn block() -> AddressRange {
    AddressRange::new(ip(FIRST), ip(FIRST + (2 << 20) - 1)).expect("in order")
}

pub fn ip(number: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(number))
}

/// Where searches begin: at the start of the block, and at places chosen by a seed.
pub fn starts() -> Vec<u32> {
    let mut draws = Seed(12).stream("starts");
    let mut starts: Vec<u32> = (0..1000)
        .map(|_| FIRST + (draws.next_u32() >> 12))
        .collect();
    starts[0] = FIRST;
    starts
}

/// The first free address from each start on, counted without any of what is measured.
pub fn answers(addresses: &[u32], starts: &[u32]) -> Vec<u32> {
    let mut taken = vec![false; (2 << 20) + 1];
    for number in addresses {
        taken[(number - FIRST) as usize] = true;
    }
    let free = |start: &u32| (*start..).find(|number| !taken[(number - FIRST) as usize]);
    starts.iter().filter_map(free).collect()
}

/// The index: the same addresses as runs in memory.
pub fn index(addresses: &[u32]) -> AddressSet {
    addresses
        .iter()
        .map(|number| AddressRange::single(ip(*number)))
        .collect()
}
