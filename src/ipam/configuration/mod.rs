//! What the IPAM server knows about itself: port, provisioning method, GPO prefix, thresholds.

mod change;
mod method;

pub use change::{ConfigurationChange, IpamConfiguration};
pub use method::{GpoPrefix, ProvisioningMethod};
