//! How full the address space is, now and over time (domain 5.8).
//!
//! An address counts as utilized where it is recorded, or leased in a scope; a range sums its
//! addresses, a block its ranges, a group its members, and where ranges overlap only one of them
//! counts. The figures are derived whenever they are asked for. What is kept is one sample of each
//! block, subnet and range and of each level of a range group at every run of AddressUtilization,
//! from which the trends are drawn, and the status each had then, by which a threshold is seen to
//! be crossed. It is kept by name, and goes along when the name changes.
//!
//! Trends are of IPv4 only (domain 5.9). It is not known here how leases are counted: collection
//! has put them into the ranges before.
//!
//! Start from [`Usage`] and [`UtilizationPeriod`].

mod cmdlets;
mod group;
mod period;
mod renamed;
#[cfg(test)]
mod renamed_tests;
mod rows;
mod sample;
#[cfg(test)]
mod tests;
mod threshold;
mod view;

pub use group::{GroupLevel, GroupUsage};
pub use period::{Sample, TrendPoint, UnknownPeriod, UtilizationPeriod};
pub(in crate::ipam) use renamed::{forget_group, move_group, move_space, rename_level};
pub(in crate::ipam) use rows::{DDL, forget_ranges, forget_subnet, forget_trends};
pub use sample::{Crossing, SampleReport};
pub use threshold::UtilizationThreshold;
pub(crate) use threshold::thresholds;
pub use view::{Trend, Usage, UsageObject};
