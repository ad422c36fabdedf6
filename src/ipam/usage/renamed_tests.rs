//! Trends of subnets and groups, and what becomes of trends when names change.

use jiff::Timestamp;

use crate::ipam::error::IpamResult;
use crate::ipam::fields::{self, Edit};
use crate::ipam::groups::{GroupKind, edit};
use crate::ipam::inventory::AddressFamily;
use crate::ipam::space::tests::{
    add_address, add_block, add_range, add_space, remove_subnet, rename_space,
};
use crate::ipam::space::{
    AddressSpaceName, NewAddress, NewBlock, NewRange, NewSubnet, SubnetKey, ranges, subnets,
};
use crate::ipam::store::{Database, Store, Tx};

use super::group::{GroupLevel, group_usages};
use super::period::UtilizationPeriod;
use super::sample::sample;
use super::view::{UsageObject, trend, usages};

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

fn run(store: &Store, hour: u8) {
    let when = at(&format!("2026-03-02T{hour:02}:00:00Z"));
    store.transaction(|tx| sample(tx, when)).unwrap();
}

/// The peaks of the samples that are kept of an object.
fn peaks(store: &Store, object: &UsageObject) -> Vec<u64> {
    let now = at("2026-03-02T23:00:00Z");
    let shown = store
        .read(|tx| trend(tx, object.clone(), UtilizationPeriod::Current, now))
        .unwrap();
    shown.points.iter().map(|point| point.peak).collect()
}

/// A store with the space `Lab`, and in it a block with a range whose custom fields are `carries`
/// and that holds an address.
fn world(carries: &str) -> Store {
    let store = Store::open(&Database::Memory).expect("memory is always there");
    let lab = add_space(&store, "Lab");
    for value in ["North", "South"] {
        store
            .transaction(|tx| fields::ensure_value(tx, "Region", value))
            .unwrap();
    }
    let mut block = NewBlock::new("10.0.0.0/16".parse().unwrap());
    block.address_space = lab.clone();
    add_block(&store, &block).unwrap();
    let mut range = NewRange::new("10.0.1.0/24".parse().unwrap());
    range.address_space = lab.clone();
    range.details.custom = carries.parse().unwrap();
    add_range(&store, range).unwrap();
    let mut address = NewAddress::new("10.0.1.7".parse().unwrap());
    address.address_space = lab;
    add_address(&store, address).unwrap();
    store
}

/// Everything but groups that is in `space`.
fn in_space(store: &Store, space: &str) -> Vec<UsageObject> {
    let every = store.read(usages).unwrap().into_iter();
    let objects = every.map(|usage| usage.object);
    objects
        .filter(|object| object.to_string().ends_with(&format!(" in {space}")))
        .collect()
}

fn level(store: &Store, group: &str, path: &[Option<&str>]) -> UsageObject {
    let levels = store.read(|tx| group_usages(tx, group, AddressFamily::IPv4));
    let mut levels = levels.unwrap().into_iter().map(|level| level.object);
    let owned = |value: &Option<&str>| value.map(str::to_owned);
    let path: Vec<Option<String>> = path.iter().map(owned).collect();
    UsageObject::Group(levels.find(|level| level.path == path).expect("a level"))
}

fn criteria(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn rename(tx: &Tx<'_>, from: &str, to: &str) -> IpamResult<()> {
    fields::rename_value(tx, "Region", from, to, Edit::Cmdlet).map(drop)
}

fn sites(store: &Store) {
    let names = criteria(&["Region", "Managed by Service"]);
    store
        .transaction(|tx| edit::add(tx, GroupKind::Range, "Sites", &names))
        .unwrap();
}

fn edit_sites(store: &Store, change: &edit::GroupChange) {
    store
        .transaction(|tx| edit::edit(tx, "sites", change))
        .unwrap();
}

#[test]
fn a_subnet_has_a_trend_of_what_its_ranges_hold_and_begins_anew_when_it_is_removed() {
    let store = world("");
    let key = SubnetKey {
        address_space: AddressSpaceName::new("Lab"),
        network_id: "10.0.1.0/24".parse().unwrap(),
    };
    let subnet = UsageObject::Subnet(key.clone());
    run(&store, 8);
    run(&store, 10);
    assert_eq!(peaks(&store, &subnet), [1, 1]);
    let shown = store.read(|tx| subnets::list(tx, &Default::default()));
    let shown = shown.unwrap()[0].utilization;
    let every = store.read(usages).unwrap();
    let usage = every.iter().find(|usage| usage.object == subnet);
    assert_eq!(usage.expect("the subnet of the range").utilization, shown);
    remove_subnet(&store, &key);
    let mut again = NewSubnet::new("again", key.network_id);
    again.address_space = key.address_space.clone();
    store.transaction(|tx| subnets::add(tx, again)).unwrap();
    assert!(peaks(&store, &subnet).is_empty());
}

#[test]
fn an_address_space_that_is_renamed_takes_every_trend_in_it_along() {
    let store = world("Region=North");
    let mut elsewhere = NewRange::new("10.0.1.0/24".parse().unwrap());
    elsewhere.owner.service_instance = "host in Lab".to_owned();
    let elsewhere = UsageObject::Range(add_range(&store, elsewhere).unwrap().key);
    run(&store, 8);
    rename_space(&store, "Lab", "Workshop");
    run(&store, 10);
    let inside = in_space(&store, "Workshop");
    assert_eq!(inside.len(), 3, "{inside:?}");
    for object in &inside {
        assert_eq!(peaks(&store, object), [1, 1], "{object}");
    }
    // Another spelling of the name is a new name too.
    rename_space(&store, "Workshop", "WORKSHOP");
    for object in in_space(&store, "WORKSHOP") {
        assert_eq!(peaks(&store, &object), [1, 1], "{object}");
    }
    assert_eq!(peaks(&store, &elsewhere), [0, 0]);
}

#[test]
fn every_level_of_a_range_group_has_a_trend_that_a_new_name_does_not_end() {
    let store = world("Region=North");
    sites(&store);
    run(&store, 8);
    let change = edit::GroupChange {
        new_name: Some("Places".to_owned()),
        criteria: None,
    };
    edit_sites(&store, &change);
    store
        .transaction(|tx| rename(tx, "North", "Northern / Isles"))
        .unwrap();
    run(&store, 10);
    for path in [
        &[][..],
        &[Some("Northern / Isles")],
        &[Some("Northern / Isles"), Some("IPAM")],
    ] {
        assert_eq!(peaks(&store, &level(&store, "Places", path)), [1, 1]);
    }
    let built_in = level(&store, "Managed by Service", &[Some("IPAM")]);
    assert_eq!(peaks(&store, &built_in), [1, 1]);
}

#[test]
fn a_group_that_is_sorted_otherwise_or_made_again_begins_anew() {
    let store = world("Region=North");
    sites(&store);
    run(&store, 8);
    let change = edit::GroupChange {
        new_name: None,
        criteria: Some(criteria(&["Region"])),
    };
    edit_sites(&store, &change);
    let north = level(&store, "Sites", &[Some("North")]);
    assert!(peaks(&store, &north).is_empty());
    run(&store, 10);
    assert_eq!(peaks(&store, &north), [1]);
    // To name the criteria that it has changes nothing.
    edit_sites(&store, &change);
    assert_eq!(peaks(&store, &north), [1]);
    store.transaction(|tx| edit::remove(tx, "Sites")).unwrap();
    sites(&store);
    assert!(peaks(&store, &level(&store, "Sites", &[])).is_empty());
}

#[test]
fn a_value_that_takes_the_place_of_another_has_its_own_trend() {
    let store = world("Region=North");
    sites(&store);
    let mut south = NewRange::new("10.0.2.0/24".parse().unwrap());
    south.details.custom = "Region=South".parse().unwrap();
    let south = add_range(&store, south).unwrap().key;
    run(&store, 8);
    store
        .transaction(|tx| {
            ranges::remove(tx, &south, false)?;
            fields::remove_value(tx, "Region", "South")?;
            rename(tx, "North", "South")
        })
        .unwrap();
    assert_eq!(
        peaks(&store, &level(&store, "Sites", &[Some("South")])),
        [1]
    );
}

#[test]
fn names_of_levels_are_read_back_whatever_the_values_hold() {
    let of = |path: &[Option<&str>]| GroupLevel {
        group: "sites".to_owned(),
        family: AddressFamily::IPv4,
        path: path.iter().map(|v| v.map(str::to_owned)).collect(),
    };
    let levels = [
        of(&[]),
        of(&[None]),
        of(&[Some("a"), Some("b")]),
        of(&[Some("a / b")]),
        of(&[Some("no value")]),
        of(&[Some("a\",\"b")]),
        of(&[Some("null"), None]),
    ];
    for level in &levels {
        let name = UsageObject::Group(level.clone()).name();
        assert_eq!(GroupLevel::of_name(&name).as_ref(), Some(level), "{name}");
    }
    let mut names: Vec<String> = levels.iter().map(GroupLevel::name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), levels.len());
}
