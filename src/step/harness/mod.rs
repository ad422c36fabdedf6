//! Steps of the harness itself: time, notes, expectations, comparisons.

pub mod advance;
pub mod at_once;
pub mod compare;
pub mod expect;
mod verify;
mod verify_access;
mod verify_dhcp;
mod verify_failover;
mod verify_groups;
mod verify_ipam;
mod verify_life;
mod verify_monitoring;
mod verify_policy;
mod verify_records;
mod verify_search;
mod verify_server;
pub mod verify_space;
mod verify_transfer;
mod verify_utilization;
pub mod watch;

pub(crate) use verify::same;
