//! What is wanted of blocks, subnets, ranges and address spaces.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::space::{
    AddressSpaceName, AddressSpaceQuery, BlockKey, BlockQuery, Range, RangeQuery, Subnet,
    SubnetQuery,
};
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::tables::joined;

use super::expect::Expect;
use super::verify::{compare, compare_lists};

/// What is wanted of a range.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RangeExpectation {
    /// `10.0.1.0/24`.
    pub network: String,
    /// Which range of the network, when there is more than one.
    pub start: Option<String>,
    pub service: Option<String>,
    pub instance: Option<String>,
    pub address_space: Option<String>,
    /// Its bounds: `10.0.1.10-10.0.1.250`.
    pub addresses: Option<String>,
    /// The network of the block it maps to, or `none`.
    pub block: Option<String>,
    /// `Not overlapping`, `Overlapping` or `Overlapping because of failover`.
    pub overlapping: Option<String>,
    /// `NonVirtualized`, `Provider` or `Customer`.
    #[serde(rename = "type")]
    pub network_type: Option<String>,
    pub utilized: Option<u64>,
    pub owner: Option<String>,
}

/// What is wanted of a subnet.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SubnetExpectation {
    /// `10.0.1.0/24`.
    pub network: String,
    pub address_space: Option<String>,
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub network_type: Option<String>,
    /// The network of the block it maps to, or `none`.
    pub block: Option<String>,
    pub overlapping: Option<bool>,
    pub vlans: Option<Vec<u16>>,
    /// How many ranges are part of it.
    pub ranges: Option<usize>,
}

/// Compares those of the subjects that are named.
pub(super) async fn of_space(expect: &Expect, stage: &mut Stage<'_>) -> StepResult {
    if let Some(wanted) = &expect.blocks {
        let session = stage.direct()?;
        let query = BlockQuery::default();
        let found = session.ipam.get_ipam_block(&session.caller, &query).await?;
        let found = found.iter().map(|block| block.key.network_id.to_string());
        compare_lists(stage, "blocks".to_owned(), wanted, found.collect());
    }
    if let Some(wanted) = &expect.subnets {
        let session = stage.direct()?;
        let query = SubnetQuery::default();
        let found = session
            .ipam
            .get_ipam_subnet(&session.caller, &query)
            .await?;
        let found = found.iter().map(|subnet| subnet.key.network_id.to_string());
        compare_lists(stage, "subnets".to_owned(), wanted, found.collect());
    }
    if let Some(wanted) = &expect.address_spaces {
        let session = stage.direct()?;
        let query = AddressSpaceQuery::default();
        let found = session.ipam.get_ipam_address_space(&session.caller, &query);
        let found = found.await?;
        let found = found.iter().map(|space| space.name.to_string());
        compare_lists(stage, "address spaces".to_owned(), wanted, found.collect());
    }
    if let Some(wanted) = &expect.range {
        of_range(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.subnet {
        of_subnet(wanted, stage).await?;
    }
    Ok(())
}

fn block(found: Option<&BlockKey>) -> String {
    found.map_or("none".to_owned(), |block| block.network_id.to_string())
}

async fn of_range(wanted: &RangeExpectation, stage: &mut Stage<'_>) -> StepResult {
    let session = stage.direct()?;
    let query = RangeQuery {
        network_id: Some(parameter(&wanted.network)?),
        start_ip_address: optional(wanted.start.as_ref())?,
        managed_by_service: optional(wanted.service.as_ref())?,
        service_instance: wanted.instance.clone(),
        address_space: wanted.address_space.as_ref().map(AddressSpaceName::new),
        ..RangeQuery::default()
    };
    let found = session.ipam.get_ipam_range(&session.caller, &query).await?;
    let range: &Range = only(&found, "range", &wanted.network)?;
    let subject = |key: &str| format!("range {} {key}", wanted.network);
    let utilized = wanted.utilized.map(|utilized| utilized.to_string());
    let rows = [
        ("addresses", &wanted.addresses, range.key.span.to_string()),
        ("block", &wanted.block, block(range.block.as_ref())),
        (
            "overlapping",
            &wanted.overlapping,
            range.overlapping.to_string(),
        ),
        ("type", &wanted.network_type, range.network_type.to_string()),
        (
            "utilized",
            &utilized,
            range.utilization.utilized.to_string(),
        ),
        ("owner", &wanted.owner, range.details.owner.clone()),
    ];
    for (key, wanted, found) in rows {
        if let Some(wanted) = wanted {
            compare(stage, subject(key), wanted, found);
        }
    }
    Ok(())
}

async fn of_subnet(wanted: &SubnetExpectation, stage: &mut Stage<'_>) -> StepResult {
    let session = stage.direct()?;
    let query = SubnetQuery {
        network_id: Some(parameter(&wanted.network)?),
        address_space: wanted.address_space.as_ref().map(AddressSpaceName::new),
        ..SubnetQuery::default()
    };
    let found = session
        .ipam
        .get_ipam_subnet(&session.caller, &query)
        .await?;
    let subnet: &Subnet = only(&found, "subnet", &wanted.network)?;
    let query = RangeQuery {
        mapping_to_subnet: Some(subnet.key.clone()),
        ..RangeQuery::default()
    };
    let ranges = session.ipam.get_ipam_range(&session.caller, &query).await?;
    let subject = |key: &str| format!("subnet {} {key}", wanted.network);
    let vlans = wanted.vlans.as_ref().map(joined);
    let ranges_wanted = wanted.ranges.map(|count| count.to_string());
    let overlapping = wanted.overlapping.map(|is| is.to_string());
    let rows = [
        ("name", &wanted.name, subnet.details.name.clone()),
        (
            "type",
            &wanted.network_type,
            subnet.network_type.to_string(),
        ),
        ("block", &wanted.block, block(subnet.block.as_ref())),
        ("overlapping", &overlapping, subnet.overlapping.to_string()),
        ("vlans", &vlans, joined(&subnet.details.vlan_id)),
        ("ranges", &ranges_wanted, ranges.len().to_string()),
    ];
    for (key, wanted, found) in rows {
        if let Some(wanted) = wanted {
            compare(stage, subject(key), wanted, found);
        }
    }
    Ok(())
}

/// The one object that an expectation means.
fn only<'a, T>(found: &'a [T], what: &str, network: &str) -> Result<&'a T, StepError> {
    match found {
        [one] => Ok(one),
        [] => Err(StepError::Impossible(format!(
            "there is no {what} of `{network}`"
        ))),
        several => Err(StepError::Impossible(format!(
            "there are {} {what}s of `{network}`: say which is meant",
            several.len()
        ))),
    }
}
