//! What is on DHCP and DNS servers against what the engine knows: orphans, and the fix for each.
//!
//! A reclaimed or deleted address leaves its reservation and records behind (domain 7.3, 8.4), a
//! crash may leave an entry whose fate is unknown, and other people work on the servers too. The
//! view asks every managed server over the network, as the caller, and names each difference. It
//! changes nothing, neither on servers nor in the database.
//!
//! It does not know who is right where two differ. Start from [`OrphanReport`].

mod cmdlets;
mod finding;
mod gather;
mod hosts;
mod known;
mod partners;
mod remedy;
mod reservations;

pub use finding::{Disorder, Finding, OrphanReport, Unread};
