//! `Invoke-IpamDhcpLease`: the leases of a DHCP server as address records (domain 9.4).
//!
//! IPAM records no lease by itself. This reads the leases over the network, as whoever runs it,
//! from the host it is run on, and stores them scope by scope with the rule of import-and-update:
//! of the addresses of the scope what is not in the list of leases is deleted. A scope is stored
//! whole or not at all, and one that fails does not keep the others out.
//!
//! When it is run again is not known here: that is the business of the Task Scheduler of the host
//! it was run on.
//!
//! Start from [`LeaseImport`].

mod cmdlets;
mod mapping;
mod read;
mod report;
mod request;
mod store;
#[cfg(test)]
mod tests;

pub use report::{LeaseImportReport, ScopeImport, ScopeImported};
pub use request::{CustomDatum, CustomSource, LeaseFamilies, LeaseImport};
