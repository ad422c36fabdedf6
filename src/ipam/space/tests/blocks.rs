//! The rules of blocks.

use super::*;

fn public(network: &str) -> NewBlock {
    let mut block = NewBlock::new(net(network));
    block.details.rir = Some(Rir::Arin);
    block
}

#[test]
fn a_block_covers_its_network_unless_told_otherwise() {
    let store = store();
    let block = add_block(&store, &NewBlock::new(net("10.0.0.0/8"))).unwrap();
    assert_eq!(block.key.span.to_string(), "10.0.0.0-10.255.255.255");
    assert_eq!(block.address_category, AddressCategory::Private);
    assert_eq!(block.utilization.total, 16_777_216);

    // The seed's own example ends before the end of its network.
    let mut part = public("65.52.0.0/14");
    part.start_ip_address = Some(ip("65.52.0.0"));
    assert_eq!(
        refused(add_block(&store, &part)),
        ErrorId::IpamApiInvalidParameter
    );
    part.end_ip_address = Some(ip("65.52.255.255"));
    let part = add_block(&store, &part).unwrap();
    assert_eq!(part.key.span.to_string(), "65.52.0.0-65.52.255.255");
    assert_eq!(part.address_category, AddressCategory::Public);
}

#[test]
fn the_registry_is_required_for_public_space_and_refused_for_private() {
    let store = store();
    assert_eq!(
        refused(add_block(&store, &NewBlock::new(net("65.52.0.0/14")))),
        ErrorId::IpamApiRIRNotSpecifiedForAPublicIPv4Block
    );
    assert_eq!(
        refused(add_block(&store, &public("10.0.0.0/8"))),
        ErrorId::IpamApiInvalidParameter
    );
    add_block(&store, &NewBlock::new(net("2001:db8::/48"))).expect("not required for IPv6");
}

#[test]
fn networks_bounds_and_categories_must_fit() {
    let store = store();
    for (network, id) in [
        ("10.0.0.1/8", ErrorId::IpamApiInvalidParameter),
        ("0.0.0.0/0", ErrorId::IpamApiInvalidParameter),
        ("172.0.0.0/8", ErrorId::IpamApiInvalidAddressRange),
        ("100.64.0.0/10", ErrorId::IpamApiInvalidAddressRange),
        ("fd00::/8", ErrorId::IpamApiInvalidAddressRange),
    ] {
        assert_eq!(
            refused(add_block(&store, &public(network))),
            id,
            "{network}"
        );
    }
    let good = NewBlock::new(net("10.0.0.0/16"));
    for (start, end) in [
        ("10.0.0.9", "10.0.0.1"),
        ("9.0.0.0", "10.0.0.1"),
        ("::1", "::2"),
    ] {
        let wrong = NewBlock {
            start_ip_address: Some(ip(start)),
            end_ip_address: Some(ip(end)),
            ..good.clone()
        };
        assert_eq!(
            refused(add_block(&store, &wrong)),
            ErrorId::IpamApiInvalidParameter
        );
    }
    let wrong = NewBlock {
        address_category: Some(AddressCategory::Public),
        ..good.clone()
    };
    assert_eq!(
        refused(add_block(&store, &wrong)),
        ErrorId::IpamApiInvalidParameter
    );
    add_block(&store, &good).unwrap();
}

#[test]
fn blocks_nest_and_never_overlap_in_part() {
    let store = store();
    add_block(&store, &NewBlock::new(net("10.0.0.0/8"))).unwrap();
    let inner = add_block(&store, &NewBlock::new(net("10.0.0.0/16"))).unwrap();
    assert_eq!(inner.parent.unwrap().network_id, net("10.0.0.0/8"));
    assert_eq!(
        refused(add_block(&store, &NewBlock::new(net("10.0.0.0/16")))),
        ErrorId::IpamApiConflictingIPBlocksExist
    );
    let mut across = NewBlock::new(net("10.0.0.0/12"));
    across.start_ip_address = Some(ip("10.0.255.0"));
    across.end_ip_address = Some(ip("10.2.0.0"));
    assert_eq!(
        refused(add_block(&store, &across)),
        ErrorId::IpamApiConflictingIPBlocksExist
    );
}

#[test]
fn removing_a_block_remaps_its_ranges_or_takes_its_sub_blocks_along() {
    let store = store();
    let outer = add_block(&store, &NewBlock::new(net("10.0.0.0/8")))
        .unwrap()
        .key;
    let inner = add_block(&store, &NewBlock::new(net("10.1.0.0/16")))
        .unwrap()
        .key;
    add_range(&store, NewRange::new(net("10.1.2.0/24"))).unwrap();
    assert_eq!(ranges_of(&store)[0].block, Some(inner.clone()));
    let remove =
        |key, sub| store.transaction(|tx| crate::ipam::space::blocks::remove(tx, key, sub));
    assert_eq!(remove(&inner, false).unwrap(), std::slice::from_ref(&inner));
    assert_eq!(ranges_of(&store)[0].block, Some(outer.clone()));
    assert_eq!(
        refused(remove(&inner, false)),
        ErrorId::IpamApiObjectNotFound
    );

    let inner = add_block(&store, &NewBlock::new(net("10.1.0.0/16")))
        .unwrap()
        .key;
    assert_eq!(
        remove(&outer, true).unwrap(),
        [outer.clone(), inner.clone()]
    );
    assert_eq!(ranges_of(&store)[0].block, None);
    assert!(blocks_of(&store).is_empty());
}

#[test]
fn utilization_adds_up_the_ranges_and_counts_overlaps_once() {
    let store = store();
    add_block(&store, &NewBlock::new(net("10.0.0.0/16"))).unwrap();
    discover(
        &store,
        "dhcp1.corp.example",
        vec![scope("10.0.1.0/24", "10.0.1.1", "10.0.1.100")],
    );
    discover(
        &store,
        "dhcp2.corp.example",
        vec![scope("10.0.1.0/24", "10.0.1.1", "10.0.1.100")],
    );
    add_range(&store, NewRange::new(net("10.0.2.0/24"))).unwrap();
    let mut used = NewAddress::new(ip("10.0.2.7"));
    add_address(&store, used.clone()).unwrap();
    used.ip_address = ip("10.0.3.7");
    add_address(&store, used).unwrap();
    let block = &blocks_of(&store)[0];
    assert_eq!(block.utilization.assigned, 100 + 254);
    assert_eq!(block.utilization.utilized, 3 + 1);
}
