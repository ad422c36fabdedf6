//! The rules of ranges, by hand and discovered.

use super::*;

fn vmm(network: &str) -> NewRange {
    NewRange {
        owner: Owner {
            managed_by_service: ManagedByService::Vmm,
            service_instance: "vmm1".to_owned(),
        },
        ..NewRange::new(net(network))
    }
}

#[test]
fn a_range_defaults_to_the_usable_addresses_and_the_dialog_values() {
    let store = store();
    let range = add_range(&store, NewRange::new(net("10.0.1.0/24"))).unwrap();
    assert_eq!(range.key.span.to_string(), "10.0.1.1-10.0.1.254");
    assert_eq!(range.key.owner.to_string(), "IPAM / Localhost");
    assert_eq!(range.assignment_type, AssignmentType::Static);
    assert_eq!(range.block, None);
    assert_eq!(range.overlapping, RangeOverlap::NotOverlapping);
    let pair = add_range(&store, NewRange::new(net("10.0.2.0/31"))).unwrap();
    assert_eq!(pair.key.span.size(), 2);
}

#[test]
fn start_and_end_may_not_be_the_network_or_the_broadcast_address() {
    let store = store();
    let with = |start: &str, end: &str| NewRange {
        start_ip_address: Some(ip(start)),
        end_ip_address: Some(ip(end)),
        ..NewRange::new(net("10.0.1.0/24"))
    };
    assert_eq!(
        refused(add_range(&store, with("10.0.1.0", "10.0.1.9"))),
        ErrorId::IpamApiInvalidStartIPWithAllZeroes
    );
    assert_eq!(
        refused(add_range(&store, with("10.0.1.9", "10.0.1.255"))),
        ErrorId::IpamApiInvalidEndIPHostIdAllOnes
    );
    add_range(&store, with("10.0.1.9", "10.0.1.20")).unwrap();
}

#[test]
fn only_discovery_makes_ms_dhcp_ranges() {
    let store = store();
    let mut range = NewRange::new(net("10.0.1.0/24"));
    range.owner = Owner::of_dhcp_server(&"dhcp1.corp.example".parse().unwrap());
    assert_eq!(
        refused(add_range(&store, range)),
        ErrorId::IpamApiInvalidParameter
    );
    let mut range = NewRange::new(net("10.0.1.0/24"));
    range.dhcp_scope_name = Some("floor 1".to_owned());
    assert_eq!(
        refused(add_range(&store, range)),
        ErrorId::IpamApiDhcpDataSpecifiedForStaticRange
    );
    let mixed = NewRange::new(net("8.0.0.0/5"));
    assert_eq!(
        refused(add_range(&store, mixed)),
        ErrorId::IpamApiInvalidAddressRange
    );
    let mut crowded = NewRange::new(net("10.0.1.0/24"));
    crowded.details.utilization_calculation = UtilizationCalculation::UserSpecified(255);
    assert_eq!(
        refused(add_range(&store, crowded)),
        ErrorId::IpamApiInvalidParameter
    );
    let mut aside = NewRange::new(net("10.0.1.0/24"));
    aside.details.vip = vec!["10.0.2.1".parse().unwrap()];
    assert_eq!(
        refused(add_range(&store, aside)),
        ErrorId::IpamApiInvalidParameter
    );
}

#[test]
fn overlap_is_refused_for_one_owner_and_flagged_between_owners() {
    let store = store();
    add_range(&store, NewRange::new(net("10.0.1.0/24"))).unwrap();
    let inside = NewRange {
        start_ip_address: Some(ip("10.0.1.200")),
        end_ip_address: Some(ip("10.0.1.210")),
        ..NewRange::new(net("10.0.1.0/24"))
    };
    assert_eq!(
        refused(add_range(&store, inside)),
        ErrorId::IpamApiNonadjustableConflictingRangesFound
    );
    let other = add_range(&store, vmm("10.0.1.0/24")).unwrap();
    assert_eq!(other.overlapping, RangeOverlap::Overlapping);
    add_range(&store, vmm("10.0.9.0/24")).unwrap();
    let flags: Vec<RangeOverlap> = ranges_of(&store).iter().map(|r| r.overlapping).collect();
    assert_eq!(
        flags,
        [
            RangeOverlap::Overlapping,
            RangeOverlap::Overlapping,
            RangeOverlap::NotOverlapping
        ]
    );
}

#[test]
fn exclusions_are_subtracted_before_overlap_is_judged() {
    let store = store();
    let mut scope = scope("10.0.1.0/24", "10.0.1.1", "10.0.1.254");
    scope.exclusions = vec![(ip("10.0.1.1"), ip("10.0.1.50"))];
    discover(&store, "dhcp1.corp.example", vec![scope]);
    let beside = |end: &str| NewRange {
        start_ip_address: Some(ip("10.0.1.1")),
        end_ip_address: Some(ip(end)),
        ..vmm("10.0.1.0/24")
    };
    let over_the_exclusion = add_range(&store, beside("10.0.1.50")).unwrap();
    assert_eq!(over_the_exclusion.overlapping, RangeOverlap::NotOverlapping);
    store
        .transaction(|tx| crate::ipam::space::ranges::remove(tx, &over_the_exclusion.key, false))
        .unwrap();
    let one_more = add_range(&store, beside("10.0.1.51")).unwrap();
    assert_eq!(one_more.overlapping, RangeOverlap::Overlapping);
}

#[test]
fn scopes_become_ranges_follow_their_server_and_vanish_with_it() {
    let store = store();
    let one = scope("10.0.1.0/24", "10.0.1.10", "10.0.1.250");
    let two = scope("10.0.2.0/24", "10.0.2.10", "10.0.2.250");
    let first = discover(&store, "dhcp1.corp.example", vec![one.clone(), two.clone()]);
    assert_eq!(first.added.len(), 2);
    let range = &ranges_of(&store)[0];
    assert_eq!(range.key.owner.to_string(), "MS DHCP / dhcp1.corp.example");
    assert_eq!(range.assignment_type, AssignmentType::Dynamic);
    assert_eq!(range.utilization.utilized, 3);
    discover(
        &store,
        "dhcp2.corp.example",
        vec![scope("10.0.3.0/24", "10.0.3.1", "10.0.3.9")],
    );

    let renamed = ScopeInfo {
        name: "renamed".to_owned(),
        ..one
    };
    let second = discover(&store, "dhcp1.corp.example", vec![renamed]);
    assert_eq!((second.updated.len(), second.removed.len()), (1, 1));
    let left = ranges_of(&store);
    assert_eq!(left.len(), 2, "the other server's range stays");
    assert_eq!(left[0].scope.as_ref().unwrap().name, "renamed");
    let third = discover(
        &store,
        "dhcp1.corp.example",
        vec![left[0].scope.clone().unwrap()],
    );
    assert_eq!(third, DiscoveredRanges::default(), "nothing changed");
}

#[test]
fn a_range_maps_to_the_smallest_block_of_its_category() {
    let store = store();
    for network in ["10.0.0.0/8", "10.0.0.0/16"] {
        add_block(&store, &NewBlock::new(net(network))).unwrap();
    }
    let range = add_range(&store, NewRange::new(net("10.0.1.0/24"))).unwrap();
    // Both blocks start at the same address; the smaller one is the right one.
    assert_eq!(range.block.unwrap().network_id, net("10.0.0.0/16"));
    let wide = add_range(&store, NewRange::new(net("10.64.0.0/10"))).unwrap();
    assert_eq!(wide.block.unwrap().network_id, net("10.0.0.0/8"));
    let outside = add_range(&store, NewRange::new(net("192.168.0.0/24"))).unwrap();
    assert_eq!(outside.block, None);
}
