//! `Get-IpamConfiguration` and `Set-IpamConfiguration`.

use super::ProvisioningMethod;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

/// The configuration object (domain 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpamConfiguration {
    /// Version of the configuration object, as the console prints it.
    pub version: &'static str,
    /// TCP port between console and server.
    pub port: u16,
    pub provisioning_method: ProvisioningMethod,
    pub gpo_prefix: Option<String>,
    /// Under this percentage a range counts as underutilized.
    pub minimum_utilization_threshold: u8,
    /// Over this percentage a range counts as overutilized.
    pub maximum_utilization_threshold: u8,
    /// Days before its expiry date at which an address raises an alert.
    pub expiry_alert_threshold_days: u16,
}

/// One parameter set of `Set-IpamConfiguration` (domain 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigurationChange {
    /// Changes the method. Creates no GPO and filters no server anew.
    ProvisioningMethod {
        provisioning_method: ProvisioningMethod,
        gpo_prefix: Option<String>,
    },
}

impl Ipam {
    /// `Get-IpamConfiguration`.
    pub async fn get_ipam_configuration(&self, _caller: &Caller) -> IpamResult<IpamConfiguration> {
        todo!()
    }

    /// `Set-IpamConfiguration`. Needs a local administrator of the IPAM server.
    pub async fn set_ipam_configuration(
        &self,
        _caller: &Caller,
        _change: ConfigurationChange,
    ) -> IpamResult<IpamConfiguration> {
        todo!()
    }
}
