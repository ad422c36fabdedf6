//! `Set-IpamConfiguration` (domain 2.1): five parameter sets, of which a call uses one.

use crate::ipam::IpamError;
use crate::ipam::configuration::{ConfigurationChange, ManagementPort, SecretKey};
use crate::ipam::configuration::{IpamConfiguration, ProvisioningMethod};
use crate::ipam::remote::Channel;
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepResult};

use super::provisioning::Method;

cmdlet! {
    #[derive(Default)]
    pub struct SetIpamConfiguration: changes, PassThru {
        /// The port between clients and server, 1 to 65535; 48620 to 49150 are recommended.
        pub port: Option<i64>,
        /// How access settings reach managed servers.
        pub provisioning_method: Option<Method>,
        /// Only with `ProvisioningMethod: Automatic`; 1 to 240 characters.
        pub gpo_prefix: Option<String>,
        /// The key of the hashes over roles, scopes and policies: a GUID. No transcript shows it.
        pub hmac_key: Option<String>,
        /// Makes the hashes anew, with the present key or the one of `HmacKey`.
        #[serde(default)]
        pub update_tables: bool,
        /// Replaces the key if it has expired.
        #[serde(default)]
        pub refresh_hmac_key: bool,
    }
}

impl SetIpamConfiguration {
    /// The one set that the parameters belong to.
    fn change(&self) -> Result<ConfigurationChange, IpamError> {
        let method = self.provisioning_method.is_some() || self.gpo_prefix.is_some();
        let sets = [
            self.port.is_some(),
            method,
            self.hmac_key.is_some() || self.update_tables,
            self.refresh_hmac_key,
        ];
        if sets.iter().filter(|used| **used).count() != 1 {
            return Err(IpamError::parameter(
                "parameter set cannot be resolved using the specified named parameters: give one \
                 of `Port`, `ProvisioningMethod`, `HmacKey` or `UpdateTables`, `RefreshHmacKey`",
            ));
        }
        if let Some(port) = self.port {
            return ManagementPort::new(port).map(ConfigurationChange::Port);
        }
        if let Some(key) = &self.hmac_key {
            let key: SecretKey = key.parse()?;
            let update_tables = self.update_tables;
            return Ok(ConfigurationChange::HmacKey { key, update_tables });
        }
        if self.update_tables {
            return Ok(ConfigurationChange::UpdateTables);
        }
        if self.refresh_hmac_key {
            return Ok(ConfigurationChange::RefreshHmacKey);
        }
        let Some(method) = self.provisioning_method else {
            return Err(IpamError::parameter(
                "cannot process command because of one or more missing mandatory parameters: \
                 `ProvisioningMethod`",
            ));
        };
        Ok(ConfigurationChange::ProvisioningMethod {
            provisioning_method: match method {
                Method::Automatic => ProvisioningMethod::Automatic,
                Method::Manual => ProvisioningMethod::Manual,
            },
            gpo_prefix: self.gpo_prefix.clone(),
        })
    }
}

impl Cmdlet for SetIpamConfiguration {
    const CHANNEL: Channel = Channel::RemoteManagement;

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.secret(self.hmac_key.as_ref());
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let change = self.change()?;
        let caller = &session.caller;
        let changed = session.ipam.set_ipam_configuration(caller, change).await?;
        for warning in changed.warnings {
            stage.say(format!("warning: {warning}"));
        }
        session.handed_on(stage, &object(&changed.configuration));
        Ok(())
    }
}

/// The object as PowerShell prints it.
fn object(configuration: &IpamConfiguration) -> Table {
    let mut table = Table::new("configuration", &["Version", "Port"]);
    let (version, port) = (configuration.version, configuration.port);
    table.row(vec![version.to_owned(), port.to_string()]);
    table
}
