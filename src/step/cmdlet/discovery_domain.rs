//! `Add-`, `Set-`, `Get-` and `Remove-IpamDiscoveryDomain` (domain 3.1).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::discovery::{DiscoveryDomain, DiscoveryDomainChange};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult, parameter};
use crate::step::tables;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamDiscoveryDomain {
    pub name: String,
    /// All three are true by default.
    pub discover_dc: Option<bool>,
    pub discover_dns: Option<bool>,
    pub discover_dhcp: Option<bool>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let domain = DiscoveryDomain {
            name: parameter(&self.name)?,
            discover_dc: self.discover_dc.unwrap_or(true),
            discover_dns: self.discover_dns.unwrap_or(true),
            discover_dhcp: self.discover_dhcp.unwrap_or(true),
        };
        let ipam = stage.lab.ipam();
        let added = ipam.add_ipam_discovery_domain(&caller, domain).await?;
        stage.table(tables::discovery_domains(&[added]));
        Ok(())
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetIpamDiscoveryDomain {
    pub name: String,
    /// What is not given stays as it is.
    pub discover_dc: Option<bool>,
    pub discover_dns: Option<bool>,
    pub discover_dhcp: Option<bool>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let change = DiscoveryDomainChange {
            name: parameter(&self.name)?,
            discover_dc: self.discover_dc,
            discover_dns: self.discover_dns,
            discover_dhcp: self.discover_dhcp,
        };
        let ipam = stage.lab.ipam();
        let changed = ipam.set_ipam_discovery_domain(&caller, change).await?;
        stage.table(tables::discovery_domains(&[changed]));
        Ok(())
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamDiscoveryDomain {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let found = stage.lab.ipam().get_ipam_discovery_domain(&caller).await?;
        stage.table(tables::discovery_domains(&found));
        Ok(())
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamDiscoveryDomain {
    pub name: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamDiscoveryDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let name = parameter(&self.name)?;
        stage
            .lab
            .ipam()
            .remove_ipam_discovery_domain(&caller, &name)
            .await?;
        stage.say(format!("{name} is no longer searched"));
        Ok(())
    }
}
