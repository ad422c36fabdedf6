//! `Find-IpamFreeRange`, `Find-IpamFreeSubnet`, and the free list of the database.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::limits::FREE_ADDRESSES_PER_CALL;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::Right;
use crate::ipam::space::rules::invalid;
use crate::ipam::space::{RangeKey, ranges, spaces};

use super::database::free_in_database;
use super::free::{self, Found, FreeRange, FreeRangeRequest, FreeSubnetRequest};

impl Ipam {
    /// `Find-IpamFreeRange`: ranges of a subnet in which nothing is, from its start.
    ///
    /// # Errors
    /// `IpamApiRangeSizeLargerThanSubnet`; `IpamApiObjectNotFound` for an unknown subnet;
    /// `IpamApiInvalidParameter` for a number of ranges
    /// outside 1 to 32.
    pub async fn find_ipam_free_range(
        &self,
        caller: &Caller,
        mut request: FreeRangeRequest,
    ) -> IpamResult<Found<FreeRange>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            request.address_space = spaces::canonical(tx, &request.address_space)?;
            Ok(Found {
                found: free::ranges_in(tx, &request)?,
                asked: request.number_of_ranges,
            })
        })
    }

    /// `Find-IpamFreeSubnet`: networks of a block that touch no subnet and no range, from its
    /// start.
    ///
    /// # Errors
    /// `IpamApiSubnetPrefixLargerThanBlock`; `IpamApiInvalidNumberOfSubnets` for a number outside
    /// 1 to 32; `IpamApiObjectNotFound` for an unknown block.
    pub async fn find_ipam_free_subnet(
        &self,
        caller: &Caller,
        request: FreeSubnetRequest,
    ) -> IpamResult<Found<IpNet>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            Ok(Found {
                found: free::subnets_in(tx, &request)?,
                asked: request.number_of_subnets,
            })
        })
    }

    /// The addresses of a range that the database alone calls free, in order: the protocol's own
    /// operation, which gives nothing for a scope of a DHCP server (domain 7.2).
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown range, `IpamApiInvalidParameter` for a count
    /// outside 1 to 1024.
    pub async fn get_free_addresses_in_database(
        &self,
        caller: &Caller,
        range: &RangeKey,
        count: usize,
    ) -> IpamResult<Vec<IpAddr>> {
        self.authorize(caller, Right::Read).await?;
        if !(1..=FREE_ADDRESSES_PER_CALL).contains(&count) {
            return invalid(format!(
                "{count} addresses are asked for: 1 to {FREE_ADDRESSES_PER_CALL} are possible"
            ));
        }
        self.store.read(|tx| {
            let range = ranges::get(tx, range)?;
            free_in_database(tx, &range, count)
        })
    }
}
