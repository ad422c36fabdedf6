//! Steps that change the estate, as an administrator of it would.

pub mod account;
pub mod database;
pub mod dhcp;
pub mod dhcp_dns;
pub mod dns;
pub mod dns_aging;
pub mod document;
pub mod firewall;
pub mod gpo;
pub mod gpresult;
pub mod group;
pub mod host;
pub mod machine;
pub mod provisioning_script;
pub mod registry_value;
pub mod service;
pub mod service_state;
pub mod share;
pub mod sign_in;
pub mod sql;
