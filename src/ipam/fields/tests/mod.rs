//! The rules of custom fields, over every database, and random histories against a plain model.

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::space::{
    Address, AddressChange, AddressKey, NewAddress, NewRange, NewSubnet, Range,
};
use crate::ipam::space::{addresses, ranges, subnets};
use crate::ipam::store::{Store, Tx};

use super::field_edit::Edit;
use super::*;

mod embedded;
mod model;
#[cfg(feature = "postgres")]
mod server;

fn refused<T: std::fmt::Debug>(result: IpamResult<T>) -> ErrorId {
    result.expect_err("it must be refused").id
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn add_field(tx: &Tx<'_>, name: &str, values: &[&str]) -> IpamResult<CustomField> {
    field_edit::add(tx, name, !values.is_empty(), &texts(values))
}

fn custom(text: &str) -> CustomValues {
    text.parse().expect(text)
}

fn address(last: u8, carries: &str) -> NewAddress {
    let mut new = NewAddress::new([10, 0, 1, last].into());
    new.details.custom = custom(carries);
    new
}

fn key(last: u8) -> AddressKey {
    let new = address(last, "");
    AddressKey {
        address_space: new.address_space,
        ip_address: new.ip_address,
        owner: new.owner,
    }
}

fn range(carries: &str) -> NewRange {
    let mut new = NewRange::new("10.0.1.0/24".parse().expect("a network"));
    new.details.custom = custom(carries);
    new
}

fn add_address(store: &Store, new: NewAddress) -> IpamResult<Address> {
    store.transaction(|tx| addresses::add(tx, new))
}

fn add_range(store: &Store, new: NewRange) -> IpamResult<Range> {
    store.transaction(|tx| ranges::add(tx, new))
}

/// `Set-IpamAddress` with custom fields to remove and to add.
fn set(store: &Store, last: u8, remove: &str, add: &str) -> IpamResult<CustomValues> {
    let change = CustomChange {
        remove: CustomChange::removals(remove),
        add: custom(add),
    };
    let changes = vec![AddressChange::CustomConfiguration(change)];
    let after = store.transaction(|tx| addresses::set(tx, &key(last), changes))?;
    Ok(after.details.custom)
}
