//! `Add-`, `Get-` and `Remove-IpamRange` (domain 5.5).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::AddressRange;
use crate::ipam::space::{NewRange, Owner, RangeQuery};
use crate::step::cmdlet::find::one_range;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult, optional, parameter};
use crate::step::tables;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamRange {
    /// `10.0.1.0/24`.
    pub network_id: String,
    /// The network's first usable address by default.
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    /// The network's last usable address by default.
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    /// `IPAM` by default.
    pub managed_by_service: Option<String>,
    /// `Localhost` by default.
    pub service_instance: Option<String>,
    /// `Static` by default.
    pub assignment_type: Option<String>,
    /// Addresses and ranges that no search may return.
    #[serde(default)]
    pub reserved_address: Vec<String>,
    pub description: Option<String>,
    pub owner: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamRange {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let mut range = NewRange::new(parameter(&self.network_id)?);
        range.start_ip_address = optional(self.start_ip_address.as_ref())?;
        range.end_ip_address = optional(self.end_ip_address.as_ref())?;
        range.owner = owner(
            self.managed_by_service.as_ref(),
            self.service_instance.as_ref(),
        )?;
        if let Some(kind) = optional(self.assignment_type.as_ref())? {
            range.assignment_type = kind;
        }
        for text in &self.reserved_address {
            let kept: AddressRange = parameter(text)?;
            range.details.reserved_address.push(kept);
        }
        range.details.description = self.description.clone().unwrap_or_default();
        range.details.owner = self.owner.clone().unwrap_or_default();
        let added = stage.lab.ipam().add_ipam_range(&caller, range).await?;
        stage.table(tables::ranges(&[added]));
        Ok(())
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamRange {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamRange {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let query = RangeQuery::default();
        let found = stage.lab.ipam().get_ipam_range(&caller, &query).await?;
        stage.table(tables::ranges(&found));
        Ok(())
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamRange {
    pub network_id: String,
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    #[serde(default)]
    pub delete_mapped_addresses: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamRange {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let query = RangeQuery {
            network_id: Some(parameter(&self.network_id)?),
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
        };
        let key = one_range(stage, &caller, &query).await?;
        let mapped = self.delete_mapped_addresses;
        let removed = stage
            .lab
            .ipam()
            .remove_ipam_range(&caller, &key, mapped)
            .await?;
        stage.say(format!("range {key} removed"));
        for address in &removed {
            stage.say(format!("address {address} removed with it"));
        }
        Ok(())
    }
}

/// The owner that the two parameters name: `IPAM` and `Localhost` unless said otherwise.
pub fn owner(
    service: Option<&String>,
    instance: Option<&String>,
) -> Result<Owner, crate::step::stage::StepError> {
    let mut owner = Owner::localhost();
    if let Some(service) = optional(service)? {
        owner.managed_by_service = service;
    }
    if let Some(instance) = instance {
        owner.service_instance.clone_from(instance);
    }
    Ok(owner)
}
