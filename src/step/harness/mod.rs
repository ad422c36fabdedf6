//! Steps of the harness itself: time, notes, expectations.

pub mod advance;
pub mod expect;
mod verify;
mod verify_dhcp;
mod verify_policy;
mod verify_server;

pub(crate) use verify::same;
