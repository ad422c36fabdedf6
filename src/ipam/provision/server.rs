//! `Invoke-IpamServerProvisioning`.

use crate::ipam::caller::Caller;
use crate::ipam::configuration::{GpoPrefix, ProvisioningMethod};
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::tasks::ScheduledTask;

use super::groups::IpamGroup;

/// Parameters of the cmdlet with the embedded database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerProvisioning {
    /// Manual unless said otherwise (domain 12.2).
    pub provisioning_method: ProvisioningMethod,
    /// Required by Automatic, refused by Manual.
    pub gpo_prefix: Option<String>,
}

/// One thing that provisioning does, in this order (domain 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProvisioningStep {
    /// The management port is configured.
    Port(u16),
    /// The database holds the schema.
    Database {
        path: String,
    },
    ScheduledTasks(Vec<ScheduledTask>),
    /// The local groups on the IPAM server; `created` is false for one that was there before.
    LocalGroup {
        group: IpamGroup,
        created: bool,
    },
    /// No GPO is created here (domain 1.4).
    Method {
        provisioning_method: ProvisioningMethod,
        gpo_prefix: Option<GpoPrefix>,
    },
    /// An optional capability is enabled.
    Capability(&'static str),
}

/// What provisioning did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerProvisioningReport {
    pub steps: Vec<ProvisioningStep>,
}

impl Ipam {
    /// `Invoke-IpamServerProvisioning`: makes this host an IPAM server.
    ///
    /// Refused to anyone but a local administrator, and when the server is provisioned already.
    pub async fn invoke_ipam_server_provisioning(
        &self,
        _caller: &Caller,
        _provisioning: ServerProvisioning,
    ) -> IpamResult<ServerProvisioningReport> {
        todo!()
    }
}
