//! Mapping and overlap against a plain slow model: everything compared with everything.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::addr::AddressRange;
use crate::ipam::generation::{BlockOrder, Rules};
use crate::ipam::space::{range_list, ranges};
use crate::wire::windows::dhcpm::Failover;

/// A span of 10.0.0.0/26 by two offsets in any order.
fn span(a: u8, b: u8) -> AddressRange {
    let at = |offset: u8| IpAddr::from([10, 0, 0, offset % 64]);
    AddressRange::new(at(a.min(b)), at(a.max(b))).expect("in order")
}

/// The smallest network around a span, or a larger one.
fn network(span: &AddressRange, slack: u8) -> IpNet {
    let longest = (0..=32_u8)
        .rev()
        .map(|length| IpNet::new(span.first(), length).expect("a length").trunc())
        .find(|network| AddressRange::of_prefix(*network).contains_range(span))
        .expect("the whole of IPv4 is around it");
    let length = longest.prefix_len().saturating_sub(slack).max(24);
    IpNet::new(span.first(), length).expect("a length").trunc()
}

/// A block or a range to add: two offsets and how much larger its network is.
type Given = (u8, u8, u8);

fn given() -> impl Strategy<Value = Given> {
    (0..64_u8, 0..64_u8, 0..4_u8)
}

/// The model: every block that contains the object, the one wanted picked by sorting.
fn model(
    blocks: &[BlockKey],
    order: BlockOrder,
    of: &AddressRange,
    prefix: u8,
) -> Option<BlockKey> {
    let mut holding: Vec<&BlockKey> = blocks
        .iter()
        .filter(|block| block.span.contains_range(of))
        .filter(|block| prefix >= block.network_id.prefix_len())
        .collect();
    match order {
        BlockOrder::Smallest => holding.sort_by_key(|block| block.span.size()),
        BlockOrder::Literal => holding.sort_by_key(|block| {
            let length = block.network_id.prefix_len();
            std::cmp::Reverse((block.span.first(), block.span.last(), length))
        }),
    }
    holding.first().map(|block| (*block).clone())
}

/// Whether a block fits among others, by comparing it with each.
fn fits(blocks: &[BlockKey], span: &AddressRange) -> bool {
    blocks.iter().all(|other| {
        let nested = other.span.contains_range(span) || span.contains_range(&other.span);
        other.span != *span && (nested || !other.span.overlaps(span))
    })
}

/// What a range serves, address by address.
fn served(range: &Range) -> BTreeSet<IpAddr> {
    let mut served: BTreeSet<IpAddr> = range.key.span.addresses().collect();
    for (first, last) in range.scope.iter().flat_map(|scope| &scope.exclusions) {
        served.retain(|address| address < first || address > last);
    }
    served
}

/// The model of overlap: every pair.
fn overlap(ranges: &[Range], of: usize, partners: fn(&Range, &Range) -> bool) -> RangeOverlap {
    let mut found = RangeOverlap::NotOverlapping;
    let own = served(&ranges[of]);
    for (other, range) in ranges.iter().enumerate() {
        if other == of || served(range).is_disjoint(&own) {
            continue;
        }
        if !partners(&ranges[of], range) {
            return RangeOverlap::Overlapping;
        }
        found = RangeOverlap::OverlappingBecauseFailover;
    }
    found
}

fn is_scope_of(range: &Range, server: &str) -> bool {
    range.key.owner.service_instance == server && range.scope.is_some()
}

/// dhcp1 and dhcp2 share the scopes of equal network.
fn partners(one: &Range, other: &Range) -> bool {
    let [a, b] = ["dhcp1.corp.example", "dhcp2.corp.example"];
    let pair = (is_scope_of(one, a) && is_scope_of(other, b))
        || (is_scope_of(one, b) && is_scope_of(other, a));
    pair && one.network_id == other.network_id
}

/// Two ends of a span, in any order.
fn span_of() -> impl Strategy<Value = (u8, u8)> {
    (0..64_u8, 0..64_u8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_range_maps_to_the_block_that_the_model_picks(
        blocks in prop::collection::vec(given(), 0..12),
        ranges in prop::collection::vec(given(), 1..8),
        literal in any::<bool>(),
        gone in any::<prop::sample::Index>(),
    ) {
        let block_order = if literal { BlockOrder::Literal } else { BlockOrder::Smallest };
        let rules = Rules { block_order, ..Rules::default() };
        let store = store().with_rules(rules);
        let mut known: Vec<BlockKey> = Vec::new();
        for (a, b, slack) in blocks {
            let span = span(a, b);
            let mut new = NewBlock::new(network(&span, slack));
            new.start_ip_address = Some(span.first());
            new.end_ip_address = Some(span.last());
            let added = add_block(&store, &new);
            prop_assert_eq!(added.is_ok(), fits(&known, &span), "{} among {:?}", span, known);
            known.extend(added.ok().map(|block| block.key));
        }
        if !known.is_empty() {
            let key = known.remove(gone.index(known.len()));
            let remove = crate::ipam::space::blocks::remove;
            let removed = store.transaction(|tx| remove(tx, &key, false));
            prop_assert!(removed.is_ok());
        }
        for (owner, (a, b, slack)) in ranges.into_iter().enumerate() {
            let span = span(a, b);
            let mut new = NewRange::new(network(&span, slack));
            new.start_ip_address = Some(span.first());
            new.end_ip_address = Some(span.last());
            new.owner.service_instance = format!("owner {owner}");
            // One on the edge of its network is refused, which is another rule.
            let Ok(added) = add_range(&store, new) else { continue };
            let length = added.network_id.prefix_len();
            let wanted = model(&known, block_order, &added.key.span, length);
            prop_assert_eq!(&added.block, &wanted, "{} in {:?}", added.key.span, known);
        }
        for range in ranges_of(&store) {
            let length = range.network_id.prefix_len();
            let wanted = model(&known, block_order, &range.key.span, length);
            prop_assert_eq!(range.block, wanted, "in a list");
        }
        for block in blocks_of(&store) {
            let others: Vec<BlockKey> =
                known.iter().filter(|other| **other != block.key).cloned().collect();
            let length = block.key.network_id.prefix_len();
            let wanted = model(&others, block_order, &block.key.span, length);
            prop_assert_eq!(block.parent, wanted, "{}", block.key.span);
        }
    }

    #[test]
    fn every_range_is_flagged_as_the_model_flags_it(
        own in prop::collection::vec((0..64_u8, 0..64_u8, 0..3_usize), 0..6),
        scopes in prop::collection::vec((span_of(), 0..2_usize, span_of()), 0..5),
    ) {
        let store = store();
        for (a, b, owner) in own {
            let span = span(a, b);
            let mut new = NewRange::new(net("10.0.0.0/24"));
            new.start_ip_address = Some(span.first());
            new.end_ip_address = Some(span.last());
            new.owner.service_instance = format!("owner {owner}");
            let others = ranges_of(&store).into_iter();
            let others: Vec<RangeKey> = others.map(|range| range.key).collect();
            let free = others.iter().all(|other| {
                other.owner != new.owner || !other.span.overlaps(&span)
            });
            let network_address = span.first() == ip("10.0.0.0");
            let added = add_range(&store, new).is_ok();
            prop_assert_eq!(added, free && !network_address, "{} among {:?}", span, others);
        }
        let servers = ["dhcp1.corp.example", "dhcp2.corp.example"];
        let mut of_server = [Vec::new(), Vec::new()];
        let mut before = 0;
        for (place, ((a, b), server, (c, d))) in scopes.into_iter().enumerate() {
            let (span, excluded) = (span(a, b), span(c, d));
            // Two scopes of one network follow each other: they are those of the two partners, as
            // a server has one scope of a network.
            let number = place / 2;
            let server = if place % 2 == 0 { server } else { 1 - before };
            before = server;
            let mut info = scope(&format!("10.0.{number}.0/24"), "10.0.0.1", "10.0.0.2");
            (info.first, info.last) = (span.first(), span.last());
            info.exclusions = vec![(excluded.first(), excluded.last())];
            info.failover = Some(Failover {
                relationship: "pair".to_owned(),
                partner: servers[1 - server].parse().expect("a name"),
            });
            of_server[server].push(info);
        }
        for (server, scopes) in servers.iter().zip(of_server) {
            discover(&store, server, scopes);
        }
        let all = ranges_of(&store);
        for (place, range) in all.iter().enumerate() {
            let wanted = overlap(&all, place, partners);
            prop_assert_eq!(range.overlapping, wanted, "{} of {:#?}", range.key, all);
            let query = RangeQuery::of_key(&range.key);
            let alone = store.read(|tx| range_list::list(tx, &query)).expect("readable");
            prop_assert_eq!(alone.len(), 1);
            prop_assert_eq!(alone[0].overlapping, wanted, "{} alone", range.key);
            let near = store.read(|tx| ranges::near(tx, &range.key)).expect("readable");
            let near: BTreeSet<RangeKey> = near.into_iter().map(|range| range.key).collect();
            let touching = all.iter().filter(|other| other.key.span.overlaps(&range.key.span));
            let touching: BTreeSet<RangeKey> = touching.map(|range| range.key.clone()).collect();
            prop_assert_eq!(near, touching, "near {}", range.key);
        }
    }
}
