//! Provisioning of the IPAM server itself (domain 2.2 to 2.6).

mod groups;
mod server;

pub use groups::{IPAM_GROUPS, IpamGroup};
pub use server::{DEFAULT_PORT, ProvisioningStep, ServerProvisioning, ServerProvisioningReport};
