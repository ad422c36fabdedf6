//! The three IPAM GPOs of a domain: creating them, and editing whom they apply to.

mod contents;
mod filter;
mod names;
mod provisioning;

pub use filter::{GpoEdit, GpoOperation};
pub use names::IpamGpo;
pub use provisioning::{
    GpoProvisioning, GpoProvisioningReport, GpoProvisioningStep, StepEntry, StepOutcome,
};
