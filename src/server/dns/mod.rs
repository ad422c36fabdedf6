//! The fake DNS server: authoritative, as a pure core over a zone store of our own.
//!
//! [`DnsServer`] takes bytes and gives bytes; three frames carry it: [`DnsService`] on a
//! [`Network`](crate::net::Network), [`DnsHandler`] behind hickory-server, and [`serve_on`] on
//! kernel sockets. The decisions are made in the core alone, so the frames cannot disagree.
//!
//! It answers for its zones and never asks another server: no recursion, no forwarding. It has no
//! clock, no socket and no task, and it does not know hosts, ACLs or scenarios; who may manage it
//! is decided by whoever calls the management functions. Start from [`DnsServerConfig`].

mod aging;
mod config;
mod handler;
mod lookup;
mod manage;
mod query;
mod serve;
mod server;
mod service;
mod stats;
mod transfer;
mod update;
mod zone;

pub use aging::{Scavenging, ZoneAging};
pub use config::{DnsConfigError, DnsServerConfig, SoaConfig, TransferPolicy, ZoneConfig};
pub use handler::{Clock, DnsHandler};
pub use serve::serve_on;
pub use server::{DirectoryZones, DnsServer, Transport};
pub use service::DnsService;
pub use stats::DnsStats;
pub use transfer::RefreshError;
pub use zone::{Node, Origin, Place, RrSet, SharedZone, StoredRecord, ZoneData};

#[cfg(test)]
mod tests;
