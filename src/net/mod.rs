//! The one seam between whoever sends bytes and whoever answers them.
//!
//! Clients (the engine) hold an [`Endpoint`]: UDP, TCP and ping of one host. Servers implement
//! [`Service`]: events in, actions out, no clock, no socket, no task. A [`Network`] joins the two,
//! either simulated (virtual time, faults, capture) or over kernel sockets. Nothing here knows
//! what the bytes mean.

pub mod endpoint;
pub mod network;
pub mod packet;
pub mod service;

pub use endpoint::{ConnectError, Endpoint, PingReply, TcpStream, UdpSocket};
pub use network::{Admission, Admit, Flow, HostSpec, Network};
pub use packet::{DropReason, Fate, Packet, Transport};
pub use service::{Action, ConnId, Event, Outbox, Service, SharedService};
