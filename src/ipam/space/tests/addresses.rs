//! The rules of address records.

use super::*;
use crate::ipam::store::Tx;
use crate::wire::windows::dnsp::{DynamicUpdate, ZoneInfo, ZoneKind, ZoneStorage};

/// A record with everything that any rule asks for.
fn complete() -> NewAddress {
    let mut new = NewAddress::new(ip("10.0.1.20"));
    new.owner = Owner::of_dhcp_server(&"dhcp1.corp.example".parse().unwrap());
    let details = &mut new.details;
    details.device_name = "web1".to_owned();
    details.mac_address = Some("02-00-00-00-00-01".parse().unwrap());
    details.reservation_server = Some("dhcp1.corp.example".parse().unwrap());
    details.reservation_name = "web1".to_owned();
    details.reservation_type = Some(ReservationType::Both);
    details.forward_lookup_zone = Some("corp.example".parse().unwrap());
    details.forward_lookup_primary_server = Some("dc1.corp.example".parse().unwrap());
    details.reverse_lookup_zone = Some("1.0.10.in-addr.arpa".parse().unwrap());
    details.reverse_lookup_primary_server = Some("dc1.corp.example".parse().unwrap());
    new
}

fn with_scope() -> Store {
    let store = store();
    let one = scope("10.0.1.0/24", "10.0.1.10", "10.0.1.250");
    discover(&store, "dhcp1.corp.example", vec![one]);
    store
}

#[test]
fn a_complete_record_maps_to_its_scope_and_finds_it_by_itself() {
    let store = with_scope();
    let added = add_address(&store, complete()).unwrap();
    assert_eq!(
        added.range.unwrap().span.to_string(),
        "10.0.1.10-10.0.1.250"
    );
    assert_eq!(added.details.reservation_scope_name, "scope 10.0.1.0/24");
    assert_eq!(
        added.details.reservation_scope_details,
        Some(net("10.0.1.0/24"))
    );
    assert_eq!(added.dhcp_reservation_sync.status, SyncStatus::NotAttempted);
    assert!(!added.duplicate);
}

#[test]
fn an_address_maps_only_to_a_range_of_its_own_owner() {
    let store = with_scope();
    let mut new = NewAddress::new(ip("10.0.1.20"));
    assert_eq!(add_address(&store, new.clone()).unwrap().range, None);
    new.owner = Owner::of_dhcp_server(&"dhcp1.corp.example".parse().unwrap());
    new.owner.service_instance = "DHCP1.corp.example".to_owned();
    assert!(
        add_address(&store, new.clone()).unwrap().range.is_some(),
        "case does not count"
    );
    new.owner.service_instance = "dhcp1".to_owned();
    assert_eq!(add_address(&store, new).unwrap().range, None);
}

#[test]
fn the_same_address_is_a_conflict_for_one_owner_and_a_duplicate_for_two() {
    let store = store();
    let new = NewAddress::new(ip("10.0.1.20"));
    add_address(&store, new.clone()).unwrap();
    assert_eq!(
        refused(add_address(&store, new.clone())),
        ErrorId::IpamApiInvalidIPAddressConflict
    );
    let mut other = new.clone();
    other.owner.service_instance = "elsewhere".to_owned();
    assert!(add_address(&store, other).unwrap().duplicate);
    let both = store
        .read(|tx| crate::ipam::space::addresses::list(tx, &AddressQuery::default()))
        .unwrap();
    assert_eq!(both.iter().filter(|address| address.duplicate).count(), 2);
}

#[test]
fn each_missing_field_is_refused_by_its_own_identifier() {
    type Break = fn(&mut AddressDetails);
    let cases: [(Break, ErrorId); 12] = [
        (
            |d| d.reservation_name.clear(),
            ErrorId::IpamApiReservationServerSpecifiedWithoutReservationName,
        ),
        (
            |d| d.reservation_type = None,
            ErrorId::IpamApiReservationServerSpecifiedWithoutReservationType,
        ),
        (
            |d| d.mac_address = None,
            ErrorId::IpamApiReservationServerSpecifiedWithoutClientId,
        ),
        (
            |d| d.device_name.clear(),
            ErrorId::IpamApiForwardLookupSpecifiedWithoutDeviceName,
        ),
        (
            |d| d.forward_lookup_primary_server = None,
            ErrorId::IpamApiForwardLookupSpecifiedWithoutForwardLookupServer,
        ),
        (
            |d| d.forward_lookup_zone = None,
            ErrorId::IpamApiInvalidParameter,
        ),
        (
            |d| {
                d.forward_lookup_zone = None;
                d.forward_lookup_primary_server = None;
                d.device_name.clear();
            },
            ErrorId::IpamApiReverseLookupSpecifiedWithoutDeviceName,
        ),
        (
            |d| d.reverse_lookup_primary_server = None,
            ErrorId::IpamApiReverseLookupSpecifiedWithoutReverseLookupServer,
        ),
        (
            |d| d.reverse_lookup_zone = None,
            ErrorId::IpamApiInvalidParameter,
        ),
        (
            |d| d.reverse_lookup_zone = Some("2.0.10.in-addr.arpa".parse().unwrap()),
            ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds,
        ),
        (
            |d| d.asset_tag = "x".repeat(256),
            ErrorId::IpamApiInvalidParameter,
        ),
        (
            |d| {
                d.assignment_date = Some("2026-03-02".parse().unwrap());
                d.expiry_date = Some("2026-03-01".parse().unwrap());
            },
            ErrorId::IpamApiInvalidParameter,
        ),
    ];
    let store = with_scope();
    for (number, (break_it, id)) in cases.into_iter().enumerate() {
        let mut new = complete();
        break_it(&mut new.details);
        assert_eq!(refused(add_address(&store, new)), id, "case {number}");
    }
    let mut wider = complete();
    wider.details.reverse_lookup_zone = Some("10.in-addr.arpa".parse().unwrap());
    add_address(&store, wider).expect("a wider parent zone qualifies");
}

#[test]
fn an_ipv6_reservation_needs_duid_and_iaid() {
    let store = store();
    let mut new = NewAddress::new(ip("2001:db8::20"));
    let details = &mut new.details;
    details.reservation_server = Some("dhcp1.corp.example".parse().unwrap());
    details.reservation_name = "web1".to_owned();
    assert_eq!(
        refused(add_address(&store, new.clone())),
        ErrorId::IpamApiReservationServerSpecifiedWithoutDuid
    );
    new.details.duid = Some("0001000123456789".parse().unwrap());
    assert_eq!(
        refused(add_address(&store, new.clone())),
        ErrorId::IpamApiReservationServerSpecifiedWithoutIaid
    );
    new.details.iaid = Some(7);
    add_address(&store, new).unwrap();
}

#[test]
fn addresses_that_no_host_can_have_are_refused() {
    let store = store();
    for text in [
        "0.1.2.3",
        "127.0.0.1",
        "169.254.1.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
    ] {
        let new = NewAddress::new(ip(text));
        assert_eq!(
            refused(add_address(&store, new)),
            ErrorId::IpamApiInvalidParameter,
            "{text}"
        );
    }
}

fn zone(name: &str, kind: ZoneKind) -> ZoneInfo {
    ZoneInfo {
        name: name.parse().expect(name),
        kind,
        storage: ZoneStorage::FileBacked,
        reverse: name.ends_with("arpa"),
        updates: DynamicUpdate::None,
        paused: false,
        serial: 1,
    }
}

#[test]
fn a_server_known_not_to_be_primary_for_the_zone_is_refused() {
    let collect = |store: &Store, forward: ZoneKind, reverse: ZoneKind| {
        let server = "dc1.corp.example".parse().unwrap();
        let zones = vec![
            zone("corp.example", forward),
            zone("1.0.10.in-addr.arpa", reverse),
        ];
        let work =
            |tx: &Tx<'_>| crate::ipam::space::discovered::zones_of(tx, &server, zones.clone());
        store.transaction(work).unwrap();
    };
    let store = with_scope();
    collect(&store, ZoneKind::Secondary, ZoneKind::Primary);
    assert_eq!(
        refused(add_address(&store, complete())),
        ErrorId::IpamApiForwardLookUpDnsServerDoesNotBelongToZone
    );
    collect(&store, ZoneKind::Primary, ZoneKind::Stub);
    assert_eq!(
        refused(add_address(&store, complete())),
        ErrorId::IpamApiReverseLookUpDnsServerDoesNotBelongToZone
    );
    collect(&store, ZoneKind::Primary, ZoneKind::Primary);
    add_address(&store, complete()).unwrap();
}

#[test]
fn an_edit_is_checked_like_a_new_record_and_changes_one_field() {
    let store = with_scope();
    let key = add_address(&store, complete()).unwrap().key;
    let set =
        |changes| store.transaction(|tx| crate::ipam::space::addresses::set(tx, &key, changes));
    let edited = set(vec![AddressChange::Description("rack 4".to_owned())]).unwrap();
    assert_eq!(edited.details.description, "rack 4");
    assert_eq!(edited.details.device_name, "web1");
    assert_eq!(
        refused(set(vec![AddressChange::MacAddress(None)])),
        ErrorId::IpamApiReservationServerSpecifiedWithoutClientId
    );
    let without = set(vec![AddressChange::ReservationServer(None)]).unwrap();
    assert_eq!(without.details.reservation_scope_details, None);
    let remove = || store.transaction(|tx| crate::ipam::space::addresses::remove(tx, &key));
    remove().unwrap();
    assert_eq!(refused(remove()), ErrorId::IpamApiObjectNotFound);
}

#[test]
fn removing_a_range_unmaps_its_addresses_or_deletes_them() {
    let store = store();
    let range = add_range(&store, NewRange::new(net("10.0.1.0/24")))
        .unwrap()
        .key;
    let new = NewAddress::new(ip("10.0.1.20"));
    let mut stranger = new.clone();
    stranger.owner.service_instance = "elsewhere".to_owned();
    let key = add_address(&store, new).unwrap().key;
    add_address(&store, stranger).unwrap();
    let remove = |all| store.transaction(|tx| crate::ipam::space::ranges::remove(tx, &range, all));
    assert_eq!(remove(false).unwrap(), []);
    let range = add_range(&store, NewRange::new(net("10.0.1.0/24")))
        .unwrap()
        .key;
    let gone = store.transaction(|tx| crate::ipam::space::ranges::remove(tx, &range, true));
    assert_eq!(gone.unwrap(), [key]);
    let everywhere = "0.0.0.1-255.255.255.255".parse().unwrap();
    let space = AddressSpaceName::default();
    let recorded = crate::ipam::space::taken::recorded_from;
    let left = store.read(|tx| recorded(tx, &space, &everywhere, 9));
    let left: Vec<String> = left.unwrap().0.spans().map(|run| run.to_string()).collect();
    assert_eq!(left, ["10.0.1.20"], "the other owner's record stays");
}

#[test]
fn a_record_takes_along_what_is_its_own_when_it_gets_another_owner() {
    use crate::ipam::space::ExpiryStatus;
    use crate::ipam::store::expiry;
    let store = with_scope();
    let add_value = |tx: &Tx<'_>| crate::ipam::fields::add_value(tx, "Device type", "Toaster");
    store.transaction(add_value).unwrap();
    let mut new = NewAddress::new(ip("10.0.1.20"));
    new.details.device_type = DeviceType::Custom("Toaster".to_owned());
    let old = add_address(&store, new).unwrap().key;
    let told = |key: &AddressKey| {
        store
            .read(|tx| expiry::told_of(tx, &key.to_string()))
            .unwrap()
    };
    let put = |tx: &Tx<'_>| expiry::put_told(tx, &old.to_string(), Some(ExpiryStatus::Expired));
    store.transaction(put).unwrap();
    let set = |key: &AddressKey, changes: Vec<AddressChange>| {
        store.transaction(|tx| crate::ipam::space::addresses::set(tx, key, changes))
    };
    let owner = vec![AddressChange::ServiceInstance("elsewhere".to_owned())];
    let new = set(&old, owner).unwrap().key;
    assert_eq!(new.owner.service_instance, "elsewhere");
    assert_eq!(
        (told(&old), told(&new)),
        (None, Some(ExpiryStatus::Expired))
    );
    let get = |key: &AddressKey| store.read(|tx| crate::ipam::space::addresses::get(tx, key));
    assert_eq!(refused(get(&old)), ErrorId::IpamApiObjectNotFound);
    let carriers = "SELECT instance_key FROM custom_assignment";
    let carriers = store.read(|tx| tx.query(carriers, [], |row| row.get::<String>(0)));
    assert_eq!(carriers.unwrap(), ["elsewhere"]);
    // Under another address it is told of anew, and the old address is free.
    let address = vec![AddressChange::IpAddress(ip("10.0.1.21"))];
    let moved = set(&new, address).unwrap().key;
    assert_eq!((told(&new), told(&moved)), (None, None));
    let everywhere = "0.0.0.1-255.255.255.255".parse().unwrap();
    let space = AddressSpaceName::default();
    let recorded = crate::ipam::space::taken::recorded_from;
    let left = store.read(|tx| recorded(tx, &space, &everywhere, 9));
    let left: Vec<String> = left.unwrap().0.spans().map(|run| run.to_string()).collect();
    assert_eq!(left, ["10.0.1.21"]);
    // Another spelling of the owner is the same record.
    let spelled = vec![AddressChange::ServiceInstance("Elsewhere".to_owned())];
    let spelled = set(&moved, spelled).unwrap().key;
    assert_eq!(spelled.owner.service_instance, "Elsewhere");
}
