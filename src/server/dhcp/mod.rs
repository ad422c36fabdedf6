//! The fake DHCP server: a Windows DHCP server as its clients, its administrators and the reader
//! of its audit log see it.
//!
//! [`DhcpServer`] is a pure core behind [`crate::net::Service`]; it serves DHCPv4 (RFC 2131) and
//! BOOTP on UDP 67 and DHCPv6 (RFC 8415) on UDP 547, whichever it is handed. Management calls
//! arrive as [`DhcpServer::manage`]: who may make them is decided before, elsewhere. It knows no
//! host, no directory and no firewall; the estate tells it whether it is authorised.

mod audit;
mod client;
pub mod config;
mod datagram;
mod delete;
mod described;
pub mod diagnostics;
mod dns;
pub mod events;
#[cfg(test)]
mod histories;
pub mod kea;
mod manage;
mod pool;
mod preset;
mod probe;
mod register;
mod scope;
mod scope_edit;
mod serve;
pub mod server;
mod traffic;
mod v4;
mod v6;

pub use audit::AuditLog;
pub use config::{ConfigError, DhcpServerConfig, LeaseConfig, ScopeConfig, ScopeV6Config};
pub use diagnostics::{Diagnostic, Diagnostics, Unanswered};
pub use dns::{
    DnsClientConfig, DnsSettings, DnsSettingsError, DnsSettingsOf, DynamicUpdates,
    RegistrationError,
};
pub use events::ConfigEvent;
pub use register::DNS_CLIENT_PORT;
pub use serve::serve_on;
pub use server::DhcpServer;
