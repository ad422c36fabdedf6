//! Groups and views over a small address space.

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::fields::{self, CustomValues};
use crate::ipam::inventory::AddressFamily::{self, IPv4, IPv6};
use crate::ipam::space::{NewAddress, NewBlock, NewRange, NewSubnet};
use crate::ipam::space::{addresses, blocks, ranges, subnets};
use crate::ipam::store::{Database, Store, Tx};

use super::edit::{self, GroupChange};
use super::view::{self, CurrentView};
use super::*;

fn refused<T: std::fmt::Debug>(result: IpamResult<T>) -> ErrorId {
    result.expect_err("it must be refused").id
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn custom(text: &str) -> CustomValues {
    text.parse().expect(text)
}

/// A private and a public block, a range in each and one in neither, and an address in all three
/// and one more.
fn filled() -> Store {
    let store = Store::open(&Database::Memory).expect("memory is always there");
    store
        .transaction(|tx| {
            fields::ensure_value(tx, "Region", "North")?;
            fields::ensure_value(tx, "Region", "South")?;
            fields::ensure_value(tx, "Tenant", "Ada")?;
            blocks::add(tx, &NewBlock::new("10.0.0.0/16".parse().unwrap()))?;
            let mut public = NewBlock::new("65.52.0.0/14".parse().unwrap());
            public.details.rir = Some("ARIN".parse().unwrap());
            blocks::add(tx, &public)?;
            for (network, carries) in [
                ("10.0.1.0/24", "Region=North;Tenant=Ada"),
                ("65.52.1.0/24", "Region=North;Region=South"),
                ("172.16.1.0/24", ""),
                ("2001:db8:1::/64", "Region=South"),
            ] {
                let mut new = NewRange::new(network.parse().unwrap());
                new.details.custom = custom(carries);
                ranges::add(tx, new)?;
            }
            for (ip, instance) in [
                ("10.0.1.20", "Localhost"),
                ("65.52.1.20", "LOCALHOST"),
                ("172.16.1.20", "Localhost"),
                ("10.0.1.21", "elsewhere"),
                ("2001:db8:1::20", "Localhost"),
            ] {
                let mut new = NewAddress::new(ip.parse().unwrap());
                new.owner.service_instance = instance.to_owned();
                addresses::add(tx, new)?;
            }
            Ok(())
        })
        .unwrap();
    store
}

fn add(tx: &Tx<'_>, kind: GroupKind, name: &str, criteria: &[&str]) -> IpamResult<LogicalGroup> {
    edit::add(tx, kind, name, &texts(criteria))
}

/// Every level as `value/value count`.
fn paths(levels: &[Level]) -> Vec<String> {
    fn walk(above: &str, levels: &[Level], found: &mut Vec<String>) {
        for level in levels {
            let path = format!("{above}{}", level.value.as_deref().unwrap_or("-"));
            found.push(format!("{path} {}", level.count));
            walk(&format!("{path}/"), &level.levels, found);
        }
    }
    let mut found = Vec::new();
    walk("", levels, &mut found);
    found
}

fn tree(store: &Store, group: &str, family: AddressFamily) -> Vec<String> {
    let tree = store.read(|tx| members(tx, group, family, Detail::Counts));
    paths(&tree.unwrap().levels)
}

fn viewed(store: &Store, current: CurrentView, family: AddressFamily) -> Vec<String> {
    let tree = store.read(|tx| view::view(tx, current, family, Detail::Counts));
    paths(&tree.unwrap().levels)
}

#[test]
fn the_order_of_the_criteria_is_the_order_of_the_levels() {
    let store = filled();
    store
        .transaction(|tx| {
            add(tx, GroupKind::Range, "Regions", &["region", "Tenant"])?;
            add(tx, GroupKind::Range, "Tenants", &["Tenant", "Region"])
        })
        .unwrap();
    let regions = [
        "North 2",
        "North/Ada 1",
        "North/- 1",
        "South 1",
        "South/- 1",
        "- 1",
        "-/- 1",
    ];
    assert_eq!(tree(&store, "Regions", IPv4), regions);
    let tenants = [
        "Ada 1",
        "Ada/North 1",
        "- 2",
        "-/North 1",
        "-/South 1",
        "-/- 1",
    ];
    assert_eq!(tree(&store, "tenants", IPv4), tenants);
    assert_eq!(tree(&store, "Regions", IPv6), ["South 1", "South/- 1"]);
}

#[test]
fn a_level_gives_the_ranges_below_it_once_each() {
    let store = filled();
    let tree = store
        .transaction(|tx| {
            add(tx, GroupKind::Range, "Regions", &["Tenant", "Region"])?;
            members(tx, "Regions", IPv4, Detail::Members)
        })
        .unwrap();
    assert_eq!((tree.count, tree.range_keys().len()), (3, 3));
    let levels = tree.levels;
    let of_nobody = levels[1].range_keys();
    let spans: Vec<String> = of_nobody.iter().map(|key| key.span.to_string()).collect();
    assert_eq!(spans, ["65.52.1.1-65.52.1.254", "172.16.1.1-172.16.1.254"]);
    assert!(levels[1].members.is_empty(), "they are on the last level");
}

#[test]
fn built_in_groups_are_there_and_stay_what_they_are() {
    let store = filled();
    let owners = tree(&store, "managed by service", IPv4);
    assert_eq!(owners, ["IPAM 3", "IPAM/Localhost 3"]);
    assert_eq!(tree(&store, "Network devices", IPv4), ["Host 4"]);
    store
        .transaction(|tx| {
            let builtin = ErrorId::IpamApiCannotUpdateOrDeleteBuiltInLogicalGroup;
            assert_eq!(refused(edit::remove(tx, "Managed by Service")), builtin);
            let mut change = GroupChange {
                new_name: Some("Owners".to_owned()),
                criteria: None,
            };
            assert_eq!(refused(edit::edit(tx, "Network devices", &change)), builtin);
            change = GroupChange {
                new_name: None,
                criteria: Some(texts(&["Region", "ManagedByService", "ServiceInstance"])),
            };
            assert_eq!(
                refused(edit::edit(tx, "Managed by Service", &change)),
                builtin
            );
            change.criteria = Some(texts(&["ManagedByService", "ServiceInstance", "Region"]));
            let edited = edit::edit(tx, "Managed by Service", &change)?;
            assert!(edited.built_in);
            let all = rows::groups(tx)?;
            assert_eq!(all.len(), 3);
            let back = GroupChange {
                criteria: Some(texts(&["ManagedByService", "ServiceInstance"])),
                ..change
            };
            edit::edit(tx, "Managed by Service", &back).map(drop)
        })
        .unwrap();
    assert_eq!(tree(&store, "managed by service", IPv4), owners);
}

#[test]
fn a_group_without_a_name_of_its_own_or_a_usable_criterion_is_refused() {
    let store = filled();
    store
        .transaction(|tx| {
            let good = &["Region"];
            add(tx, GroupKind::Range, "Regions", good)?;
            let taken = ErrorId::IpamApiLogicalGroupAlreadyExists;
            let parameter = ErrorId::IpamApiInvalidParameter;
            assert_eq!(refused(add(tx, GroupKind::Subnet, "REGIONS", good)), taken);
            assert_eq!(
                refused(add(tx, GroupKind::Range, "network Devices", good)),
                taken
            );
            assert_eq!(refused(add(tx, GroupKind::Range, "R", good)), parameter);
            assert_eq!(
                refused(add(tx, GroupKind::Range, &"r".repeat(51), good)),
                parameter
            );
            for (kind, wrong) in [
                (GroupKind::Range, &[][..]),
                (GroupKind::Range, &["Region", "region"]),
                (GroupKind::Range, &["Device type"]),
                (GroupKind::ManagedServer, &["ManagedByService"]),
            ] {
                assert_eq!(
                    refused(add(tx, kind, "Other", wrong)),
                    parameter,
                    "{wrong:?}"
                );
            }
            let unknown = refused(add(tx, GroupKind::Range, "Other", &["Nowhere"]));
            assert_eq!(unknown, ErrorId::IpamApiObjectNotFound);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_view_shows_every_node_and_an_address_where_its_range_is() {
    let store = filled();
    let blocks = CurrentView::IpAddressBlocks;
    assert_eq!(viewed(&store, blocks, IPv4), ["Public 1", "Private 1"]);
    assert_eq!(viewed(&store, blocks, IPv6), ["Global 0"]);
    let ranges = viewed(&store, CurrentView::IpAddressRanges, IPv4);
    assert_eq!(ranges, ["Public 1", "Private 1", "Unmapped 1"]);
    let ranges = viewed(&store, CurrentView::IpAddressRanges, IPv6);
    assert_eq!(ranges, ["Global 0", "Unmapped 1"]);
    // One address has another owner than its range would need, one a range in no block.
    let addresses = viewed(&store, CurrentView::IpAddresses, IPv4);
    assert_eq!(addresses, ["Public 1", "Private 1", "Unmapped 2"]);
    let addresses = viewed(&store, CurrentView::IpAddresses, IPv6);
    assert_eq!(addresses, ["Global 0", "Unmapped 1"]);
}

#[test]
fn subnets_are_grouped_by_their_columns_and_ranges_inherit_them() {
    let store = filled();
    store
        .transaction(|tx| {
            let mut new = NewSubnet::new("storage", "10.9.0.0/24".parse().unwrap());
            new.details.vmm_logical_network = "Storage".to_owned();
            new.details.network_site = "Site01".to_owned();
            subnets::add(tx, new)?;
            ranges::add(tx, NewRange::new("10.9.0.0/24".parse().unwrap()))?;
            let criteria = ["Logical Network"];
            add(tx, GroupKind::Range, "Networks", &criteria)
        })
        .unwrap();
    // The ranges of the filled space made subnets of their own, which name no network.
    let provider = tree(&store, "Virtualized provider address space", IPv4);
    assert_eq!(provider, ["Storage 1", "Storage/Site01 1", "- 3", "-/- 3"]);
    assert_eq!(tree(&store, "Networks", IPv4), ["Storage 1", "- 3"]);
    // No block is around the new one.
    let subnets = viewed(&store, CurrentView::IpSubnets, IPv4);
    assert_eq!(subnets, ["Public 1", "Private 1", "Unmapped 2"]);
}
