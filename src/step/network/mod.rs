//! Steps that put packets on the network beside the engine: queries, pings, DHCP clients.

pub mod client;
pub mod client_v6;
pub mod fleet;
pub mod query;
