//! Changing blocks and ranges, and asking for some of them.

use super::*;
use crate::ipam::generation::{BlockOrder, Generation, Rules};
use crate::ipam::space::block_rules::{Limits, room};
use crate::ipam::space::{block_edit, blocks, range_edit, range_list};

fn set_block(store: &Store, key: &BlockKey, changes: Vec<BlockChange>) -> IpamResult<Block> {
    store.transaction(|tx| block_edit::set(tx, key, changes))
}

fn set_range(store: &Store, key: &RangeKey, changes: Vec<RangeChange>) -> IpamResult<Range> {
    store.transaction(|tx| range_edit::set(tx, key, changes, false))
}

fn found(store: &Store, query: RangeQuery) -> Vec<String> {
    let found = store.read(|tx| range_list::list(tx, &query));
    let found = found.expect("the store is readable");
    found
        .iter()
        .map(|range| range.key.span.to_string())
        .collect()
}

#[test]
fn a_block_that_moves_lets_go_of_its_ranges_and_takes_others() {
    let store = store();
    let outer = add_block(&store, &NewBlock::new(net("10.0.0.0/8"))).unwrap();
    let key = add_block(&store, &NewBlock::new(net("10.1.0.0/16")))
        .unwrap()
        .key;
    add_range(&store, NewRange::new(net("10.1.1.0/24"))).unwrap();
    add_range(&store, NewRange::new(net("10.2.1.0/24"))).unwrap();
    let moved = set_block(
        &store,
        &key,
        vec![BlockChange::NetworkId(net("10.2.0.0/16"))],
    )
    .unwrap();
    assert_eq!(moved.key.span.to_string(), "10.2.0.0-10.2.255.255");
    assert_eq!(moved.utilization.assigned, 254);
    let ranges = ranges_of(&store);
    assert_eq!(ranges[0].block, Some(outer.key.clone()));
    assert_eq!(ranges[1].block, Some(moved.key.clone()));

    // Part of its network alone; the rest of it is the outer block's.
    let half = vec![BlockChange::EndIpAddress(ip("10.2.0.255"))];
    let half = set_block(&store, &moved.key, half).unwrap();
    assert_eq!(half.key.span.to_string(), "10.2.0.0-10.2.0.255");
    assert_eq!(ranges_of(&store)[1].block, Some(outer.key.clone()));
    for wrong in [
        vec![],
        vec![BlockChange::Rir(Some(Rir::Ripe))],
        vec![BlockChange::NetworkId(net("10.3.0.1/16"))],
        vec![
            BlockChange::NetworkId(net("10.3.0.0/16")),
            BlockChange::StartIpAddress(ip("10.3.0.0")),
        ],
    ] {
        let refusal = refused(set_block(&store, &half.key, wrong));
        assert_eq!(refusal, ErrorId::IpamApiInvalidParameter);
    }
    let onto = vec![BlockChange::NetworkId(net("10.0.0.0/8"))];
    assert_eq!(
        refused(set_block(&store, &half.key, onto)),
        ErrorId::IpamApiConflictingIPBlocksExist
    );
    assert_eq!(
        refused(set_block(
            &store,
            &key,
            vec![BlockChange::Owner(String::new())]
        )),
        ErrorId::IpamApiObjectNotFound,
        "its key is another one now"
    );
}

#[test]
fn blocks_nest_so_deep_and_hold_so_many_and_no_more() {
    let store = store();
    // A /2 is no private space, so that the levels are made of bounds.
    for last in (0..32).rev() {
        let mut block = NewBlock::new(net("10.0.0.0/24"));
        block.start_ip_address = Some(ip("10.0.0.0"));
        block.end_ip_address = Some(ip(&format!("10.0.0.{}", 100 + last)));
        add_block(&store, &block).unwrap();
    }
    let mut deeper = NewBlock::new(net("10.0.0.0/24"));
    deeper.start_ip_address = Some(ip("10.0.0.0"));
    deeper.end_ip_address = Some(ip("10.0.0.50"));
    assert_eq!(
        refused(add_block(&store, &deeper)),
        ErrorId::IpamApiMaxChildrenReached
    );
    add_block(&store, &NewBlock::new(net("10.0.1.0/24"))).expect("beside them there is room");
    let around = NewBlock::new(net("10.0.0.0/16"));
    assert_eq!(
        refused(add_block(&store, &around)),
        ErrorId::IpamApiMaxChildrenReached
    );

    let outer = add_block(&store, &NewBlock::new(net("192.168.0.0/16")))
        .unwrap()
        .key;
    for third in 0..3 {
        let network = format!("192.168.{third}.0/24");
        add_block(&store, &NewBlock::new(net(&network))).unwrap();
    }
    let limits = Limits {
        depth: 9,
        children: 3,
    };
    let fourth = NewBlock::new(net("192.168.9.0/24")).key();
    let near = [outer];
    let room = |key| store.read(|tx| room(tx, key, &near, None, limits));
    assert_eq!(refused(room(&fourth)), ErrorId::IpamApiMaxChildrenReached);
    // One around two of the three leaves two.
    room(&NewBlock::new(net("192.168.0.0/23")).key()).unwrap();
}

#[test]
fn prefixes_are_as_long_as_the_release_takes() {
    for (generation, networks) in [
        (Generation::Ws2012R2, ["10.0.0.0/31", "2001:db8::/128"]),
        (Generation::Ws2012, ["10.0.0.0/32", "2001:db8::/128"]),
    ] {
        let store = store().with_rules(Rules {
            generation,
            ..Rules::default()
        });
        for network in networks {
            let refusal = refused(add_block(&store, &NewBlock::new(net(network))));
            assert_eq!(refusal, ErrorId::IpamApiInvalidParameter, "{network}");
            let refusal = refused(add_range(&store, NewRange::new(net(network))));
            assert_eq!(refusal, ErrorId::IpamApiInvalidParameter, "{network}");
        }
        add_block(&store, &NewBlock::new(net("10.0.0.0/30"))).unwrap();
        add_block(&store, &NewBlock::new(net("2001:db8::/127"))).unwrap();
    }
    add_block(&store(), &NewBlock::new(net("10.0.0.0/32"))).expect("no release, no limit");
}

#[test]
fn the_order_of_the_protocol_takes_the_larger_of_two_blocks_with_equal_start() {
    let literal = store().with_rules(Rules {
        block_order: BlockOrder::Literal,
        ..Rules::default()
    });
    for network in ["10.0.0.0/8", "10.0.0.0/16", "10.0.128.0/17"] {
        add_block(&literal, &NewBlock::new(net(network))).unwrap();
    }
    let block = |network: &str| {
        let range = add_range(&literal, NewRange::new(net(network))).unwrap();
        range.block.unwrap().network_id
    };
    assert_eq!(block("10.0.1.0/24"), net("10.0.0.0/8"));
    assert_eq!(
        block("10.0.200.0/24"),
        net("10.0.128.0/17"),
        "start descending"
    );
}

#[test]
fn an_edited_range_is_one_that_could_be_added() {
    let store = store();
    let first = add_range(&store, NewRange::new(net("10.0.1.0/24")))
        .unwrap()
        .key;
    let vmm = RangeChange::ManagedByService(ManagedByService::Vmm);
    let other = NewRange {
        start_ip_address: Some(ip("10.0.2.1")),
        end_ip_address: Some(ip("10.0.2.9")),
        ..NewRange::new(net("10.0.2.0/24"))
    };
    let other = add_range(&store, other).unwrap().key;
    for (changes, id) in [
        (vec![], ErrorId::IpamApiInvalidParameter),
        (
            vec![RangeChange::ManagedByService(ManagedByService::MsDhcp)],
            ErrorId::IpamApiInvalidParameter,
        ),
        (
            vec![RangeChange::StartIpAddress(ip("10.0.2.0"))],
            ErrorId::IpamApiInvalidStartIPWithAllZeroes,
        ),
        (
            vec![RangeChange::Owner("x".repeat(101))],
            ErrorId::IpamApiInvalidParameter,
        ),
        (
            vec![RangeChange::Gateway(vec!["2001:db8::1/1".parse().unwrap()])],
            ErrorId::IpamApiInvalidParameter,
        ),
        (
            vec![
                RangeChange::NetworkId(net("10.0.1.0/24")),
                RangeChange::StartIpAddress(ip("10.0.1.9")),
                RangeChange::EndIpAddress(ip("10.0.1.10")),
            ],
            ErrorId::IpamApiNonadjustableConflictingRangesFound,
        ),
    ] {
        let told = format!("{changes:?}");
        assert_eq!(refused(set_range(&store, &other, changes)), id, "{told}");
    }
    // It may overlap what it was.
    let wider = vec![RangeChange::EndIpAddress(ip("10.0.2.99"))];
    let wider = set_range(&store, &other, wider).unwrap();
    assert_eq!(wider.key.span.to_string(), "10.0.2.1-10.0.2.99");
    set_range(
        &store,
        &first,
        vec![RangeChange::Owner("x".repeat(100)), vmm],
    )
    .unwrap();
    assert_eq!(
        ranges_of(&store)[0].key.owner.to_string(),
        "VMM / Localhost"
    );
}

#[test]
fn only_notes_of_a_discovered_range_can_be_edited() {
    let store = store();
    let mut one = scope("10.0.1.0/24", "10.0.1.10", "10.0.1.250");
    one.routers = vec![ip("10.0.1.1")];
    discover(&store, "dhcp1.corp.example", vec![one.clone()]);
    let key = ranges_of(&store)[0].key.clone();
    let from_its_scope = [
        RangeChange::NetworkId(net("10.0.2.0/24")),
        RangeChange::EndIpAddress(ip("10.0.1.99")),
        RangeChange::ManagedByService(ManagedByService::Ipam),
        RangeChange::ServiceInstance("Localhost".to_owned()),
        RangeChange::AssignmentType(AssignmentType::Static),
        RangeChange::UtilizationCalculation(UtilizationCalculation::UserSpecified(1)),
        RangeChange::Gateway(Vec::new()),
        RangeChange::DnsServers(Vec::new()),
    ];
    for change in from_its_scope {
        assert_eq!(
            refused(set_range(&store, &key, vec![change])),
            ErrorId::IpamApiCannotUpdateDiscoveredRange
        );
    }
    let aside = "10.0.1.240-10.0.1.250".parse().unwrap();
    let notes = vec![
        RangeChange::Owner("network team".to_owned()),
        RangeChange::ReservedAddress(vec![aside]),
    ];
    set_range(&store, &key, notes).unwrap();
    one.name = "renamed".to_owned();
    discover(&store, "dhcp1.corp.example", vec![one]);
    let range = &ranges_of(&store)[0];
    assert_eq!(range.details.owner, "network team");
    assert_eq!(range.details.gateway[0].to_string(), "10.0.1.1/Automatic");
    let outside = vec![RangeChange::Vip(vec!["10.0.1.251".parse().unwrap()])];
    assert_eq!(
        refused(set_range(&store, &key, outside)),
        ErrorId::IpamApiInvalidParameter
    );
}

#[test]
fn failover_partners_overlap_because_of_failover_and_with_others_plainly() {
    let store = store();
    let shared = |partner: &str| {
        let mut shared = scope("10.0.1.0/24", "10.0.1.10", "10.0.1.250");
        shared.failover = Some(crate::wire::windows::dhcpm::Failover {
            relationship: "floors".to_owned(),
            partner: partner.parse().unwrap(),
        });
        shared
    };
    discover(
        &store,
        "dhcp1.corp.example",
        vec![shared("dhcp2.corp.example")],
    );
    discover(
        &store,
        "dhcp2.corp.example",
        vec![shared("dhcp1.corp.example")],
    );
    let flags = || -> Vec<RangeOverlap> {
        ranges_of(&store)
            .iter()
            .map(|range| range.overlapping)
            .collect()
    };
    assert_eq!(flags(), [RangeOverlap::OverlappingBecauseFailover; 2]);
    let third = scope("10.0.1.0/24", "10.0.1.10", "10.0.1.99");
    discover(&store, "dhcp3.corp.example", vec![third]);
    assert_eq!(flags(), [RangeOverlap::Overlapping; 3]);
    for range in ranges_of(&store) {
        let query = RangeQuery::of_key(&range.key);
        let alone = store.read(|tx| range_list::list(tx, &query)).unwrap();
        assert_eq!(alone, [range], "looked at alone it is the same");
    }
}

#[test]
fn ranges_and_blocks_are_found_by_what_they_are() {
    let store = store();
    let block = add_block(&store, &NewBlock::new(net("10.0.0.0/16")))
        .unwrap()
        .key;
    add_range(&store, NewRange::new(net("10.0.1.0/24"))).unwrap();
    add_range(&store, NewRange::new(net("192.0.2.0/24"))).unwrap();
    add_range(&store, NewRange::new(net("2001:db8::/64"))).unwrap();
    let all = RangeQuery::default;
    let v4 = ["10.0.1.1-10.0.1.254", "192.0.2.1-192.0.2.254"];
    let family = |family| {
        found(
            &store,
            RangeQuery {
                address_family: Some(family),
                ..all()
            },
        )
    };
    assert_eq!(family(crate::addr::Family::V4), v4);
    assert_eq!(family(crate::addr::Family::V6).len(), 1);
    let public = AddressCategory::Public;
    let query = RangeQuery {
        address_category: Some(public),
        ..all()
    };
    assert_eq!(found(&store, query), v4[1..]);
    let query = RangeQuery {
        mapping_to_block: Some(block.clone()),
        ..all()
    };
    assert_eq!(found(&store, query), v4[..1]);
    let query = RangeQuery {
        unmapped: true,
        ..all()
    };
    assert_eq!(found(&store, query).len(), 2);
    let query = RangeQuery {
        network_id: Some(net("192.0.2.0/24")),
        ..all()
    };
    assert_eq!(found(&store, query), v4[1..]);

    let inner = add_block(&store, &NewBlock::new(net("10.0.1.0/24")))
        .unwrap()
        .key;
    add_block(&store, &NewBlock::new(net("10.0.1.0/25"))).unwrap();
    let query = BlockQuery {
        mapping_to_parent_block: Some(block),
        ..BlockQuery::default()
    };
    let children = store.read(|tx| blocks::list(tx, &query)).unwrap();
    assert_eq!(children.len(), 1);
    assert_eq!(children[0].key, inner);
}

#[test]
fn addresses_are_found_by_where_they_map_to() {
    let store = store();
    let block = add_block(&store, &NewBlock::new(net("10.0.0.0/16")))
        .unwrap()
        .key;
    let range = add_range(&store, NewRange::new(net("10.0.1.0/24")))
        .unwrap()
        .key;
    for text in ["10.0.1.20", "10.0.2.20", "2001:db8::20"] {
        add_address(&store, NewAddress::new(ip(text))).unwrap();
    }
    let listed = |query: AddressQuery| -> Vec<String> {
        let found = store.read(|tx| crate::ipam::space::addresses::list(tx, &query));
        let found = found.unwrap();
        found
            .iter()
            .map(|found| found.key.ip_address.to_string())
            .collect()
    };
    let listed = |change: &dyn Fn(&mut AddressQuery)| {
        let mut query = AddressQuery::default();
        change(&mut query);
        listed(query)
    };
    let mapped = ["10.0.1.20"];
    let subnet = SubnetKey {
        address_space: AddressSpaceName::default(),
        network_id: net("10.0.1.0/24"),
    };
    let found = listed(&|query| query.mapping_to_block = Some(block.clone()));
    assert_eq!(found, mapped);
    let found = listed(&|query| query.mapped_to = Some(range.clone()));
    assert_eq!(found, mapped);
    let found = listed(&|query| query.mapping_to_subnet = Some(subnet.clone()));
    assert_eq!(found, mapped);
    let unmapped = listed(&|query| query.unmapped = true);
    assert_eq!(unmapped, ["10.0.2.20", "2001:db8::20"]);
    let global = listed(&|query| query.address_category = Some(AddressCategory::Global));
    assert_eq!(global, ["2001:db8::20"]);
}
