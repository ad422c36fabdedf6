//! Whether the IPAM server's computer account gets into the servers of the inventory.
//!
//! A check *attempts* the operation that collection would do and reports the stage at which it
//! failed. It knows nothing about what was configured on the server.

mod availability;
mod check;
mod dhcp_audit_share;
mod dhcp_rpc;
mod dns_rpc;
mod event_log;
mod refresh;
mod status;

pub use availability::Availability;
pub use check::{AccessCheck, CHECKS, CheckKind, CheckResult, Evidence};
pub use refresh::AccessReport;
pub use status::{AccessStatus, overall};
