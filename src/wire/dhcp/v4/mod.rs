//! DHCPv4 (RFC 2131, RFC 2132) and the BOOTP it grew from (RFC 951).

pub mod client_fqdn;
mod codec;
pub mod message;
pub mod option;
mod scan;

pub use client_fqdn::ClientFqdn;
pub use message::{Hardware, Message, MessageType, Operation};
pub use option::{DhcpOption, code};
