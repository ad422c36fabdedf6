//! `Find-IpamFreeAddress`, `Find-IpamFreeRange` and `Find-IpamFreeSubnet` (domain 7.2).
//!
//! The real cmdlets take the range, subnet or block as an object through the pipeline; here it is
//! named by the parameters with which `Get-` would find it.

use crate::ipam::find::{FindRequest, FreeRangeRequest, FreeSubnetRequest, Probing};
use crate::ipam::space::{AddressSpaceName, BlockKey, BlockQuery, RangeKey, RangeQuery};
use crate::ipam::{ErrorId, IpamError};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::free_tables;
use crate::step::stage::{LastSearch, Stage, StepError, StepResult, optional, parameter};

cmdlet! {
    pub struct FindIpamFreeAddress: reads {
        /// Network of the range: `10.0.1.0/24`.
        pub network_id: String,
        /// Bounds of the range, when several ranges have that network.
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        /// `Default` by default.
        pub address_space: Option<String>,
        /// 1 by default, 1024 at most.
        pub num_address: Option<u32>,
        /// Also pings each address found and looks for its PTR record, and tells both.
        #[serde(default)]
        pub test_reachability: bool,
    }
}

impl Cmdlet for FindIpamFreeAddress {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let query = RangeQuery {
            network_id: Some(parameter(&self.network_id)?),
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            address_space: Some(space(self.address_space.as_ref())),
            ..RangeQuery::default()
        };
        let range = one_range(session, &query).await?;
        let request = FindRequest {
            count: self.num_address.unwrap_or(1) as usize,
            probing: match self.test_reachability {
                true => Probing::Told,
                false => Probing::Nothing,
            },
            ..FindRequest::one(range.clone())
        };
        let asked = request.count;
        let report = session
            .ipam
            .find_and_allocate(&session.caller, request)
            .await?;
        free_tables::addresses(stage, &report, asked);
        stage.searched(LastSearch {
            range,
            allocate: None,
            report,
        });
        Ok(())
    }
}

/// The address space that is named; the built-in one when none is.
fn space(named: Option<&String>) -> AddressSpaceName {
    named.map(AddressSpaceName::new).unwrap_or_default()
}

cmdlet! {
    pub struct FindIpamFreeRange: reads {
        /// Network of the subnet to look in: `10.0.0.0/16`.
        pub network_id: String,
        /// `Default` by default.
        pub address_space: Option<String>,
        /// How many addresses each range must have.
        pub number_of_addresses: u32,
        /// 1 by default, 32 at most.
        pub number_of_ranges: Option<u32>,
    }
}

impl Cmdlet for FindIpamFreeRange {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let request = FreeRangeRequest {
            address_space: space(self.address_space.as_ref()),
            network_id: parameter(&self.network_id)?,
            number_of_addresses: self.number_of_addresses,
            number_of_ranges: self.number_of_ranges.unwrap_or(1) as usize,
        };
        let found = session
            .ipam
            .find_ipam_free_range(&session.caller, request)
            .await?;
        free_tables::ranges(stage, &found);
        Ok(())
    }
}

cmdlet! {
    pub struct FindIpamFreeSubnet: reads {
        /// Network of the block to look in: `10.0.0.0/8`.
        pub network_id: String,
        /// Bounds of the block, when several blocks have that network.
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        /// `Default` by default.
        pub address_space: Option<String>,
        /// Prefix length of the subnets: `24`.
        pub subnet_prefix: u8,
        /// 1 by default, 32 at most.
        pub number_of_subnets: Option<u32>,
    }
}

impl Cmdlet for FindIpamFreeSubnet {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let request = FreeSubnetRequest {
            block: self.block(session).await?,
            subnet_prefix: self.subnet_prefix,
            number_of_subnets: self.number_of_subnets.unwrap_or(1) as usize,
        };
        let found = session
            .ipam
            .find_ipam_free_subnet(&session.caller, request)
            .await?;
        free_tables::subnets(stage, &found);
        Ok(())
    }
}

impl FindIpamFreeSubnet {
    /// The one block that the parameters mean.
    async fn block(&self, session: &Session) -> Result<BlockKey, StepError> {
        let network: ipnet::IpNet = parameter(&self.network_id)?;
        let query = BlockQuery {
            network_id: Some(network),
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            address_space: Some(space(self.address_space.as_ref())),
            ..BlockQuery::default()
        };
        let blocks = session.ipam.get_ipam_block(&session.caller, &query).await?;
        let mut fitting: Vec<BlockKey> = blocks.into_iter().map(|block| block.key).collect();
        match (fitting.pop(), fitting.is_empty()) {
            (Some(key), true) => Ok(key),
            (None, _) => {
                let message = format!("no block of `{network}` is recorded");
                Err(IpamError::new(ErrorId::IpamApiObjectNotFound, message).into())
            }
            (Some(_), false) => {
                let message = format!("several blocks are of `{network}`; name start and end");
                Err(IpamError::new(ErrorId::IpamApiInvalidParameter, message).into())
            }
        }
    }
}

/// The one range that a query means.
///
/// # Errors
/// `IpamApiObjectNotFound` when there is none, `IpamApiInvalidParameter` when there are several.
pub async fn one_range(session: &Session, query: &RangeQuery) -> Result<RangeKey, StepError> {
    let found = session.ipam.get_ipam_range(&session.caller, query).await?;
    let refused = |id, message: String| Err(IpamError::new(id, message).into());
    match found.as_slice() {
        [range] => Ok(range.key.clone()),
        [] => refused(
            ErrorId::IpamApiObjectNotFound,
            "no range of that network and owner is recorded".to_owned(),
        ),
        several => {
            let keys: Vec<String> = several.iter().map(|range| range.key.to_string()).collect();
            let message = format!("`{}` all match; name the owner", keys.join("`, `"));
            refused(ErrorId::IpamApiInvalidParameter, message)
        }
    }
}
