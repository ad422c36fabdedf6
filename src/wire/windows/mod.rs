//! The Windows remote interfaces as typed requests.
//!
//! On the wire a call is a length-prefixed JSON frame. The interfaces, their ports, what they ask
//! and what they answer are those of the protocol each module names; the encoding is not, because
//! NDR would add nothing that a provisioning check can see. Deviation: the ticket travels in every
//! frame instead of in a bind or session set-up, so that each call is judged on its own.

pub mod dhcpm;
pub mod directory;
pub mod dnsp;
pub mod epm;
pub mod error;
pub mod eventlog;
pub mod frame;
pub mod ipam;
pub mod kerberos;
pub mod samr;
pub mod scm;
pub mod smb;
pub mod tds;
pub mod tsch;
pub mod wmi;

pub use error::Win32Error;
pub use frame::{
    Call, FrameBuffer, FrameError, Interface, Reply, Request, Response, encode_call, encode_reply,
};
pub use kerberos::TicketHandle;
