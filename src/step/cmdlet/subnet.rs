//! `Add-`, `Get-`, `Set-` and `Remove-IpamSubnet` (domain 5.3).

use crate::ipam::space::{AddressSpaceName, NewSubnet, SubnetChange, SubnetQuery};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::cmdlet::inventory::Family;
use crate::step::cmdlet::objects::{BlockObject, SubnetObject, families, space};
use crate::step::space_tables::{subnets, subnets_in_full};
use crate::step::stage::{Stage, StepResult, optional, parameter};
use crate::step::value::OneOrMany;

cmdlet! {
    #[derive(Default)]
    pub struct AddIpamSubnet: changes, PassThru {
        pub name: String,
        /// `10.0.1.0/24`.
        pub network_id: String,
        /// `NonVirtualized`, `Provider` or `Customer`; what the address space takes by default.
        pub network_type: Option<String>,
        /// `Default` by default.
        pub address_space: Option<String>,
        pub owner: Option<String>,
        pub description: Option<String>,
        /// 1 to 4095, each once.
        #[serde(default)]
        pub vlan_id: Vec<u16>,
        /// Below 16777215.
        pub virtual_subnet_id: Option<u32>,
        /// A value of the custom field *Logical Network*.
        pub vmm_logical_network: Option<String>,
        /// A value of the custom field *Network Site*.
        pub network_site: Option<String>,
        /// `Site=London;Rack=3`.
        pub custom_configuration: Option<String>,
    }
}

impl Cmdlet for AddIpamSubnet {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let mut subnet = NewSubnet::new(&self.name, parameter(&self.network_id)?);
        subnet.address_space = space(self.address_space.as_ref());
        subnet.network_type = optional(self.network_type.as_ref())?;
        let details = &mut subnet.details;
        details.owner = self.owner.clone().unwrap_or_default();
        details.description = self.description.clone().unwrap_or_default();
        details.vlan_id.clone_from(&self.vlan_id);
        details.virtual_subnet_id = self.virtual_subnet_id;
        details.custom = fields::values(self.custom_configuration.as_ref())?;
        details.vmm_logical_network = self.vmm_logical_network.clone().unwrap_or_default();
        details.network_site = self.network_site.clone().unwrap_or_default();
        let added = [session
            .ipam
            .add_ipam_subnet(&session.caller, subnet)
            .await?];
        stage.table(subnets(&added));
        session.handed_on(stage, &subnets_in_full(&added));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamSubnet: reads {
        pub network_id: Option<String>,
        /// Both by default.
        #[serde(default)]
        pub address_family: OneOrMany<Family>,
        pub network_type: Option<String>,
        /// All address spaces by default.
        pub address_space: Option<String>,
        /// Only subnets that map to no block.
        #[serde(default)]
        pub unmapped: bool,
        pub mapping_to_block: Option<BlockObject>,
        /// Shows every property, as `| Format-List *` does.
        #[serde(rename = "Format-List", default)]
        pub format_list: bool,
    }
}

impl Cmdlet for GetIpamSubnet {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let block = self.mapping_to_block.as_ref();
        let query = SubnetQuery {
            network_id: optional(self.network_id.as_ref())?,
            address_family: families(&self.address_family),
            network_type: optional(self.network_type.as_ref())?,
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            unmapped: self.unmapped,
            mapping_to_block: block.map(BlockObject::key).transpose()?,
        };
        let found = session
            .ipam
            .get_ipam_subnet(&session.caller, &query)
            .await?;
        match self.format_list {
            true => session.listed(stage, &subnets_in_full(&found)),
            false => stage.table(subnets(&found)),
        }
        Ok(())
    }
}

cmdlet! {
    /// Changes a subnet. What is not given stays; the empty text and the empty list clear a field.
    #[derive(Default)]
    pub struct SetIpamSubnet: changes, PassThru {
        pub network_id: String,
        pub network_type: Option<String>,
        pub address_space: Option<String>,
        pub new_network_id: Option<String>,
        pub new_network_type: Option<String>,
        pub new_address_space: Option<String>,
        pub name: Option<String>,
        pub owner: Option<String>,
        pub description: Option<String>,
        pub vlan_id: Option<Vec<u16>>,
        pub virtual_subnet_id: Option<u32>,
        pub vmm_logical_network: Option<String>,
        pub network_site: Option<String>,
        /// `Site=London;Rack=3`.
        pub add_custom_configuration: Option<String>,
        /// `Site;Rack`.
        pub remove_custom_configuration: Option<String>,
    }
}

impl Cmdlet for SetIpamSubnet {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let named = SubnetObject {
            network_id: self.network_id.clone(),
            network_type: self.network_type.clone(),
            address_space: self.address_space.clone(),
        };
        let key = named.key(session).await?;
        let (add, remove) = (
            self.add_custom_configuration.as_ref(),
            self.remove_custom_configuration.as_ref(),
        );
        let change = SubnetChange {
            new_network_id: optional(self.new_network_id.as_ref())?,
            new_network_type: optional(self.new_network_type.as_ref())?,
            new_address_space: self.new_address_space.as_ref().map(AddressSpaceName::new),
            name: self.name.clone(),
            vlan_id: self.vlan_id.clone(),
            virtual_subnet_id: self.virtual_subnet_id,
            vmm_logical_network: self.vmm_logical_network.clone(),
            network_site: self.network_site.clone(),
            owner: self.owner.clone(),
            description: self.description.clone(),
            custom_configuration: fields::change(add, remove)?,
        };
        let changed = session.ipam.set_ipam_subnet(&session.caller, &key, change);
        let changed = [changed.await?];
        stage.table(subnets(&changed));
        session.handed_on(stage, &subnets_in_full(&changed));
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamSubnet: changes, PassThru {
        pub network_id: String,
        pub network_type: Option<String>,
        pub address_space: Option<String>,
        #[serde(default)]
        pub delete_associated_ranges: bool,
        #[serde(default)]
        pub delete_associated_addresses: bool,
    }
}

impl Cmdlet for RemoveIpamSubnet {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let named = SubnetObject {
            network_id: self.network_id.clone(),
            network_type: self.network_type.clone(),
            address_space: self.address_space.clone(),
        };
        let key = named.key(session).await?;
        let (ranges, addresses) = (
            self.delete_associated_ranges,
            self.delete_associated_addresses,
        );
        let ipam = &session.ipam;
        let removed = ipam.remove_ipam_subnet(&session.caller, &key, ranges, addresses);
        let removed = removed.await?;
        stage.say(format!("subnet {key} removed"));
        for range in &removed.ranges {
            stage.say(format!("range {range} removed with it"));
        }
        for address in &removed.addresses {
            stage.say(format!("address {address} removed with it"));
        }
        let mut table = Table::new("", &["NetworkId"]);
        table.row(vec![key.to_string()]);
        session.handed_on(stage, &table);
        Ok(())
    }
}
