//! Steps that are actions of the IPAM console, in the console's words.

pub mod access;
mod access_tables;
pub mod allocate;
pub mod connect;
pub mod failover;
pub mod groups;
pub mod monitoring;
pub mod orphans;
pub mod reclaim;
pub mod records;
pub mod scheduler;
pub mod servers;
pub mod transfer;
pub mod utilization;
