//! DHCP failover as IPAM sees it: two servers that serve one scope (domain 8.4).
//!
//! Windows replicates the leases of a relationship and nothing of its configuration: whoever
//! changes a scope has to bring the change to the partner. IPAM does that for its own changes
//! ([`crate::ipam::sync`]); for those that were made elsewhere, collection compares the scope as
//! both servers show it, and *Replicate Failover Scope* makes the partner's like the server's.
//!
//! It does not know how the servers share out the pool, nor in which failover state they are.
//! Start from [`FailoverScope`].

mod cmdlets;
mod collect;
mod comparison;
mod read;
mod relationship;
mod replicate;
pub(in crate::ipam) mod rows;

pub use cmdlets::FailoverScope;
pub use comparison::{Comparison, ConfigurationSync, Difference};
pub use replicate::Replication;

pub(in crate::ipam) use relationship::{relationship_of, relationships_of};
