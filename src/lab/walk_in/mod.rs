//! What it takes to let programs from outside walk into a served estate at its own addresses.
//!
//! The estate is in one network namespace, the programs are in another, and a pair of virtual
//! interfaces is the cable between them. Here is what both sides agree on ([`Link`]), what the
//! kernel on the estate's side must let through ([`Opening`]), and the relay agent at the cable's
//! estate end ([`relay`]). Nothing here makes a namespace or runs a program; that is the command's
//! part. Start from [`Link::plan`].

mod link;
mod opening;
pub mod relay;

pub use link::{Leg, Link, LinkError};
pub use opening::{ESTATE_INTERFACE, Opening};
