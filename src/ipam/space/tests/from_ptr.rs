//! The address records that come of PTR records.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::reverse_zones::{DC, ZONE, fqdn, map, mapped, of_vmm, set};
use super::*;
use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::space::from_ptr::{PtrAddresses, ReadZone, follow};
use crate::ipam::space::{addresses, taken};

/// What the server says: a zone over 10.0.1.0/24.
fn told(names: &[(u8, &[&str])]) -> ReadZone {
    let of = |(last, names): &(u8, &[&str])| {
        let names = names.iter().map(|name| fqdn(name)).collect();
        (IpAddr::from([10, 0, 1, *last]), names)
    };
    ReadZone {
        zone: fqdn(ZONE),
        servers: vec![fqdn(DC)],
        names: names.iter().map(of).collect(),
    }
}

fn followed(store: &Store, zones: &[ReadZone]) -> PtrAddresses {
    let done = store.transaction(|tx| follow(tx, zones)).unwrap();
    done.get(&fqdn(ZONE)).copied().unwrap_or_default()
}

fn known(store: &Store) -> BTreeMap<IpAddr, Vec<Address>> {
    let all = store.read(|tx| addresses::list(tx, &AddressQuery::default()));
    let mut known: BTreeMap<IpAddr, Vec<Address>> = BTreeMap::new();
    for address in all.unwrap() {
        known
            .entry(address.key.ip_address)
            .or_default()
            .push(address);
    }
    known
}

#[test]
fn a_record_says_whose_address_it_is_and_maps_to_its_range() {
    let store = store();
    let range = add_range(&store, of_vmm(mapped("10.0.1.0/24", ZONE))).unwrap();
    let names: &[&str] = &["web2.corp.example", "web1.corp.example"];
    let zone = told(&[(7, names), (0, &["network.corp.example"])]);
    let done = followed(&store, std::slice::from_ref(&zone));
    assert_eq!(done.to_string(), "1 added");
    let made = &known(&store)[&ip("10.0.1.7")][0];
    assert_eq!(made.range, Some(range.key.clone()));
    assert_eq!(made.details.device_name, "web1.corp.example");
    assert_eq!(made.details.reverse_lookup_zone, Some(fqdn(ZONE)));
    assert_eq!(made.details.reverse_lookup_primary_server, Some(fqdn(DC)));
    assert_eq!(made.dns_ptr_record_sync, SyncState::default());
    assert_eq!(followed(&store, &[zone]).to_string(), "1 kept");
    // One of its names went, and not the one it has.
    assert_eq!(
        followed(&store, &[told(&[(7, &["web1.corp.example"])])]).to_string(),
        "1 kept"
    );
    assert_eq!(
        followed(&store, &[told(&[(7, &["web9.corp.example"])])]).to_string(),
        "1 renamed"
    );
    assert_eq!(followed(&store, &[told(&[])]).to_string(), "1 removed");
    assert_eq!(followed(&store, &[told(&[])]).to_string(), "none");
}

#[test]
fn a_server_that_was_not_asked_takes_nothing_away() {
    let store = store();
    add_range(&store, mapped("10.0.1.0/24", ZONE)).unwrap();
    let elsewhere = ReadZone {
        servers: vec![fqdn("ns2.corp.example")],
        ..told(&[(8, &["mail.corp.example"])])
    };
    let web = told(&[(7, &["web1.corp.example"])]);
    assert_eq!(followed(&store, &[web, elsewhere.clone()]).added, 2);
    // The zone of the other server is another one, by the same name.
    assert_eq!(followed(&store, &[elsewhere]).to_string(), "1 kept");
    assert_eq!(followed(&store, &[told(&[])]).to_string(), "1 removed");
    assert_eq!(known(&store).len(), 1);
    // A replica of the zone knows as well.
    let web = told(&[(7, &["web1.corp.example"])]);
    assert_eq!(followed(&store, &[web]).added, 1);
    let replica = ReadZone {
        servers: vec![fqdn("dc2.corp.example"), fqdn(DC)],
        ..told(&[])
    };
    assert_eq!(followed(&store, &[replica]).removed, 1);
}

#[test]
fn ipv6_addresses_come_of_their_zone_and_an_unmapped_range_of_none() {
    let store = store();
    let zone = "8.b.d.0.1.0.0.2.ip6.arpa";
    let range = add_range(&store, mapped("2001:db8::/64", zone)).unwrap();
    let name = fqdn("web6.corp.example");
    let read = ReadZone {
        zone: fqdn(zone),
        servers: vec![fqdn(DC)],
        names: BTreeMap::from([
            (ip("2001:db8::7"), BTreeSet::from([name.clone()])),
            (ip("2001:db8:1::7"), BTreeSet::from([name])),
        ]),
    };
    let zones = [read];
    store.transaction(|tx| follow(tx, &zones)).unwrap();
    let made = known(&store);
    let [address] = made.keys().collect::<Vec<_>>()[..] else {
        panic!("one of the two is in the range: {made:?}");
    };
    assert_eq!(*address, ip("2001:db8::7"));
    set(&store, &range.key, map("")).unwrap();
    let done = store.transaction(|tx| follow(tx, &zones)).unwrap();
    assert!(done.is_empty(), "{done:?}");
    assert_eq!(known(&store), made);
}

/// One change of what the server or an administrator has.
#[derive(Debug, Clone)]
enum Happening {
    Ptr(u8, Option<u8>),
    Record(u8, bool),
    Edit(u8, u8),
    Remove(u8),
    Collect,
}

fn happening() -> impl Strategy<Value = Happening> {
    let last = 1_u8..6;
    prop_oneof![
        3 => (last.clone(), proptest::option::of(0_u8..3)).prop_map(|(a, n)| Happening::Ptr(a, n)),
        1 => (last.clone(), any::<bool>()).prop_map(|(a, own)| Happening::Record(a, own)),
        1 => (last.clone(), 0_u8..3).prop_map(|(a, n)| Happening::Edit(a, n)),
        1 => last.prop_map(Happening::Remove),
        3 => Just(Happening::Collect),
    ]
}

fn name(number: u8) -> String {
    format!("web{number}.corp.example")
}

/// An administrator records, edits or removes.
fn administer(store: &Store, happening: &Happening) {
    let at = |last: u8| known(store).remove(&IpAddr::from([10, 0, 1, last]));
    match happening {
        Happening::Record(last, own) => {
            let mut new = NewAddress::new(IpAddr::from([10, 0, 1, *last]));
            if !own {
                new.owner.service_instance = "elsewhere".to_owned();
            }
            let _ = add_address(store, new);
        }
        Happening::Edit(last, number) => {
            for record in at(*last).unwrap_or_default() {
                let change = match number {
                    0 => AddressChange::Description("mine".to_owned()),
                    number => AddressChange::DeviceName(name(*number + 6)),
                };
                store
                    .transaction(|tx| addresses::set(tx, &record.key, vec![change]))
                    .unwrap();
            }
        }
        Happening::Remove(last) => {
            for record in at(*last).unwrap_or_default() {
                store
                    .transaction(|tx| addresses::remove(tx, &record.key))
                    .unwrap();
            }
        }
        Happening::Ptr(..) | Happening::Collect => {}
    }
}

/// Whether nobody but collection has written the record, seen from its fields.
fn is_mine(record: &Address) -> bool {
    let details = &record.details;
    let made_of = details.created_from_dns_resource_record.as_ref();
    made_of.is_some_and(|name| details.device_name == name.as_str())
        && details.description.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn records_follow_the_zone_and_nobody_loses_what_he_wrote(
        happenings in proptest::collection::vec(happening(), 1..30),
    ) {
        let store = store();
        add_range(&store, mapped("10.0.1.0/24", ZONE)).unwrap();
        let mut ptr: BTreeMap<u8, u8> = BTreeMap::new();
        for happening in happenings {
            match happening {
                Happening::Ptr(last, Some(number)) => drop(ptr.insert(last, number)),
                Happening::Ptr(last, None) => drop(ptr.remove(&last)),
                Happening::Collect => {
                    let names: BTreeMap<IpAddr, BTreeSet<Fqdn>> = ptr.iter()
                        .map(|(last, number)| (IpAddr::from([10, 0, 1, *last]),
                            BTreeSet::from([fqdn(&name(*number))])))
                        .collect();
                    let zone = ReadZone { names, ..told(&[]) };
                    let before = known(&store);
                    followed(&store, std::slice::from_ref(&zone));
                    let after = known(&store);
                    for (address, records) in &before {
                        for record in records.iter().filter(|record| !is_mine(record)) {
                            let same = |now: &&Address| {
                                (&now.key, &now.details) == (&record.key, &record.details)
                            };
                            prop_assert!(after[address].iter().any(|now| same(&now)));
                        }
                    }
                    for address in zone.names.keys() {
                        // Nobody's record gets a twin.
                        let twins = before.get(address).map_or(1, Vec::len);
                        prop_assert_eq!(after[address].len(), twins);
                    }
                    for record in after.values().flatten().filter(|record| is_mine(record)) {
                        let named = zone.names.get(&record.key.ip_address);
                        let named = named.and_then(|names| names.first());
                        prop_assert_eq!(
                            Some(record.details.device_name.as_str()), named.map(Fqdn::as_str));
                    }
                    let again = followed(&store, &[zone]);
                    prop_assert!(!again.any_changed(), "{}", again);
                    prop_assert_eq!(known(&store), after);
                }
                happening => administer(&store, &happening),
            }
            let span: AddressRange = "10.0.1.1-10.0.1.9".parse().unwrap();
            let recorded = known(&store);
            let free = span.addresses().find(|address| !recorded.contains_key(address));
            let space = AddressSpaceName::default();
            let found = store.read(|tx| taken::first_free(tx, &space, &span, span.first()));
            prop_assert_eq!(found, Ok(free));
        }
    }
}
