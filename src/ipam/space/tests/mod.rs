//! The rules of the address space, each known-good and then broken in one place, over every
//! database.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::fields::CustomValues;
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

/// A provider space of this name.
pub(in crate::ipam) fn add_space(store: &Store, name: &str) -> AddressSpaceName {
    let space = NewAddressSpace {
        name: AddressSpaceName::new(name),
        kind: AddressSpaceKind::Provider,
        owner: String::new(),
        description: String::new(),
        custom: CustomValues::default(),
    };
    let added = store.transaction(|tx| crate::ipam::space::space_edit::add(tx, space));
    added.expect("the name is free").name
}

pub(in crate::ipam) fn rename_space(store: &Store, from: &str, to: &str) {
    let change = AddressSpaceChange {
        new_name: Some(AddressSpaceName::new(to)),
        ..AddressSpaceChange::default()
    };
    let from = AddressSpaceName::new(from);
    let renamed = store.transaction(|tx| crate::ipam::space::space_edit::set(tx, &from, change));
    renamed.expect("the name is free");
}

/// Removes a subnet with its ranges.
pub(in crate::ipam) fn remove_subnet(store: &Store, key: &SubnetKey) {
    let removed =
        store.transaction(|tx| crate::ipam::space::subnet_edit::remove(tx, key, true, false));
    removed.expect("nothing keeps it");
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
