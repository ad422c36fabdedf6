//! The engine's own inventory: the records, their ranges and the runs of recorded addresses.

use ipamlab::addr::{AddressRange, AddressSet, first_free};
use ipamlab::base::MacAddress;
use ipamlab::ipam::IpamResult;
use ipamlab::ipam::space::taken::{self, Bulk};
use ipamlab::ipam::space::{AddressDetails, AddressSpaceName};
use ipamlab::ipam::store::{Store, ToValue, Tx, key_of_address};

use super::fill::{self, ip};
use super::measure::{Figure, each, many};

const ADDRESS: &str = "INSERT INTO ip_address \
    (space, address, managed_by, instance, instance_key, details) \
    VALUES (?1, ?2, 'IPAM', 'Localhost', 'localhost', ?3)";

fn space() -> AddressSpaceName {
    AddressSpaceName::default()
}

/// A record such as an administrator makes: a device with a name and a MAC address.
fn details(number: u32) -> AddressDetails {
    let [_, b, c, d] = number.to_be_bytes();
    AddressDetails {
        device_name: format!("host-{number}.corp.example"),
        mac_address: Some(MacAddress([2, 0, 0, b, c, d])),
        ..AddressDetails::default()
    }
}

fn record(tx: &Tx<'_>, number: u32) -> IpamResult<()> {
    let details = serde_json::to_string(&details(number)).expect("it is plain data");
    let (space, key) = (space(), key_of_address(ip(number)));
    let row: &[&dyn ToValue] = &[&space.as_str(), &key, &details];
    tx.execute(ADDRESS, row).map(drop)
}

/// Records the addresses in one transaction.
pub fn load(store: &Store, addresses: &[u32]) -> IpamResult<()> {
    store.transaction(|tx| {
        let mut bulk = Bulk::new();
        for number in addresses {
            record(tx, *number)?;
            bulk.note(tx, &space(), ip(*number))?;
        }
        bulk.finish(tx)
    })
}

/// The first free address from each start, from the index in memory.
pub fn find_in_index(index: &AddressSet, starts: &[u32], answers: &[u32]) -> Figure {
    let block = fill::block();
    each(starts, answers, starts.len(), |start| {
        number(first_free(&block, ip(start), &[index]))
    })
}

/// The same through the store.
pub fn find_in_store(store: &Store, starts: &[u32], answers: &[u32]) -> Figure {
    let (block, space) = (fill::block(), space());
    each(starts, answers, starts.len(), |start| {
        let found = store.read(|tx| taken::first_free(tx, &space, &block, ip(start)));
        number(found.expect("the store is readable"))
    })
}

/// Takes the first free address of the block: found, recorded and noted in one transaction.
pub fn take(store: &Store, count: usize) -> Figure {
    let (block, space) = (fill::block(), space());
    let take = |tx: &Tx<'_>| {
        let found = taken::first_free(tx, &space, &block, block.first())?;
        let address = found.expect("the block has room");
        record(tx, number(found))?;
        taken::note(tx, &space, address)?;
        Ok(number(found))
    };
    many(count, || {
        store
            .transaction(take)
            .expect("the store can be written to")
    })
}

fn number(address: Option<std::net::IpAddr>) -> u32 {
    match address {
        Some(std::net::IpAddr::V4(v4)) => v4.to_bits(),
        other => panic!("the block is of IPv4, not {other:?}"),
    }
}

/// A /64 in which the first hundred thousand addresses are recorded, and as many more each apart.
pub fn wide_subnet(store: &Store) -> Figure {
    let subnet: AddressRange = "2001:db8::-2001:db8::ffff:ffff:ffff:ffff"
        .parse()
        .expect("a span");
    let at = |low: u64| std::net::IpAddr::V6((0x2001_0db8_u128 << 96 | u128::from(low)).into());
    let space = space();
    let loaded: IpamResult<()> = store.transaction(|tx| {
        let mut bulk = Bulk::new();
        for low in 0..100_000_u64 {
            bulk.note(tx, &space, at(low))?;
            bulk.note(tx, &space, at((low + 1) << 40))?;
        }
        bulk.finish(tx)
    });
    loaded.expect("the store can be written to");
    let starts = [0_u32; 1000];
    each(&starts, &[100_000; 1000], 1000, |_| {
        let found = store.read(|tx| taken::first_free(tx, &space, &subnet, subnet.first()));
        let Some(std::net::IpAddr::V6(v6)) = found.expect("the store is readable") else {
            panic!("a /64 is never full");
        };
        v6.to_bits() as u32
    })
}
