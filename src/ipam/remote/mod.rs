//! The client side of Windows remote calls: log on, find the port, call.
//!
//! It knows addresses, tickets and frames, and nothing of what a call is for. Start from
//! [`RemoteClient`]. A failure is a Win32 status together with the [`Stage`] it came from, which is
//! all that an administrator's tool would get.

mod client;
mod console;
mod error;
mod logon;
mod port;

pub use client::{CALL_TIMEOUT, CONNECT_TIMEOUT, RemoteClient};
pub use console::{Channel, Connection, ConsoleClient};
pub use error::{RemoteError, Stage};
