//! Objects of the address space as one cmdlet hands them to another: a block, a range, a subnet,
//! named by what makes up its key.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::{AddressRange, Family as AddressFamily};
use crate::ipam::space::{
    AddressSpaceName, BlockKey, RangeKey, RangeQuery, SubnetKey, SubnetQuery,
};
use crate::ipam::{ErrorId, IpamError};
use crate::step::cmdlet::common::Session;
use crate::step::cmdlet::find::one_range;
use crate::step::cmdlet::inventory::Family;
use crate::step::stage::{StepError, optional, parameter};
use crate::step::value::OneOrMany;

/// A block, as `Get-IpamBlock` finds it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct BlockObject {
    pub network_id: String,
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    /// `Default` unless named.
    pub address_space: Option<String>,
}

impl BlockObject {
    /// The key it has; the bounds are those of the network unless given.
    pub fn key(&self) -> Result<BlockKey, StepError> {
        block_key(
            &self.network_id,
            self.start_ip_address.as_ref(),
            self.end_ip_address.as_ref(),
            self.address_space.as_ref(),
        )
    }
}

/// The key of a block from the parameters that name it.
pub fn block_key(
    network_id: &str,
    start: Option<&String>,
    end: Option<&String>,
    address_space: Option<&String>,
) -> Result<BlockKey, StepError> {
    let network_id: ipnet::IpNet = parameter(network_id)?;
    let whole = AddressRange::of_prefix(network_id);
    let first = optional(start)?.unwrap_or(whole.first());
    let last = optional(end)?.unwrap_or(whole.last());
    Ok(BlockKey {
        address_space: space(address_space),
        network_id,
        span: parameter(&format!("{first}-{last}"))?,
    })
}

/// A range, as `Get-IpamRange` finds it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RangeObject {
    pub network_id: String,
    #[serde(rename = "StartIPAddress")]
    pub start_ip_address: Option<String>,
    #[serde(rename = "EndIPAddress")]
    pub end_ip_address: Option<String>,
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    pub address_space: Option<String>,
}

impl RangeObject {
    /// The one range that is meant.
    pub async fn key(&self, session: &Session) -> Result<RangeKey, StepError> {
        let query = RangeQuery {
            network_id: Some(parameter(&self.network_id)?),
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            ..RangeQuery::default()
        };
        one_range(session, &query).await
    }
}

/// A subnet, as `Get-IpamSubnet` finds it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SubnetObject {
    pub network_id: String,
    pub network_type: Option<String>,
    pub address_space: Option<String>,
}

impl SubnetObject {
    /// The one subnet that is meant.
    pub async fn key(&self, session: &Session) -> Result<SubnetKey, StepError> {
        let query = SubnetQuery {
            network_id: Some(parameter(&self.network_id)?),
            network_type: optional(self.network_type.as_ref())?,
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            ..SubnetQuery::default()
        };
        one_subnet(session, &query).await
    }
}

/// The one subnet that a query means.
///
/// # Errors
/// `IpamApiObjectNotFound` when there is none, `IpamApiInvalidParameter` when there are several.
pub async fn one_subnet(session: &Session, query: &SubnetQuery) -> Result<SubnetKey, StepError> {
    let found = session.ipam.get_ipam_subnet(&session.caller, query).await?;
    let refused = |id, message: String| Err(IpamError::new(id, message).into());
    match found.as_slice() {
        [subnet] => Ok(subnet.key.clone()),
        [] => refused(
            ErrorId::IpamApiObjectNotFound,
            "no subnet of that network is recorded".to_owned(),
        ),
        several => {
            let keys: Vec<String> = several
                .iter()
                .map(|subnet| subnet.key.to_string())
                .collect();
            let message = format!("`{}` all match; name the address space", keys.join("`, `"));
            refused(ErrorId::IpamApiInvalidParameter, message)
        }
    }
}

/// The address space of a new object: `Default` unless it is named.
pub fn space(name: Option<&String>) -> AddressSpaceName {
    name.map_or_else(AddressSpaceName::default, AddressSpaceName::new)
}

/// The one family of a parameter `AddressFamily`; `None` when it takes in both.
pub fn families(given: &OneOrMany<Family>) -> Option<AddressFamily> {
    let (first, rest) = given.0.split_first()?;
    let one = rest.iter().all(|other| other == first);
    one.then(|| first.family())
}
