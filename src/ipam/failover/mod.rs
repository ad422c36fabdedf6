//! DHCP failover as IPAM sees it: two servers that serve one scope (domain 8.4).
//!
//! Windows replicates the leases of a relationship and nothing of its configuration: whoever
//! changes a scope has to bring the change to the partner. IPAM does that for its own changes
//! ([`crate::ipam::sync`]).
//!
//! It does not know how the servers share out the pool, nor in which failover state they are.
//! Start from [`relationship_of`].

mod relationship;

pub(in crate::ipam) use relationship::{relationship_of, relationships_of};
