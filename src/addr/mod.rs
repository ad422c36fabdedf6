//! Pure address arithmetic, IPv4 and IPv6 alike: prefixes, ranges, gaps, first free address.
//!
//! Every address has a key, a `u128` in which the addresses of its family are consecutive, so one
//! set of rules serves both families. Nothing here knows hosts, protocols or who owns an address.
//! Start from [`AddressRange`] for one span and from [`AddressSet`] for many.

pub mod key;
pub mod range;
pub mod set;
mod spans;

pub use key::{Family, address_of, key_of, predecessor, successor};
pub use range::{AddressRange, RangeError, usable};
pub use set::{AddressSet, first_free, free_addresses};
