//! The rules of the address space, each known-good and then broken in one place, over every
//! database.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::store::Store;
use crate::wire::windows::dhcpm::ScopeInfo;

use super::*;

mod embedded;
#[cfg(feature = "postgres")]
mod server;

fn net(text: &str) -> IpNet {
    text.parse().expect(text)
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect(text)
}

fn refused<T: std::fmt::Debug>(result: IpamResult<T>) -> ErrorId {
    result.expect_err("it must be refused").id
}

/// A scope over `network` from `first` to `last`.
pub(in crate::ipam) fn scope(network: &str, first: &str, last: &str) -> ScopeInfo {
    ScopeInfo {
        scope: net(network),
        name: format!("scope {network}"),
        active: true,
        first: ip(first),
        last: ip(last),
        exclusions: Vec::new(),
        lease_seconds: 691_200,
        superscope: None,
        failover: None,
        routers: Vec::new(),
        dns_servers: Vec::new(),
        dns_domain: None,
        in_use: 3,
    }
}

pub(in crate::ipam) fn add_block(store: &Store, block: &NewBlock) -> IpamResult<Block> {
    store.transaction(|tx| crate::ipam::space::blocks::add(tx, block))
}

pub(in crate::ipam) fn add_range(store: &Store, range: NewRange) -> IpamResult<Range> {
    store.transaction(|tx| crate::ipam::space::ranges::add(tx, range))
}

pub(in crate::ipam) fn add_address(store: &Store, address: NewAddress) -> IpamResult<Address> {
    store.transaction(|tx| crate::ipam::space::addresses::add(tx, address))
}

pub(in crate::ipam) fn discover(
    store: &Store,
    server: &str,
    scopes: Vec<ScopeInfo>,
) -> DiscoveredRanges {
    let server = server.parse().expect(server);
    store
        .transaction(|tx| crate::ipam::space::discovered::ranges_of(tx, &server, scopes))
        .expect("scopes are always taken")
}

fn ranges_of(store: &Store) -> Vec<Range> {
    store
        .read(|tx| crate::ipam::space::range_list::list(tx, &RangeQuery::default()))
        .expect("the store is readable")
}

fn blocks_of(store: &Store) -> Vec<Block> {
    store
        .read(|tx| crate::ipam::space::blocks::list(tx, &BlockQuery::default()))
        .expect("the store is readable")
}
