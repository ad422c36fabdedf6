//! The address space: spaces hold blocks, blocks hold subnets, subnets hold ranges and ranges hold
//! addresses (domain 5).
//!
//! Holds the records, the rules for storing them and how they map to each other. It never touches
//! a server: finding free addresses is [`crate::ipam::find`], writing to servers
//! [`crate::ipam::sync`]. Mapping is derived whenever it is asked for, so it cannot go stale.
//!
//! Start from [`Range`] and [`Address`]; the files named `cmdlets` list the operations.

pub mod address;
mod address_edit;
mod address_filter;
mod address_list;
pub(in crate::ipam) mod address_rules;
pub mod address_space;
mod address_types;
pub(in crate::ipam) mod addresses;
pub mod block;
pub mod block_cmdlets;
mod block_edit;
mod block_map;
mod block_rules;
pub(in crate::ipam) mod blocks;
pub(in crate::ipam) mod bulk;
pub(in crate::ipam) mod bulk_ranges;
pub(in crate::ipam) mod carried;
pub mod category;
pub mod change;
pub mod cmdlets;
mod counts;
mod discovered;
pub mod from_ptr;
pub mod gateway;
mod overlap;
mod place;
pub mod range;
pub mod range_cmdlets;
mod range_edit;
pub(in crate::ipam) mod range_list;
mod range_rules;
pub(in crate::ipam) mod ranges;
pub mod reclaim;
pub(in crate::ipam) mod reverse_zone;
mod roll_up;
pub(in crate::ipam) mod rows;
pub(in crate::ipam) mod rules;
pub mod space_cmdlets;
mod space_edit;
pub mod spaces;
pub mod subnet;
pub mod subnet_cmdlets;
mod subnet_edit;
pub(in crate::ipam) mod subnets;
pub mod taken;
#[cfg(test)]
pub(in crate::ipam) mod tests;
mod touching;
pub mod utilization;
pub mod values;
pub mod words;

pub use address::{Address, AddressDetails, AddressKey, AddressQuery, NewAddress, SyncState};
pub use address_space::{
    AddressSpace, AddressSpaceChange, AddressSpaceKind, AddressSpaceQuery, CustomerNetwork,
    NewAddressSpace,
};
pub use block::{Block, BlockChange, BlockDetails, BlockKey, BlockQuery, NewBlock};
pub(in crate::ipam) use block_map::Place;
pub use change::AddressChange;
pub(in crate::ipam) use discovered::forget;
pub use gateway::Gateway;
pub(in crate::ipam) use place::{
    block_around, block_exists, blocks_within, range_network, range_of, scope_exists, space_exists,
    space_spelled, spans_of_ranges, spans_of_subnets, subnet_exists, whole, zone_servers, zones_on,
};
pub use range::{
    DiscoveredRanges, NewRange, Owner, Range, RangeChange, RangeDetails, RangeKey, RangeQuery,
    UtilizationCalculation,
};
pub(in crate::ipam) use ranges::server_of as server_of_range;
pub use reclaim::{ReclaimSummary, Reclaimed, Ticked};
pub(in crate::ipam) use roll_up::counted;
pub use spaces::AddressSpaceName;
pub use subnet::{
    NewSubnet, RemovedSubnet, Subnet, SubnetChange, SubnetDetails, SubnetKey, SubnetQuery,
};
pub use utilization::Utilization;
pub use words::{
    AddressCategory, AddressState, AssignmentType, DeviceType, ExpiryStatus, IsolationMethod,
    ManagedByService, NetworkType, RangeOverlap, ReservationType, Rir, SyncStatus, UnknownWord,
    UtilizationStatus,
};
