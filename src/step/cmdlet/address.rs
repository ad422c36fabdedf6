//! `Add-`, `Get-` and `Remove-IpamAddress` (domain 5.6, 8.2); `Set-` is
//! [`super::set_address`].

use crate::ipam::space::{Address, AddressKey, AddressQuery, AddressSpaceName, NewAddress};
use crate::ipam::{ErrorId, IpamError};
use crate::lab::observation::Table;
use crate::step::address_table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::cmdlet::inventory::Family;
use crate::step::cmdlet::objects::{BlockObject, RangeObject, SubnetObject, families, space};
use crate::step::cmdlet::range::owner;
use crate::step::details::details;
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::tables;
use crate::step::value::OneOrMany;

cmdlet! {
    /// Adds a record. Storing it touches no server (domain 8.1).
    #[derive(Default)]
    pub struct AddIpamAddress: changes, PassThru {
        #[serde(rename = "IpAddress")]
        pub ip_address: String,
        /// `IPAM` by default.
        pub managed_by_service: Option<String>,
        /// `Localhost` by default.
        pub service_instance: Option<String>,
        /// `NonVirtualized`, `Provider` or `Customer`; that of its range by default.
        pub network_type: Option<String>,
        /// `Default` by default.
        pub address_space: Option<String>,
        pub device_name: Option<String>,
        /// `Host` by default.
        pub device_type: Option<String>,
        /// `In-Use` by default.
        #[serde(rename = "IpAddressState")]
        pub ip_address_state: Option<String>,
        /// `Static` by default.
        pub assignment_type: Option<String>,
        pub mac_address: Option<String>,
        pub reservation_server: Option<String>,
        pub reservation_name: Option<String>,
        /// `DHCP`, `BOOTP` or `Both`.
        pub reservation_type: Option<String>,
        pub reservation_description: Option<String>,
        pub client_id: Option<String>,
        pub duid: Option<String>,
        pub iaid: Option<u32>,
        pub forward_lookup_zone: Option<String>,
        pub forward_lookup_primary_server: Option<String>,
        pub reverse_lookup_zone: Option<String>,
        pub reverse_lookup_primary_server: Option<String>,
        /// RFC 3339, or a date alone.
        pub assignment_date: Option<String>,
        pub expiry_date: Option<String>,
        pub description: Option<String>,
        pub owner: Option<String>,
        pub asset_tag: Option<String>,
        pub serial_number: Option<String>,
        /// Custom fields: `Site=London;Rack=3`.
        pub custom_configuration: Option<String>,
    }
}

impl Cmdlet for AddIpamAddress {
    fn target(&self) -> String {
        self.ip_address.clone()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.date(self.assignment_date.as_ref())
            .date(self.expiry_date.as_ref());
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let mut address = NewAddress::new(parameter(&self.ip_address)?);
        address.address_space = space(self.address_space.as_ref());
        address.owner = owner(
            self.managed_by_service.as_ref(),
            self.service_instance.as_ref(),
        )?;
        address.details = details!(stage, self);
        address.details.network_type = optional(self.network_type.as_ref())?;
        if let Some(state) = optional(self.ip_address_state.as_ref())? {
            address.details.ip_address_state = state;
        }
        if let Some(kind) = optional(self.assignment_type.as_ref())? {
            address.details.assignment_type = kind;
        }
        address.details.owner = self.owner.clone().unwrap_or_default();
        address.details.asset_tag = self.asset_tag.clone().unwrap_or_default();
        address.details.serial_number = self.serial_number.clone().unwrap_or_default();
        address.details.assignment_date = optional(self.assignment_date.as_ref())?;
        address.details.expiry_date = optional(self.expiry_date.as_ref())?;
        address.details.custom = fields::values(self.custom_configuration.as_ref())?;
        let added = session
            .ipam
            .add_ipam_address(&session.caller, address)
            .await?;
        returned(session, stage, &[added])
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamAddress: reads {
        /// Only records of these addresses; all by default.
        #[serde(rename = "IpAddress", default)]
        pub ip_address: OneOrMany<String>,
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
        /// Only records that map to no range.
        #[serde(default)]
        pub unmapped: bool,
        pub mapping_to_range: Option<RangeObject>,
        pub mapping_to_block: Option<BlockObject>,
        pub mapping_to_subnet: Option<SubnetObject>,
        /// Only records that stand so: `Not expired`, `Expiry Due` or `Expired`.
        pub expiry_status: Option<String>,
        /// Shows every property, as `| Format-List *` does.
        #[serde(rename = "Format-List", default)]
        pub format_list: bool,
    }
}

impl Cmdlet for GetIpamAddress {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let block = self.mapping_to_block.as_ref();
        let mut query = AddressQuery {
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            expiry_status: optional(self.expiry_status.as_ref())?,
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            address_family: families(&self.address_family),
            address_category: optional(self.address_category.as_ref())?,
            network_type: optional(self.network_type.as_ref())?,
            unmapped: self.unmapped,
            mapping_to_block: block.map(BlockObject::key).transpose()?,
            ..AddressQuery::default()
        };
        if let Some(range) = &self.mapping_to_range {
            query.mapped_to = Some(range.key(session).await?);
        }
        if let Some(subnet) = &self.mapping_to_subnet {
            query.mapping_to_subnet = Some(subnet.key(session).await?);
        }
        let mut queries = Vec::new();
        for address in &self.ip_address.0 {
            queries.push(AddressQuery {
                ip_address: Some(parameter(address)?),
                ..query.clone()
            });
        }
        if queries.is_empty() {
            queries.push(query);
        }
        let mut found = Vec::new();
        for query in &queries {
            found.extend(
                session
                    .ipam
                    .get_ipam_address(&session.caller, query)
                    .await?,
            );
        }
        match self.format_list {
            true => session.listed(stage, &in_full(session, &found)?),
            false => stage.table(tables::addresses(&found)),
        }
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamAddress: changes, PassThru {
        /// One address or several.
        #[serde(rename = "IpAddress")]
        pub ip_address: OneOrMany<String>,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        pub network_type: Option<String>,
        pub address_space: Option<String>,
    }
}

impl Cmdlet for RemoveIpamAddress {
    fn target(&self) -> String {
        self.ip_address.0.join(", ")
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let named = Named {
            managed_by_service: self.managed_by_service.as_ref(),
            service_instance: self.service_instance.as_ref(),
            network_type: self.network_type.as_ref(),
            address_space: self.address_space.as_ref(),
        };
        each(&self.ip_address, stage, async |address, stage| {
            let key = named.record(session, address).await?;
            session
                .ipam
                .remove_ipam_address(&session.caller, &key)
                .await?;
            stage.say(format!("record of {key} removed"));
            let mut removed = Table::new("", &["IpAddress"]);
            removed.row(vec![key.to_string()]);
            session.handed_on(stage, &removed);
            Ok(())
        })
        .await
    }
}

/// Does it for each address. Of several, one that is refused keeps no other from its turn.
pub(super) async fn each(
    addresses: &OneOrMany<String>,
    stage: &mut Stage<'_>,
    work: impl AsyncFn(&str, &mut Stage<'_>) -> StepResult,
) -> StepResult {
    let several = addresses.0.len() > 1;
    for address in &addresses.0 {
        match work(address, stage).await {
            Err(StepError::Refused(refused)) if several => stage.error(refused),
            ended => ended?,
        }
    }
    Ok(())
}

/// Shows records that were added or changed and, with `PassThru`, every property of them.
pub(super) fn returned(
    session: &Session,
    stage: &mut Stage<'_>,
    addresses: &[Address],
) -> StepResult {
    stage.table(tables::addresses(addresses));
    session.handed_on(stage, &in_full(session, addresses)?);
    Ok(())
}

fn in_full(session: &Session, addresses: &[Address]) -> Result<Table, StepError> {
    let types = session.ipam.network_types(addresses)?;
    Ok(address_table::in_full(addresses, &types))
}

/// What names a record besides its address, where there is more than one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Named<'a> {
    pub managed_by_service: Option<&'a String>,
    pub service_instance: Option<&'a String>,
    pub network_type: Option<&'a String>,
    pub address_space: Option<&'a String>,
}

impl Named<'_> {
    /// The one record of an address that is meant.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` when there is none, `IpamApiInvalidParameter` when there are
    /// several.
    pub async fn record(&self, session: &Session, address: &str) -> Result<AddressKey, StepError> {
        let query = AddressQuery {
            address_space: self.address_space.map(AddressSpaceName::new),
            ip_address: Some(parameter(address)?),
            managed_by_service: optional(self.managed_by_service)?,
            service_instance: self.service_instance.cloned(),
            network_type: optional(self.network_type)?,
            ..AddressQuery::default()
        };
        let found = session
            .ipam
            .get_ipam_address(&session.caller, &query)
            .await?;
        let refused = |id, message: String| Err(IpamError::new(id, message).into());
        match found.as_slice() {
            [record] => Ok(record.key.clone()),
            [] => refused(
                ErrorId::IpamApiObjectNotFound,
                format!("`{address}` is not recorded; add it first"),
            ),
            several => {
                let keys: Vec<String> = several
                    .iter()
                    .map(|record| record.key.to_string())
                    .collect();
                let message = format!("`{}` all match; name the owner", keys.join("`, `"));
                refused(ErrorId::IpamApiInvalidParameter, message)
            }
        }
    }
}
