//! The engine's DNS client: queries with retry, and RFC 2136 updates.
//!
//! Sends plain DNS over the host's own stack, so it works against any server. Message ids come
//! from a seeded stream and nothing is cached: what a check sees is what the server says now.
//! Start from [`Resolver`].

pub mod answer;
pub mod client;
pub(in crate::ipam) mod exchange;
pub mod ptr_sweep;
mod update;

pub use answer::{Answer, Change, Prerequisite, PtrAnswer, UpdateOutcome};
pub use client::{DNS_PORT, Resolver};
