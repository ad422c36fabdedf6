//! `Get-IpamConfiguration` and `Set-IpamConfiguration`.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::rbac::Right;
use crate::ipam::store::Tx;
use crate::ipam::store::configuration::{self, ConfigurationRow};

use super::{GpoPrefix, ProvisioningMethod};

/// Version of the configuration object, as the console prints it.
const VERSION: &str = "1.3";

/// The configuration object (domain 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpamConfiguration {
    /// Version of the object, not of the product.
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

impl From<ConfigurationRow> for IpamConfiguration {
    fn from(row: ConfigurationRow) -> IpamConfiguration {
        IpamConfiguration {
            version: VERSION,
            port: row.port,
            provisioning_method: row.provisioning_method,
            gpo_prefix: row.gpo_prefix,
            minimum_utilization_threshold: row.minimum_utilization_threshold,
            maximum_utilization_threshold: row.maximum_utilization_threshold,
            expiry_alert_threshold_days: row.expiry_alert_threshold_days,
        }
    }
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

/// The configuration row, which provisioning writes.
fn row(tx: &Tx<'_>) -> IpamResult<ConfigurationRow> {
    configuration::configuration(tx)?.ok_or_else(|| {
        IpamError::new(
            ErrorId::IpamApiCallsAreNotAllowedUntilProvisioningIsDone,
            "the database holds no configuration; run Invoke-IpamServerProvisioning first",
        )
    })
}

impl Ipam {
    /// `Get-IpamConfiguration`.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for whoever is in none of the groups.
    pub async fn get_ipam_configuration(&self, caller: &Caller) -> IpamResult<IpamConfiguration> {
        self.authorize(caller, Right::Read).await?;
        Ok(self.configuration_row()?.into())
    }

    /// `Set-IpamConfiguration`. Needs a local administrator of the IPAM server.
    ///
    /// # Errors
    /// `IpamApiAccessDenied`; `IpamApiInvalidGpoPrefix` when method and prefix do not fit.
    pub async fn set_ipam_configuration(
        &self,
        caller: &Caller,
        change: ConfigurationChange,
    ) -> IpamResult<IpamConfiguration> {
        self.authorize(caller, Right::Configure).await?;
        let ConfigurationChange::ProvisioningMethod {
            provisioning_method,
            gpo_prefix,
        } = change;
        let prefix = GpoPrefix::for_method(provisioning_method, gpo_prefix.as_deref())?;
        self.store.transaction(|tx| {
            let mut row = row(tx)?;
            row.provisioning_method = provisioning_method;
            row.gpo_prefix = prefix.map(|prefix| prefix.as_str().to_owned());
            configuration::put_configuration(tx, &row)?;
            Ok(row.into())
        })
    }

    /// The configuration as stored.
    pub(crate) fn configuration_row(&self) -> IpamResult<ConfigurationRow> {
        self.store.read(row)
    }
}
