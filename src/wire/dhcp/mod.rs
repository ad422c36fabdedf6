//! DHCPv4 and DHCPv6 messages as readable types over bytes, and sans-IO clients that speak them.
//!
//! The codec underneath reads leniently: it stops at an option it cannot read and keeps the rest
//! to itself, does not look at the magic cookie and asserts on lengths. So every packet is walked
//! here first, and a packet is either read whole or refused with a [`Malformed`] that says where
//! and why. Nothing here knows scopes, leases or hosts. Start from [`v4::Message`] and
//! [`v6::Envelope`].

pub mod client;
pub mod malformed;
pub mod v4;
pub mod v6;

pub use client::{ClientV4, ClientV6, LeaseV4, LeaseV6, StepV4, StepV6};
pub use malformed::{Flaw, Malformed};
