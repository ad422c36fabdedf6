//! What the IPAM server knows about itself: port, provisioning method, GPO prefix, thresholds.

mod change;
pub(crate) mod integrity;
mod method;
mod secret;

pub use change::{ConfigurationChange, IpamConfiguration};
pub use method::{GpoPrefix, ProvisioningMethod};
pub use secret::SecretKey;
