//! Steps that are cmdlets of the IpamServer module, with its names and parameters.

pub mod access_scope;
pub mod address;
pub mod audit_event;
pub mod block;
pub mod common;
pub mod configuration;
pub mod configuration_event;
pub mod custom_field;
pub mod discovery_domain;
pub mod export;
pub mod field_association;
pub mod fields;
pub mod find;
pub mod gpo;
pub mod import;
pub mod inventory;
pub mod job;
pub mod lease_import;
pub mod provisioning;
pub mod range;
pub mod scheduled_task;
pub mod set_configuration;
pub mod utilization;
