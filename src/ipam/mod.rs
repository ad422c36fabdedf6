//! The IPAM engine, modelled on Windows Server IPAM.
//!
//! It runs on one host of the estate and learns about every other only through that host's
//! [`crate::net::Endpoint`]: directory queries, remote calls, share reads, DNS, DHCP, ping. It
//! does not know the estate, the fakes, the oracle or the faults.
//!
//! Start from [`Ipam`]. Its operations are spread over one file an area; each is named after the
//! cmdlet or the console action it stands for. Operations take `&self`: two administrators may
//! work at once, and no borrow of the state is held while one waits for the network.

pub mod access;
pub mod audit;
pub mod caller;
pub mod collect;
pub mod configuration;
mod directory;
pub mod discovery;
pub mod engine;
pub mod error;
pub mod events;
pub mod failover;
pub mod fields;
pub mod find;
pub mod generation;
pub mod gpo;
pub mod groups;
pub mod inventory;
pub mod lease_import;
pub mod overview;
pub mod provision;
pub mod rbac;
pub mod reconcile;
pub mod remote;
pub mod resolver;
pub mod space;
pub mod store;
pub mod sync;
pub mod tasks;
pub mod transfer;
pub mod usage;

pub use caller::Caller;
pub use engine::{Ipam, IpamOptions, RecordChannel, UpdateKey};
pub use error::{ErrorId, IpamError, IpamResult};
pub use generation::{BlockOrder, Generation, Rules};
