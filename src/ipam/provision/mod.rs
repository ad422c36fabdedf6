//! Provisioning of the IPAM server itself (domain 2.2 to 2.6).

mod capability;
mod database;
mod groups;
mod parameters;
mod server;
mod shown;
mod sql;
mod wid;

pub use capability::Capability;
pub use database::DatabaseOutcome;
pub use groups::{IPAM_GROUPS, IpamGroup};
pub use parameters::{
    DatabaseAuthType, DatabaseCredential, DatabaseParameters, DatabaseServer, DatabaseTarget,
};
pub use server::{DEFAULT_PORT, ProvisioningStep, ServerProvisioning, ServerProvisioningReport};
pub use shown::IpamDatabase;
