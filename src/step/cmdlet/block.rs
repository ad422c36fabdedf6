//! `Add-`, `Get-` and `Remove-IpamBlock` (domain 5.2).

use crate::addr::AddressRange;
use crate::ipam::space::{AddressSpaceName, BlockKey, BlockQuery, NewBlock};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{Stage, StepResult, optional, parameter};
use crate::step::tables;

cmdlet! {
    pub struct AddIpamBlock: changes, PassThru {
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
    }
}

impl Cmdlet for AddIpamBlock {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let mut block = NewBlock::new(parameter(&self.network_id)?);
        block.start_ip_address = optional(self.start_ip_address.as_ref())?;
        block.end_ip_address = optional(self.end_ip_address.as_ref())?;
        block.details.rir = optional(self.rir.as_ref())?;
        block.details.owner = self.owner.clone().unwrap_or_default();
        block.details.description = self.description.clone().unwrap_or_default();
        let added = session.ipam.add_ipam_block(&session.caller, block).await?;
        session.returned(stage, tables::blocks(&[added]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamBlock: reads {}
}

impl Cmdlet for GetIpamBlock {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let found = session
            .ipam
            .get_ipam_block(&session.caller, &BlockQuery::default())
            .await?;
        stage.table(tables::blocks(&found));
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamBlock: changes, PassThru {
        pub network_id: String,
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        #[serde(default)]
        pub delete_associated_sub_blocks: bool,
    }
}

impl Cmdlet for RemoveIpamBlock {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let network_id: ipnet::IpNet = parameter(&self.network_id)?;
        let whole = AddressRange::of_prefix(network_id);
        let first = optional(self.start_ip_address.as_ref())?.unwrap_or(whole.first());
        let last = optional(self.end_ip_address.as_ref())?.unwrap_or(whole.last());
        let span = parameter(&format!("{first}-{last}"))?;
        let key = BlockKey {
            address_space: AddressSpaceName::default(),
            network_id,
            span,
        };
        let sub_blocks = self.delete_associated_sub_blocks;
        let removed = session
            .ipam
            .remove_ipam_block(&session.caller, &key, sub_blocks)
            .await?;
        let mut table = Table::new("", &["NetworkId", "IPRange"]);
        for block in &removed {
            stage.say(format!("block {} removed", block.span));
            table.row(vec![block.network_id.to_string(), block.span.to_string()]);
        }
        session.handed_on(stage, &table);
        Ok(())
    }
}
