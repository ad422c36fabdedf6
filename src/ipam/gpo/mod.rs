//! The three IPAM GPOs of a domain: creating them, and editing whom they apply to.

mod contents;
mod filter;
mod group;
mod names;
mod provisioning;
mod report;
mod rollback;
mod sequence;

pub(crate) use filter::{FilterEdits, FilterPlan};
pub use filter::{GpoEdit, GpoOperation};
pub use group::GroupHome;
pub use names::IpamGpo;
pub use report::{
    GpoObject, GpoProvisioning, GpoProvisioningReport, GpoProvisioningStep, StepEntry, StepOutcome,
};
