//! Ranges mapped to reverse lookup zones.

use proptest::prelude::*;

use super::*;
use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::generation::{Generation, Rules};
use crate::ipam::space::{discovered, range_edit, space_edit};
use crate::wire::windows::dnsp::{DynamicUpdate, ZoneInfo, ZoneKind, ZoneStorage};

pub(super) const ZONE: &str = "1.0.10.in-addr.arpa";
pub(super) const DC: &str = "dc1.corp.example";

pub(super) fn fqdn(text: &str) -> Fqdn {
    text.parse().expect(text)
}

pub(super) fn mapped(network: &str, zone: &str) -> NewRange {
    let mut range = NewRange::new(net(network));
    range.details.associated_reverse_lookup_zone = zone.to_owned();
    range
}

pub(super) fn of_vmm(mut range: NewRange) -> NewRange {
    range.owner = Owner {
        managed_by_service: ManagedByService::Vmm,
        service_instance: "vmm1".to_owned(),
    };
    range
}

pub(super) fn set(store: &Store, key: &RangeKey, changes: Vec<RangeChange>) -> IpamResult<Range> {
    store.transaction(|tx| range_edit::set(tx, key, changes, false))
}

pub(super) fn map(zone: &str) -> Vec<RangeChange> {
    vec![RangeChange::AssociatedReverseLookupZone(zone.to_owned())]
}

fn collect_zone(store: &Store, zone: &str, kind: ZoneKind) {
    let info = ZoneInfo {
        name: fqdn(zone),
        kind,
        storage: ZoneStorage::AdIntegrated,
        reverse: true,
        updates: DynamicUpdate::Secure,
        paused: false,
        serial: 1,
    };
    store
        .transaction(|tx| discovered::zones_of(tx, &fqdn(DC), vec![info]))
        .unwrap();
}

#[test]
fn a_range_maps_to_one_reverse_zone_with_addresses_of_its_own() {
    let store = store();
    let range = add_range(&store, mapped("10.0.1.0/24", "1.0.10.IN-ADDR.arpa.")).unwrap();
    assert_eq!(range.details.associated_reverse_lookup_zone, ZONE);
    for (zone, id) in [
        ("corp.example", ErrorId::IpamApiInvalidParameter),
        ("no zone", ErrorId::IpamApiInvalidParameter),
        (
            "1.0.10.in-addr.arpa, 2.0.10.in-addr.arpa",
            ErrorId::IpamApiInvalidParameter,
        ),
        ("300.10.in-addr.arpa", ErrorId::IpamApiInvalidParameter),
        (
            "2.0.10.in-addr.arpa",
            ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds,
        ),
        (
            "8.b.d.0.1.0.0.2.ip6.arpa",
            ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds,
        ),
    ] {
        assert_eq!(refused(set(&store, &range.key, map(zone))), id, "{zone}");
    }
    // A wider zone and a narrower one both hold some of it; none at all is no zone.
    for zone in ["10.in-addr.arpa", "7.1.0.10.in-addr.arpa", ""] {
        let changed = set(&store, &range.key, map(zone)).unwrap();
        assert_eq!(changed.details.associated_reverse_lookup_zone, zone);
    }
    let v6 = mapped("2001:db8::/64", "8.b.d.0.1.0.0.2.ip6.arpa");
    add_range(&store, v6).unwrap();
}

#[test]
fn a_range_that_moves_out_of_its_zone_has_to_be_mapped_anew() {
    let store = store();
    let range = add_range(&store, mapped("10.0.1.0/24", ZONE)).unwrap();
    let moves = vec![
        RangeChange::NetworkId(net("10.0.2.0/24")),
        RangeChange::StartIpAddress(ip("10.0.2.1")),
        RangeChange::EndIpAddress(ip("10.0.2.9")),
    ];
    assert_eq!(
        refused(set(&store, &range.key, moves.clone())),
        ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds
    );
    set(
        &store,
        &range.key,
        [moves, map("2.0.10.in-addr.arpa")].concat(),
    )
    .unwrap();
}

#[test]
fn a_zone_that_no_managed_server_has_is_refused_once_zones_are_known() {
    let store = store();
    let early = add_range(&store, mapped("10.0.1.0/24", ZONE)).unwrap();
    collect_zone(&store, "2.0.10.in-addr.arpa", ZoneKind::Primary);
    add_range(&store, mapped("10.0.2.0/24", "2.0.10.in-addr.arpa")).unwrap();
    assert_eq!(
        refused(add_range(
            &store,
            mapped("10.0.3.0/24", "3.0.10.in-addr.arpa")
        )),
        ErrorId::IpamApiObjectNotFound
    );
    // What is mapped already can be edited, and stays.
    let noted = vec![RangeChange::Description("noted".to_owned())];
    set(&store, &early.key, noted).unwrap();
    collect_zone(&store, "3.0.10.in-addr.arpa", ZoneKind::Secondary);
    assert_eq!(
        refused(add_range(
            &store,
            mapped("10.0.3.0/24", "3.0.10.in-addr.arpa")
        )),
        ErrorId::IpamApiObjectNotFound
    );
}

#[test]
fn ranges_of_customers_are_not_mapped() {
    let store = store();
    let space = NewAddressSpace {
        kind: AddressSpaceKind::Customer(CustomerNetwork {
            associated_provider_address_space: AddressSpaceName::default(),
            tenant: "Tenant".to_owned(),
            vm_network: "Net".to_owned(),
            isolation_method: IsolationMethod::Nvgre,
        }),
        ..NewAddressSpace::provider("Tenant")
    };
    store.transaction(|tx| space_edit::add(tx, space)).unwrap();
    let of_customer = |zone| NewRange {
        address_space: AddressSpaceName::new("Tenant"),
        ..mapped("10.0.1.0/24", zone)
    };
    let id = ErrorId::IpamApiCustomerRangeCannotBeMappedToReverseLookupZone;
    assert_eq!(refused(add_range(&store, of_customer(ZONE))), id);
    let range = add_range(&store, of_customer("")).unwrap();
    assert_eq!(refused(set(&store, &range.key, map(ZONE))), id);
}

#[test]
fn a_discovered_range_is_mapped_and_keeps_its_zone_when_its_scope_changes() {
    let store = store();
    let of_server = |name: &str| ScopeInfo {
        name: name.to_owned(),
        ..scope("10.0.1.0/24", "10.0.1.10", "10.0.1.250")
    };
    let key = discover(&store, "dhcp1.corp.example", vec![of_server("one")]).added[0].clone();
    set(&store, &key, map(ZONE)).unwrap();
    discover(&store, "dhcp1.corp.example", vec![of_server("two")]);
    let [range] = &ranges_of(&store)[..] else {
        panic!("one scope is one range");
    };
    assert_eq!(range.details.associated_reverse_lookup_zone, ZONE);
}

#[test]
fn releases_before_2016_map_nothing_and_keep_what_is_mapped() {
    let scratch = scratch("reverse_zones.db");
    let of = |generation| {
        scratch.open().with_rules(Rules {
            generation,
            ..Rules::default()
        })
    };
    let range = {
        let new = NewRange {
            create_subnet_if_not_found: true,
            ..mapped("10.0.1.0/24", ZONE)
        };
        add_range(&of(Generation::Ws2016), new).unwrap()
    };
    let old = of(Generation::Ws2012R2);
    let noted = vec![RangeChange::Description("noted".to_owned())];
    let kept = set(&old, &range.key, noted).unwrap();
    assert_eq!(kept.details.associated_reverse_lookup_zone, ZONE);
    assert_eq!(
        refused(set(&old, &range.key, map("10.in-addr.arpa"))),
        ErrorId::IpamApiNotSupported
    );
    set(&old, &range.key, map("")).unwrap();
    assert_eq!(
        refused(set(&old, &range.key, map(ZONE))),
        ErrorId::IpamApiNotSupported
    );
}

/// Zones of which each holds the other's addresses or not.
const ZONES: [&str; 4] = ["", ZONE, "0.10.in-addr.arpa", "10.in-addr.arpa"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_zone_is_ever_mapped_to_two_ranges_that_share_an_address(
        wanted in proptest::collection::vec(
            (0_u8..3, 1_u8..120, 1_u8..120, 0_usize..ZONES.len(), 0_usize..ZONES.len()), 1..12),
    ) {
        let store = store();
        let apart = |one: &Range, other: &Range| {
            let zone = &one.details.associated_reverse_lookup_zone;
            zone.is_empty() || *zone != other.details.associated_reverse_lookup_zone
                || !one.key.span.overlaps(&other.key.span)
        };
        for (owner, first, length, zone, then) in wanted {
            let mut range = mapped("10.0.1.0/24", ZONES[zone]);
            range.owner.service_instance = format!("instance{owner}");
            range.start_ip_address = Some(IpAddr::from([10, 0, 1, first]));
            range.end_ip_address = Some(IpAddr::from([10, 0, 1, first + length]));
            let known = ranges_of(&store);
            let span = AddressRange::new(
                range.start_ip_address.unwrap(), range.end_ip_address.unwrap()).unwrap();
            let shares = |other: &&Range, zone: &str| other.key.span.overlaps(&span)
                && other.details.associated_reverse_lookup_zone == zone;
            let own = known.iter().any(|other|
                other.key.owner == range.owner && other.key.span.overlaps(&span));
            let clash = |zone: &str, known: &[Range]| !zone.is_empty()
                && known.iter().any(|other| shares(&other, zone));
            let expected = match (own, clash(ZONES[zone], &known)) {
                (true, _) => Some(ErrorId::IpamApiNonadjustableConflictingRangesFound),
                (_, true) => Some(ErrorId::IpamApiReverseLookupZoneMappedToOverlappingRange),
                (false, false) => None,
            };
            let added = add_range(&store, range);
            prop_assert_eq!(added.as_ref().err().map(|error| error.id), expected);
            if let Ok(added) = added {
                let remapped = set(&store, &added.key, map(ZONES[then]));
                prop_assert_eq!(remapped.is_err(), clash(ZONES[then], &known));
            }
            let now = ranges_of(&store);
            for (place, one) in now.iter().enumerate() {
                prop_assert!(now[place + 1..].iter().all(|other| apart(one, other)));
            }
        }
    }
}
