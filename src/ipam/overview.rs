//! Everything an engine knows, for whoever looks on from outside.
//!
//! It is the database as it stands: nobody is asked on the network, no role is needed, and no
//! event is logged. What an administrator may see goes through the cmdlets instead.

use super::engine::Ipam;
use super::error::IpamResult;
use super::inventory::ServerRecord;
use super::space::{
    Address, AddressQuery, Block, Range, Subnet, SubnetQuery, Utilization, UtilizationStatus,
    addresses, subnets, whole,
};
use super::store::{configuration, servers};
use super::usage;

/// A block, a subnet or a range.
#[derive(Debug, Clone, PartialEq)]
pub enum Area {
    Block(Block),
    Subnet(Subnet),
    /// By far the largest.
    Range(Box<Range>),
}

impl Area {
    pub fn utilization(&self) -> &Utilization {
        match self {
            Area::Block(block) => &block.utilization,
            Area::Subnet(subnet) => &subnet.utilization,
            Area::Range(range) => &range.utilization,
        }
    }
}

/// What the database holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overview {
    pub servers: Vec<ServerRecord>,
    /// Blocks, then subnets, then ranges, each against the thresholds in force.
    pub areas: Vec<(Area, UtilizationStatus)>,
    /// The first of the address records.
    pub addresses: Vec<Address>,
    /// How many records there are besides.
    pub more_addresses: u64,
}

impl Ipam {
    /// What the database holds, with at most `most` address records; nothing before the server
    /// is provisioned.
    ///
    /// # Errors
    /// Those of the database.
    pub fn overview(&self, most: usize) -> IpamResult<Overview> {
        let mut overview = self.store.read(|tx| {
            if configuration::configuration(tx)?.is_none() {
                return Ok(Overview::default());
            }
            let thresholds = usage::thresholds(tx)?;
            let (blocks, ranges) = whole(tx)?;
            let subnets = subnets::list(tx, &SubnetQuery::default())?;
            let areas = blocks.into_iter().map(Area::Block);
            let areas = areas.chain(subnets.into_iter().map(Area::Subnet));
            let areas = areas.chain(ranges.into_iter().map(Box::new).map(Area::Range));
            let areas = areas.map(|area| (thresholds.status(area.utilization()), area));
            let mut found = addresses::list(tx, &AddressQuery::default())?;
            let more = found.len().saturating_sub(most);
            found.truncate(most);
            Ok(Overview {
                servers: servers::servers(tx)?,
                areas: areas.map(|(status, area)| (area, status)).collect(),
                addresses: found,
                more_addresses: u64::try_from(more).unwrap_or(u64::MAX),
            })
        })?;
        self.expiry_statuses(&mut overview.addresses)?;
        Ok(overview)
    }
}
