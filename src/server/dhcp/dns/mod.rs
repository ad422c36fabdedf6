//! Dynamic DNS registration by the DHCP server (domain 8.5, RFC 4702, RFC 4704, RFC 4703).
//!
//! [`DnsSettings`] decides what is registered for a client and what it is told; [`Registrar`]
//! carries it out with RFC 2136 updates over the network, beside the serving of clients, which
//! never waits for it. It knows no lease and no scope: the server tells it which address got which
//! name, and when an address is given up.

mod conversation;
mod job;
mod outcome;
mod registrar;
mod sending;
mod settings;

pub use outcome::RegistrationError;
pub use settings::{DnsClientConfig, DnsSettings, DnsSettingsError, DnsSettingsOf, DynamicUpdates};

pub(super) use job::Registration;
pub(super) use outcome::Report;
pub(super) use registrar::Registrar;
pub(super) use settings::Decision;
