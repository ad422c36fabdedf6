//! Server discovery: which domains are searched, and what is found in them (domain 3.1, 3.2).

mod candidates;
mod controllers;
mod dhcp;
mod dns;
mod domain;
mod report;
mod run;

pub use domain::{DiscoveryDomain, DiscoveryDomainChange};
pub use report::{DiscoveredServer, DiscoveryReport, PassedOver, PassedOverReason};
