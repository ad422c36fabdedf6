//! Reservations and DNS records on servers: the second phase after storing an address (domain 8).
//!
//! A push takes what the record holds, writes it to the server as the signed-in caller and stores
//! what became of it, before it starts and after it ended, so that a crash leaves an honest
//! status. What it wrote, or may have, is in a ledger that outlives the address record.
//!
//! It does not know what else is on a server: [`crate::ipam::reconcile`] compares. Start from
//! [`SyncReport`].

pub mod candidates;
pub mod cmdlets;
pub mod delete;
mod dns_management;
mod dns_update;
pub(in crate::ipam) mod ledger;
mod plan;
mod progress;
mod push;
pub(in crate::ipam) mod records;
pub mod report;
pub(in crate::ipam) mod reservation;
mod seen;
mod servers;
mod turns;
pub mod written;

pub use candidates::{Candidate, RecordServers};
pub use delete::{Deletion, DeletionReport};
pub use report::{RecordKind, SyncReport};
pub(crate) use turns::Turns;
pub use written::{Entry, Written};
