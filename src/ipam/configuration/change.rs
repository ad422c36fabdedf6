//! `Get-IpamConfiguration` and `Set-IpamConfiguration`.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;
use crate::ipam::store::Tx;
use crate::ipam::store::configuration::{self, ConfigurationRow};

use super::{GpoPrefix, ManagementPort, ProvisioningMethod, SecretKey};

/// Version of the configuration object, as the console prints it.
const VERSION: &str = "1.3";

/// The configuration object (domain 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpamConfiguration {
    /// Version of the object, not of the product.
    pub version: &'static str,
    /// TCP port between console and server.
    pub port: u16,
    /// The port of a change that was begun and not carried through: firewall and listener may be
    /// on either.
    pub pending_port: Option<u16>,
    pub provisioning_method: ProvisioningMethod,
    pub gpo_prefix: Option<String>,
    /// Under this percentage a range counts as underutilized.
    pub minimum_utilization_threshold: u8,
    /// Over this percentage a range counts as overutilized.
    pub maximum_utilization_threshold: u8,
    /// Days before its expiry date at which an address raises an alert.
    pub expiry_alert_threshold_days: u16,
}

impl TryFrom<ConfigurationRow> for IpamConfiguration {
    type Error = IpamError;

    /// # Errors
    /// `IpamApiErrorInvalidPortConfiguration` when the stored port is none.
    fn try_from(row: ConfigurationRow) -> IpamResult<IpamConfiguration> {
        let port = ManagementPort::new(row.port).map_err(|_| {
            IpamError::new(
                ErrorId::IpamApiErrorInvalidPortConfiguration,
                format!(
                    "the stored port `{}` is not a TCP port; set it with \
                     `Set-IpamConfiguration -Port`",
                    row.port
                ),
            )
        })?;
        Ok(IpamConfiguration {
            version: VERSION,
            port: port.get(),
            pending_port: row.pending_port,
            provisioning_method: row.provisioning_method,
            gpo_prefix: row.gpo_prefix,
            minimum_utilization_threshold: row.minimum_utilization_threshold,
            maximum_utilization_threshold: row.maximum_utilization_threshold,
            expiry_alert_threshold_days: row.expiry_alert_threshold_days,
        })
    }
}

/// One parameter set of `Set-IpamConfiguration` (domain 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigurationChange {
    /// Moves the management port. Local administrators only.
    Port(ManagementPort),
    /// Hashes the access rows anew with the present key.
    UpdateTables,
    /// Sets the secret key, and hashes the access rows anew if asked to.
    HmacKey { key: SecretKey, update_tables: bool },
    /// Replaces the secret key if it has expired.
    RefreshHmacKey,
    /// Changes the method. Creates no GPO and filters no server anew. The wizard has no such
    /// choice once it is done (domain 12.1). Local administrators only.
    ProvisioningMethod {
        provisioning_method: ProvisioningMethod,
        gpo_prefix: Option<String>,
    },
}

/// What a change led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The configuration as it is now.
    pub configuration: IpamConfiguration,
    /// What the administrator is told beside it.
    pub warnings: Vec<String>,
}

/// The configuration row, which provisioning writes.
pub(super) fn row(tx: &Tx<'_>) -> IpamResult<ConfigurationRow> {
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
    /// `IpamApiGetServerPortAccessDenied` for whoever is in none of the groups;
    /// `IpamApiErrorInvalidPortConfiguration` when the stored port is none.
    pub async fn get_ipam_configuration(&self, caller: &Caller) -> IpamResult<IpamConfiguration> {
        let allowed = self.authorize(caller, Right::Read).await;
        allowed.map_err(|error| match error.id {
            ErrorId::IpamApiAccessDenied => {
                IpamError::new(ErrorId::IpamApiGetServerPortAccessDenied, error.message)
            }
            _ => error,
        })?;
        self.configuration_row()?.try_into()
    }

    /// `Set-IpamConfiguration`.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` or, for the port, `IpamApiReconfigurePortAccessFailure`;
    /// `IpamApiPortReconfigurationFailed` when a port is taken or was not moved altogether;
    /// `IpamApiInvalidGpoPrefix` when method and prefix do not fit;
    /// `IpamApiHashRecomputationAlreadyInProgress`; and unless the change repairs it
    /// `IpamApiErrorInvalidPortConfiguration`, `IpamApiSecretKeyUnavailableOperationDenied`,
    /// `IpamApiOperationDeniedDueToAccessScopeTampering`.
    pub async fn set_ipam_configuration(
        &self,
        caller: &Caller,
        change: ConfigurationChange,
    ) -> IpamResult<Changed> {
        let warnings = match change {
            ConfigurationChange::Port(port) => self.move_management_port(caller, port).await?,
            ConfigurationChange::UpdateTables => {
                self.update_tables(caller).await?;
                Vec::new()
            }
            ConfigurationChange::HmacKey { key, update_tables } => {
                self.set_secret_key(caller, key, update_tables).await?
            }
            ConfigurationChange::RefreshHmacKey => self.refresh_secret_key(caller).await?,
            ConfigurationChange::ProvisioningMethod {
                provisioning_method,
                gpo_prefix,
            } => {
                self.authorize(caller, Right::Configure).await?;
                self.set_method(caller, provisioning_method, gpo_prefix)?;
                Vec::new()
            }
        };
        Ok(Changed {
            configuration: self.configuration_row()?.try_into()?,
            warnings,
        })
    }

    fn set_method(
        &self,
        caller: &Caller,
        method: ProvisioningMethod,
        prefix: Option<String>,
    ) -> IpamResult<()> {
        let prefix = GpoPrefix::for_method(method, prefix.as_deref())?;
        self.store.transaction(|tx| {
            let mut row = row(tx)?;
            row.provisioning_method = method;
            row.gpo_prefix = prefix.map(|prefix| prefix.as_str().to_owned());
            configuration::put_configuration(tx, &row)?;
            let what = match &row.gpo_prefix {
                Some(prefix) => format!("the method was set to {method}, GPO prefix {prefix}"),
                None => format!("the method was set to {method}"),
            };
            self.changed(tx, caller, Category::Provisioning, what)
        })
    }

    /// The configuration as stored.
    pub(crate) fn configuration_row(&self) -> IpamResult<ConfigurationRow> {
        self.store.read(row)
    }
}
