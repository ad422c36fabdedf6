//! Find and allocate an available address (domain 7).
//!
//! Looks at the database, the DHCP server of the range, ping and reverse DNS, and keeps what each
//! of them said about every candidate. Recording an address never configures a server; that is
//! [`crate::ipam::sync`]. Start from [`FindRequest`].

pub mod candidate;
mod claim;
pub mod cmdlets;
mod database;
pub mod free;
pub mod free_cmdlets;
pub mod probe;
mod request_id;
mod search;
mod shown;
mod taken;

pub(crate) use shown::Shown;

pub(in crate::ipam) use request_id::{DDL, forget as forget_request, moved as move_request};

pub use candidate::{
    Candidate, FindReport, FindRequest, PassedOver, PingStatus, Probing, PtrStatus, Reason,
    Stopped, Verdict,
};
pub use claim::AllocateRequest;
pub use free::{Found, FreeRange, FreeRangeRequest, FreeSubnetRequest};
pub use request_id::RequestId;
