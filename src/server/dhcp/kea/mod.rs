//! Kea's control commands over the fake DHCP server: JSON in, JSON out.
//!
//! Tools that manage Kea (version 3.0 is what its documentation is followed for) can be tried
//! against this server: leases, reservations, subnets and the configuration are shown and changed
//! in Kea's shapes, with its result codes. What a client sees is still a Windows DHCP server's
//! behaviour. Start from [`DhcpServer::control`](super::DhcpServer::control); every command is a
//! line of `registry::COMMANDS`. Nothing here knows a socket: [`Feed`] finds the end of a command
//! in a stream, and whoever holds the stream does the rest.
//!
//! Sources are Kea's own API reference and manual; texts that tools compare are Kea's, those of
//! errors are this program's.

mod agent;
mod answer;
mod args;
mod config;
mod control;
mod daemon;
mod feed;
mod globals;
mod lease;
mod option;
mod registry;
mod reservation;
mod service;
mod state;
mod statistic;
mod subnet;
#[cfg(test)]
mod tests;

pub use answer::{Answer, ResultCode};
pub use feed::{Fed, Feed};
pub use service::{KeaService, NoSuchService};
pub use state::ControlState;
