//! `Add-`, `Get-` and `Remove-IpamRange` (domain 5.5).

use std::str::FromStr;

use crate::ipam::space::{
    AddressSpaceName, NewRange, Owner, Range, RangeQuery, UtilizationCalculation,
};
use crate::ipam::{ErrorId, IpamError};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::cmdlet::find::one_range;
use crate::step::cmdlet::inventory::Family;
use crate::step::cmdlet::objects::{BlockObject, SubnetObject, families, space};
use crate::step::mention::Mentions;
use crate::step::space_tables;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::tables;
use crate::step::value::OneOrMany;

cmdlet! {
    #[derive(Default)]
    pub struct AddIpamRange: changes, PassThru {
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
        /// `NonVirtualized`, `Provider` or `Customer`; that of its subnet by default.
        pub network_type: Option<String>,
        /// `Default` by default.
        pub address_space: Option<String>,
        /// Makes the subnet of the network where there is none.
        #[serde(default)]
        pub create_subnet_if_not_found: bool,
        /// `Static` by default.
        pub assignment_type: Option<String>,
        pub assignment_date: Option<String>,
        /// `Auto` by default, or `UserSpecified` with `UtilizedAddresses`.
        pub utilization_calculation: Option<String>,
        pub utilized_addresses: Option<u64>,
        /// Addresses and ranges that no search may return.
        #[serde(default)]
        pub reserved_address: Vec<String>,
        /// Addresses and ranges set aside as virtual addresses.
        #[serde(rename = "VIP", default)]
        pub vip: Vec<String>,
        /// `10.0.1.1/20`, or `10.0.1.1/Automatic`.
        #[serde(default)]
        pub gateway: Vec<String>,
        #[serde(default)]
        pub dns_server: Vec<String>,
        #[serde(default)]
        pub dns_suffix: Vec<String>,
        pub connection_specific_dns_suffix: Option<String>,
        #[serde(default)]
        pub wins_server: Vec<String>,
        pub associated_reverse_lookup_zone: Option<String>,
        /// Scope data, which only discovered ranges have: refused.
        pub dhcp_server_name: Option<String>,
        pub dhcp_scope_name: Option<String>,
        pub description: Option<String>,
        pub owner: Option<String>,
        /// `Site=London;Rack=3`.
        pub custom_configuration: Option<String>,
    }
}

impl AddIpamRange {
    fn new_range(&self, stage: &Stage<'_>) -> Result<NewRange, StepError> {
        let mut range = NewRange::new(parameter(&self.network_id)?);
        range.address_space = space(self.address_space.as_ref());
        range.start_ip_address = optional(self.start_ip_address.as_ref())?;
        range.end_ip_address = optional(self.end_ip_address.as_ref())?;
        range.network_type = optional(self.network_type.as_ref())?;
        range.create_subnet_if_not_found = self.create_subnet_if_not_found;
        range.owner = owner(
            self.managed_by_service.as_ref(),
            self.service_instance.as_ref(),
        )?;
        if let Some(kind) = optional(self.assignment_type.as_ref())? {
            range.assignment_type = kind;
        }
        if let Some(server) = &self.dhcp_server_name {
            range.dhcp_server_name = Some(stage.server(server)?);
        }
        range.dhcp_scope_name.clone_from(&self.dhcp_scope_name);
        let details = &mut range.details;
        details.assignment_date = optional(self.assignment_date.as_ref())?;
        let how = self.utilization_calculation.as_ref();
        if let Some(how) = utilization(how, self.utilized_addresses)? {
            details.utilization_calculation = how;
        }
        details.reserved_address = each(&self.reserved_address)?;
        details.vip = each(&self.vip)?;
        details.gateway = each(&self.gateway)?;
        details.dns_servers = each(&self.dns_server)?;
        details.dns_suffix.clone_from(&self.dns_suffix);
        details.wins_servers = each(&self.wins_server)?;
        let suffix = self.connection_specific_dns_suffix.clone();
        details.connection_specific_dns_suffix = suffix.unwrap_or_default();
        let zone = self.associated_reverse_lookup_zone.clone();
        details.associated_reverse_lookup_zone = zone.unwrap_or_default();
        details.description = self.description.clone().unwrap_or_default();
        details.owner = self.owner.clone().unwrap_or_default();
        details.custom = fields::values(self.custom_configuration.as_ref())?;
        Ok(range)
    }
}

impl Cmdlet for AddIpamRange {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.date(self.assignment_date.as_ref());
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let range = self.new_range(stage)?;
        let added = [session.ipam.add_ipam_range(&session.caller, range).await?];
        stage.table(tables::ranges(&added));
        session.handed_on(stage, &in_full(session, &added)?);
        Ok(())
    }
}

/// Every text of a list, read.
pub fn each<T: FromStr<Err: std::fmt::Display>>(texts: &[String]) -> Result<Vec<T>, StepError> {
    texts.iter().map(|text| parameter(text)).collect()
}

/// Where the number of utilized addresses comes from, by the two parameters that say so.
pub fn utilization(
    how: Option<&String>,
    utilized: Option<u64>,
) -> Result<Option<UtilizationCalculation>, StepError> {
    let wrong = |message: &str| IpamError::new(ErrorId::IpamApiInvalidParameter, message);
    let user_specified = match how.map(|how| how.to_ascii_lowercase()).as_deref() {
        None => None,
        Some("auto") => Some(false),
        Some("userspecified") => Some(true),
        Some(_) => {
            let message = "`UtilizationCalculation` is `Auto` or `UserSpecified`";
            return Err(wrong(message).into());
        }
    };
    match (user_specified, utilized) {
        (None, None) => Ok(None),
        (Some(false), None) => Ok(Some(UtilizationCalculation::Auto)),
        (Some(true) | None, Some(utilized)) => {
            Ok(Some(UtilizationCalculation::UserSpecified(utilized)))
        }
        (Some(true), None) => {
            Err(wrong("`UserSpecified` needs the number of `UtilizedAddresses`").into())
        }
        (Some(false), Some(_)) => Err(wrong(
            "`UtilizedAddresses` are counted when `UtilizationCalculation` is `Auto`",
        )
        .into()),
    }
}

/// Every property of ranges.
pub(super) fn in_full(session: &Session, ranges: &[Range]) -> Result<Table, StepError> {
    let thresholds = session.ipam.utilization_thresholds()?;
    Ok(space_tables::ranges_in_full(ranges, thresholds))
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamRange: reads {
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        pub network_id: Option<String>,
        /// Both by default.
        #[serde(default)]
        pub address_family: OneOrMany<Family>,
        /// `Public`, `Private` or `Global`.
        pub address_category: Option<String>,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        pub network_type: Option<String>,
        /// All address spaces by default.
        pub address_space: Option<String>,
        /// Only ranges that map to no block.
        #[serde(default)]
        pub unmapped: bool,
        pub mapping_to_block: Option<BlockObject>,
        pub mapping_to_subnet: Option<SubnetObject>,
        /// Shows every property, as `| Format-List *` does.
        #[serde(rename = "Format-List", default)]
        pub format_list: bool,
    }
}

impl Cmdlet for GetIpamRange {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let block = self.mapping_to_block.as_ref();
        let subnet = match &self.mapping_to_subnet {
            Some(subnet) => Some(subnet.key(session).await?),
            None => None,
        };
        let query = RangeQuery {
            network_id: optional(self.network_id.as_ref())?,
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            address_family: families(&self.address_family),
            address_category: optional(self.address_category.as_ref())?,
            network_type: optional(self.network_type.as_ref())?,
            unmapped: self.unmapped,
            mapping_to_block: block.map(BlockObject::key).transpose()?,
            mapping_to_subnet: subnet,
        };
        let found = session.ipam.get_ipam_range(&session.caller, &query).await?;
        match self.format_list {
            true => session.listed(stage, &in_full(session, &found)?),
            false => stage.table(tables::ranges(&found)),
        }
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamRange: changes, PassThru {
        pub network_id: Option<String>,
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        pub network_type: Option<String>,
        pub address_space: Option<String>,
        #[serde(default)]
        pub delete_mapped_addresses: bool,
    }
}

impl Cmdlet for RemoveIpamRange {
    fn target(&self) -> String {
        let named = self.network_id.as_ref().or(self.start_ip_address.as_ref());
        named.cloned().unwrap_or_default()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        named(self.network_id.as_ref(), self.start_ip_address.as_ref(), to);
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let query = RangeQuery {
            network_id: optional(self.network_id.as_ref())?,
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            network_type: optional(self.network_type.as_ref())?,
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            ..RangeQuery::default()
        };
        let key = one_range(session, &query).await?;
        let mapped = self.delete_mapped_addresses;
        let removed = session
            .ipam
            .remove_ipam_range(&session.caller, &key, mapped)
            .await?;
        stage.say(format!("range {key} removed"));
        let mut range = Table::new("", &["Range"]);
        range.row(vec![key.to_string()]);
        session.handed_on(stage, &range);
        for address in &removed {
            stage.say(format!("address {address} removed with it"));
        }
        Ok(())
    }
}

/// A range is named by its network or its start.
pub fn named(network_id: Option<&String>, start: Option<&String>, to: &mut Mentions<'_>) {
    if network_id.is_none() && start.is_none() {
        let remedy = "add `NetworkId`, or `StartIPAddress` and `EndIPAddress`";
        to.problem("IpamRange", "nothing says which range is meant", remedy);
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
