//! The fakes, as pure cores behind [`crate::net::Service`]: bytes and the time in, bytes out.
//!
//! They know neither the engine nor scenarios.

pub mod dhcp;
pub mod dns;
pub mod windows;
