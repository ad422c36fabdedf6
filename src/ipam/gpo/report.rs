//! Parameters and report of `Invoke-IpamGpoProvisioning`.

use std::fmt;

use crate::base::Fqdn;
use crate::ipam::error::IpamError;
use crate::wire::windows::directory::GpoProperties;

/// Parameters of the cmdlet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpoProvisioning {
    pub domain: Fqdn,
    pub gpo_prefix_name: String,
    /// This IPAM server unless another is named; must hold a dot, so it is not parsed yet.
    pub ipam_server_fqdn: Option<String>,
    /// Down-level names of users that may edit the GPOs afterwards.
    pub delegated_gpo_user: Vec<String>,
    /// The same for groups.
    pub delegated_gpo_group: Vec<String>,
    /// The controller to write to; the domain's first one unless named.
    pub domain_controller: Option<Fqdn>,
    /// Whether the GPOs are read back, to hand them on.
    pub pass_thru: bool,
}

impl GpoProvisioning {
    /// The two required parameters.
    pub fn new(domain: Fqdn, gpo_prefix_name: impl Into<String>) -> GpoProvisioning {
        GpoProvisioning {
            domain,
            gpo_prefix_name: gpo_prefix_name.into(),
            ipam_server_fqdn: None,
            delegated_gpo_user: Vec::new(),
            delegated_gpo_group: Vec::new(),
            domain_controller: None,
            pass_thru: false,
        }
    }
}

/// The steps in their order (domain 4.6), then the one that undoes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GpoProvisioningStep {
    ValidateDomain,
    PrepareGroup,
    CreateGpos,
    ImportGpos,
    LinkGpos,
    EmptyFilters,
    DelegateGpos,
    DelegateToGroup,
    GrantDnsRead,
    PurgeTickets,
    Rollback,
}

impl fmt::Display for GpoProvisioningStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GpoProvisioningStep::ValidateDomain => "validate domain and IPAM server",
            GpoProvisioningStep::PrepareGroup => "prepare IPAMUG",
            GpoProvisioningStep::CreateGpos => "create GPO",
            GpoProvisioningStep::ImportGpos => "import settings",
            GpoProvisioningStep::LinkGpos => "link to the domain root",
            GpoProvisioningStep::EmptyFilters => "empty the security filter",
            GpoProvisioningStep::DelegateGpos => "delegate",
            GpoProvisioningStep::DelegateToGroup => "delegate to IPAMUG",
            GpoProvisioningStep::GrantDnsRead => "grant DNS read",
            GpoProvisioningStep::PurgeTickets => "purge Network Service tickets",
            GpoProvisioningStep::Rollback => "roll back",
        })
    }
}

/// One thing the cmdlet did, or failed to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepEntry {
    pub step: GpoProvisioningStep,
    /// The group, GPO, account or domain it was done to.
    pub object: String,
    pub outcome: StepOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    Done,
    /// It was as wanted already, or does not apply.
    Skipped(String),
    /// It failed and the cmdlet goes on.
    Warning(String),
    /// It failed and what was done before is undone.
    Failed(String),
}

/// What the cmdlet did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpoProvisioningReport {
    pub entries: Vec<StepEntry>,
    /// The error the cmdlet ended with after rolling back; `None` when the GPOs are in place.
    pub refusal: Option<IpamError>,
    /// The GPOs as they are now, when `pass_thru` asked for them and they are in place.
    pub gpos: Vec<GpoObject>,
}

/// A GPO as the cmdlet returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpoObject {
    pub display_name: String,
    pub domain_name: Fqdn,
    pub properties: GpoProperties,
}
