//! `Add-`, `Get-`, `Set-` and `Remove-IpamBlock` (domain 5.2).
//!
//! The product keeps blocks in the address space `Default`; `AddressSpace` of these cmdlets is
//! for the others.

use crate::ipam::space::{
    AddressCategory, AddressSpaceName, Block, BlockChange as Change, BlockQuery, NewBlock,
};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::inventory::Family;
use crate::step::cmdlet::objects::{BlockObject, block_key, families, space};
use crate::step::mention::Mentions;
use crate::step::space_tables;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::tables;
use crate::step::value::OneOrMany;

cmdlet! {
    #[derive(Default)]
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
        pub rir_received_date: Option<String>,
        pub last_assigned_date: Option<String>,
        pub owner: Option<String>,
        pub description: Option<String>,
        /// `Default` by default.
        pub address_space: Option<String>,
    }
}

impl Cmdlet for AddIpamBlock {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.date(self.rir_received_date.as_ref())
            .date(self.last_assigned_date.as_ref());
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let mut block = NewBlock::new(parameter(&self.network_id)?);
        block.address_space = space(self.address_space.as_ref());
        block.start_ip_address = optional(self.start_ip_address.as_ref())?;
        block.end_ip_address = optional(self.end_ip_address.as_ref())?;
        block.details.rir = optional(self.rir.as_ref())?;
        block.details.rir_received_date = optional(self.rir_received_date.as_ref())?;
        block.details.last_assigned_date = optional(self.last_assigned_date.as_ref())?;
        block.details.owner = self.owner.clone().unwrap_or_default();
        block.details.description = self.description.clone().unwrap_or_default();
        let added = [session.ipam.add_ipam_block(&session.caller, block).await?];
        // Required for public IPv4 space; of IPv6 the sources disagree (domain 12.3).
        let [block] = &added;
        let global = block.address_category == AddressCategory::Global;
        if global && block.details.rir.is_none() {
            stage.say("WARNING: global space comes from a regional registry; none is named");
        }
        stage.table(tables::blocks(&added));
        session.handed_on(stage, &in_full(session, &added)?);
        Ok(())
    }
}

/// Every property of blocks.
fn in_full(session: &Session, blocks: &[Block]) -> Result<Table, StepError> {
    let thresholds = session.ipam.utilization_thresholds()?;
    Ok(space_tables::blocks_in_full(blocks, thresholds))
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamBlock: reads {
        pub network_id: Option<String>,
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        /// Both by default.
        #[serde(default)]
        pub address_family: OneOrMany<Family>,
        /// `Public`, `Private` or `Global`.
        pub address_category: Option<String>,
        /// Only those directly inside this block.
        pub mapping_to_parent_block: Option<BlockObject>,
        /// All address spaces by default.
        pub address_space: Option<String>,
        /// Shows every property, as `| Format-List *` does.
        #[serde(rename = "Format-List", default)]
        pub format_list: bool,
    }
}

impl Cmdlet for GetIpamBlock {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let parent = self.mapping_to_parent_block.as_ref();
        let query = BlockQuery {
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            network_id: optional(self.network_id.as_ref())?,
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            address_family: families(&self.address_family),
            address_category: optional(self.address_category.as_ref())?,
            mapping_to_parent_block: parent.map(BlockObject::key).transpose()?,
        };
        let found = session.ipam.get_ipam_block(&session.caller, &query).await?;
        match self.format_list {
            true => session.listed(stage, &in_full(session, &found)?),
            false => stage.table(tables::blocks(&found)),
        }
        Ok(())
    }
}

cmdlet! {
    /// Changes a block. What is not given stays; the empty text clears a field. With another
    /// network or other bounds the utilization trend of the block begins anew.
    #[derive(Default)]
    pub struct SetIpamBlock: changes, PassThru {
        pub network_id: String,
        /// The bounds of the network by default.
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        pub address_space: Option<String>,
        pub new_network_id: Option<String>,
        pub new_start_ip_address: Option<String>,
        pub new_end_ip_address: Option<String>,
        pub rir: Option<String>,
        pub rir_received_date: Option<String>,
        pub last_assigned_date: Option<String>,
        pub owner: Option<String>,
        pub description: Option<String>,
    }
}

impl Cmdlet for SetIpamBlock {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.date(self.rir_received_date.as_ref())
            .date(self.last_assigned_date.as_ref());
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let key = block_key(
            &self.network_id,
            self.start_ip_address.as_ref(),
            self.end_ip_address.as_ref(),
            self.address_space.as_ref(),
        )?;
        let mut changes = Vec::new();
        let network_id = optional(self.new_network_id.as_ref())?;
        changes.extend(network_id.map(Change::NetworkId));
        let first = optional(self.new_start_ip_address.as_ref())?;
        changes.extend(first.map(Change::StartIpAddress));
        let last = optional(self.new_end_ip_address.as_ref())?;
        changes.extend(last.map(Change::EndIpAddress));
        if self.rir.is_some() {
            changes.push(Change::Rir(optional(self.rir.as_ref())?));
        }
        if let Some(date) = &self.rir_received_date {
            changes.push(Change::RirReceivedDate(optional(Some(date))?));
        }
        if let Some(date) = &self.last_assigned_date {
            changes.push(Change::LastAssignedDate(optional(Some(date))?));
        }
        changes.extend(self.owner.clone().map(Change::Owner));
        changes.extend(self.description.clone().map(Change::Description));
        let changed = session.ipam.set_ipam_block(&session.caller, &key, changes);
        let changed = [changed.await?];
        if changed[0].key != key {
            stage.say("the utilization trend of the block begins anew");
        }
        stage.table(tables::blocks(&changed));
        session.handed_on(stage, &in_full(session, &changed)?);
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
        pub address_space: Option<String>,
        #[serde(default)]
        pub delete_associated_sub_blocks: bool,
    }
}

impl Cmdlet for RemoveIpamBlock {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let key = block_key(
            &self.network_id,
            self.start_ip_address.as_ref(),
            self.end_ip_address.as_ref(),
            self.address_space.as_ref(),
        )?;
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
