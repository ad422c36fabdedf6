//! Whether the IPAM server's computer account gets into the servers of the inventory.
//!
//! A check *attempts* the operation that collection would do and reports the stage at which it
//! failed. It knows nothing about what was configured on the server. Start from [`AccessCheck`]
//! and its registry [`CHECKS`].

mod availability;
mod check;
mod dhcp_audit_share;
mod dhcp_rpc;
mod dns_rpc;
mod event_log;
mod refresh;
mod status;

pub(crate) use availability::availability;
pub use availability::{Availability, ServiceStatus};
pub use check::{AccessCheck, CHECKS, CheckKind, CheckResult, Evidence, Probe};
pub(crate) use dhcp_audit_share::{AUDIT_SHARE, is_audit_log};
pub(crate) use event_log::{DHCP_CHANNEL, SECURITY_CHANNEL, has_dhcp_log};
pub use refresh::AccessReport;
pub(crate) use refresh::SERVERS_AT_ONCE;
pub use status::{AccessStatus, overall};
