//! Reservations and DNS records on servers: the second phase after storing an address (domain 8).
//!
//! A push takes what the record holds, writes it to the server as the signed-in caller and stores
//! what became of it, before it starts and after it ended, so that a crash leaves an honest
//! status. Start from [`SyncReport`].

pub mod cmdlets;
mod dns_management;
mod dns_plan;
mod dns_update;
mod push;
pub mod report;
mod reservation;
mod servers;

pub use report::{RecordKind, SyncReport};
