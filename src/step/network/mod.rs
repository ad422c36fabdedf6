//! Steps that put packets on the network beside the engine: queries, pings, DHCP clients.

pub mod client;
pub mod fleet;
pub mod query;
