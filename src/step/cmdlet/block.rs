//! `Add-`, `Get-` and `Remove-IpamBlock` (domain 5.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::AddressRange;
use crate::ipam::space::{BlockKey, NewBlock};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult, optional, parameter};
use crate::step::tables;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamBlock {
    /// `10.0.0.0/8`.
    pub network_id: String,
    /// Given together with the end, or not at all.
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    /// Regional registry of public space: `AFRINIC`, `APNIC`, `ARIN`, `LACNIC` or `RIPE`.
    pub rir: Option<String>,
    pub owner: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamBlock {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let mut block = NewBlock::new(parameter(&self.network_id)?);
        block.start_ip_address = optional(self.start_ip_address.as_ref())?;
        block.end_ip_address = optional(self.end_ip_address.as_ref())?;
        block.details.rir = optional(self.rir.as_ref())?;
        block.details.owner = self.owner.clone().unwrap_or_default();
        block.details.description = self.description.clone().unwrap_or_default();
        let added = stage.lab.ipam().add_ipam_block(&caller, block).await?;
        stage.table(tables::blocks(&[added]));
        Ok(())
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamBlock {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamBlock {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let found = stage.lab.ipam().get_ipam_block(&caller).await?;
        stage.table(tables::blocks(&found));
        Ok(())
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamBlock {
    pub network_id: String,
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    #[serde(default)]
    pub delete_associated_sub_blocks: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamBlock {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let network_id: ipnet::IpNet = parameter(&self.network_id)?;
        let whole = AddressRange::of_prefix(network_id);
        let first = optional(self.start_ip_address.as_ref())?.unwrap_or(whole.first());
        let last = optional(self.end_ip_address.as_ref())?.unwrap_or(whole.last());
        let span = parameter(&format!("{first}-{last}"))?;
        let key = BlockKey { network_id, span };
        let sub_blocks = self.delete_associated_sub_blocks;
        let removed = stage
            .lab
            .ipam()
            .remove_ipam_block(&caller, &key, sub_blocks)
            .await?;
        for block in &removed {
            stage.say(format!("block {} removed", block.span));
        }
        Ok(())
    }
}
