//! What the IPAM server knows about itself: port, provisioning method, GPO prefix, thresholds.

mod change;
pub(crate) mod integrity;
mod key;
mod method;
mod port;
mod secret;

pub use change::{Changed, ConfigurationChange, IpamConfiguration};
pub use method::{GpoPrefix, ProvisioningMethod};
pub use port::ManagementPort;
pub use secret::SecretKey;
