//! The address space: blocks hold ranges, ranges hold addresses (domain 5).
//!
//! Holds the records, the rules for storing them and how they map to each other. It never touches
//! a server: finding free addresses is [`crate::ipam::find`], writing to servers
//! [`crate::ipam::sync`]. Mapping is derived whenever it is asked for, so it cannot go stale.
//!
//! Start from [`Range`] and [`Address`]; `cmdlets` lists the operations.

pub mod address;
mod address_rules;
pub(in crate::ipam) mod addresses;
pub mod block;
mod blocks;
pub(in crate::ipam) mod carried;
pub mod category;
pub mod change;
pub mod cmdlets;
mod counts;
mod discovered;
mod overlap;
mod place;
pub mod range;
pub(in crate::ipam) mod ranges;
pub(in crate::ipam) mod rows;
pub(in crate::ipam) mod rules;
pub mod spaces;
pub mod taken;
#[cfg(test)]
pub(in crate::ipam) mod tests;
pub mod utilization;
pub mod values;
pub mod words;

pub use address::{Address, AddressDetails, AddressKey, AddressQuery, NewAddress, SyncState};
pub use block::{Block, BlockDetails, BlockKey, NewBlock};
pub(in crate::ipam) use blocks::Place;
pub use change::AddressChange;
pub(in crate::ipam) use discovered::forget;
pub(in crate::ipam) use place::{
    block_around, block_exists, blocks_within, range_network, range_of, scope_exists, whole,
    zone_servers,
};
pub use range::{
    DiscoveredRanges, NewRange, Owner, Range, RangeDetails, RangeKey, RangeQuery,
    UtilizationCalculation,
};
pub(in crate::ipam) use ranges::server_of as server_of_range;
pub use spaces::AddressSpaceName;
pub use utilization::Utilization;
pub use words::{
    AddressCategory, AddressState, AssignmentType, DeviceType, ManagedByService, RangeOverlap,
    ReservationType, Rir, SyncStatus, UnknownWord, UtilizationStatus,
};
