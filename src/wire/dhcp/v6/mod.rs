//! DHCPv6 (RFC 8415), with the relay messages around it.

mod client_fqdn;
mod codec;
pub mod duid;
pub mod message;
pub mod relay;
mod scan;

pub use message::{IaAddress, IaNa, Message, MessageType, Status, StatusCode, code};
pub use relay::{Envelope, Relay};
