//! The one seam between whoever sends bytes and whoever answers them.
//!
//! Clients (the engine) hold an [`Endpoint`]: UDP, TCP and ping of one host. Servers implement
//! [`Service`]: events in, actions out, no clock, no socket, no task. A [`Network`] joins the two,
//! either simulated (virtual time, faults, capture) or over kernel sockets. Nothing here knows
//! what the bytes mean.

mod addressing;
mod admission;
pub mod endpoint;
pub mod fault;
mod gate;
pub mod network;
pub mod outside;
pub mod packet;
mod real;
mod runtime;
pub mod service;
mod sim;
mod traffic;

pub use admission::{Admission, Admit, AdmitAll, Flow, HostSpec};
pub use endpoint::{ConnectError, Endpoint, PingReply, TcpStream, UdpSocket};
pub use gate::Gate;
pub use network::Network;
pub use outside::Station;
pub use packet::{CaptureMode, Counters, DropReason, Fate, Packet, PacketKind, Transport};
pub use real::{Binding, RealOptions};
pub use runtime::{real_runtime, run_simulated, simulated_runtime};
pub use service::{Action, ConnId, Event, Outbox, Service, SharedService};

#[cfg(test)]
mod tests;
