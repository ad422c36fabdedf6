//! Samples, statuses and trends over a store, held against plain counts.

use jiff::Timestamp;

use crate::ipam::error::ErrorId;
use crate::ipam::space::tests::{add_address, add_block, add_range, discover, scope};
use crate::ipam::space::{
    BlockKey, NewAddress, NewBlock, NewRange, Range, RangeDetails, UtilizationCalculation,
    UtilizationStatus, whole,
};
use crate::ipam::store::{Database, Store};

use super::period::UtilizationPeriod;
use super::sample::{SampleReport, sample};
use super::view::{Trend, Usage, UsageObject, trend, usages};
use super::{forget_trends, rows};

fn store() -> Store {
    Store::open(&Database::Memory).expect("memory is always there")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

fn run(store: &Store, when: &str) -> SampleReport {
    store.transaction(|tx| sample(tx, at(when))).unwrap()
}

fn block(store: &Store) -> BlockKey {
    let (blocks, _) = store.read(whole).unwrap();
    blocks[0].key.clone()
}

fn range(store: &Store, network: &str) -> Range {
    let (_, ranges) = store.read(whole).unwrap();
    let found = ranges.into_iter();
    let mut of_it = found.filter(|range| range.network_id.to_string() == network);
    of_it.next().expect(network)
}

fn of_range(store: &Store, network: &str) -> Usage {
    let object = UsageObject::Range(range(store, network).key);
    let every = store.read(usages).unwrap();
    let mut found = every.into_iter().filter(|usage| usage.object == object);
    found.next().expect(network)
}

fn day_trend(store: &Store, object: UsageObject, now: &str) -> Trend {
    let period = UtilizationPeriod::OneDay;
    store.read(|tx| trend(tx, object, period, at(now))).unwrap()
}

/// A block, a range of ten addresses in it, and as many records as asked for.
fn world(records: u8) -> Store {
    let store = store();
    add_block(&store, &NewBlock::new("10.0.0.0/16".parse().unwrap())).unwrap();
    let mut ten = NewRange::new("10.0.1.0/24".parse().unwrap());
    ten.start_ip_address = Some("10.0.1.1".parse().unwrap());
    ten.end_ip_address = Some("10.0.1.10".parse().unwrap());
    add_range(&store, ten).unwrap();
    for last in 1..=records {
        record(&store, last);
    }
    store
}

fn record(store: &Store, last: u8) {
    let address = NewAddress::new(format!("10.0.1.{last}").parse().unwrap());
    add_address(store, address).unwrap();
}

#[test]
fn a_threshold_is_crossed_when_the_status_differs_from_the_run_before() {
    let store = world(1);
    assert_eq!(
        of_range(&store, "10.0.1.0/24").status,
        UtilizationStatus::Under
    );
    let first = run(&store, "2026-03-02T08:00:00Z");
    // The block, the range, its subnet, and the levels of the built-in group of ranges.
    assert_eq!((first.objects, first.samples), (6, 6));
    assert_eq!(first.crossings, []);
    record(&store, 2);
    let second = run(&store, "2026-03-02T10:00:00Z");
    let told: Vec<String> = second.crossings.iter().map(ToString::to_string).collect();
    let range = "range 10.0.1.1-10.0.1.10 (IPAM / Localhost): Optimal, 20.00 % utilized";
    assert_eq!(told.len(), 2);
    assert_eq!(told[1], format!("{range}, no longer Under"));
    assert_eq!(run(&store, "2026-03-02T12:00:00Z").crossings, []);
    (3..=9).for_each(|last| record(&store, last));
    let over = run(&store, "2026-03-02T14:00:00Z");
    assert!(
        over.crossings[1]
            .to_string()
            .ends_with("90.00 % utilized, over 80 %")
    );
}

#[test]
fn what_is_over_when_it_is_first_seen_is_told_and_what_is_under_is_not() {
    let store = world(9);
    let report = run(&store, "2026-03-02T08:00:00Z");
    assert_eq!(report.crossings.len(), 2);
    assert!(
        report
            .crossings
            .iter()
            .all(|crossing| crossing.before.is_none())
    );
}

#[test]
fn what_an_administrator_types_in_is_what_counts() {
    let store = store();
    let mut typed = NewRange::new("10.0.2.0/24".parse().unwrap());
    typed.details = RangeDetails {
        utilization_calculation: UtilizationCalculation::UserSpecified(127),
        ..RangeDetails::default()
    };
    add_range(&store, typed.clone()).unwrap();
    add_address(&store, NewAddress::new("10.0.2.9".parse().unwrap())).unwrap();
    let usage = of_range(&store, "10.0.2.0/24");
    assert_eq!(usage.utilization.utilized, 127);
    assert_eq!(usage.status, UtilizationStatus::Optimal);
    typed.network_id = "10.0.3.0/24".parse().unwrap();
    typed.details.utilization_calculation = UtilizationCalculation::UserSpecified(255);
    let refused = add_range(&store, typed).unwrap_err();
    assert_eq!(refused.id, ErrorId::IpamApiInvalidParameter);
}

#[test]
fn a_trend_shows_the_samples_of_its_object_alone() {
    let store = world(4);
    discover(
        &store,
        "dhcp1.corp.example",
        vec![scope("10.0.1.0/24", "10.0.1.1", "10.0.1.100")],
    );
    for hour in ["02T06", "02T07", "02T08"] {
        run(&store, &format!("2026-03-{hour}:00:00Z"));
    }
    let object = UsageObject::Range(range(&store, "10.0.1.0/24").key);
    let shown = day_trend(&store, object, "2026-03-02T08:00:00Z");
    let last = shown.points.last().unwrap();
    assert_eq!((last.samples, last.peak), (2, 4));
    assert_eq!(last.percentage_utilized(), Some(40.0));
    assert_eq!(shown.points[10].samples, 1);
}

#[test]
fn ipv6_has_a_status_and_no_samples() {
    let store = store();
    let six = "2001:db8::/64".parse().unwrap();
    add_range(&store, NewRange::new(six)).unwrap();
    let report = run(&store, "2026-03-02T08:00:00Z");
    assert_eq!((report.objects, report.samples), (2, 0));
    let object = UsageObject::Range(range(&store, "2001:db8::/64").key);
    let shown = day_trend(&store, object, "2026-03-02T09:00:00Z");
    assert_eq!(shown.points, []);
}

#[test]
fn a_block_that_is_forgotten_begins_anew_and_its_ranges_keep_their_trends() {
    let store = world(4);
    run(&store, "2026-03-02T08:00:00Z");
    let key = block(&store);
    store.transaction(|tx| forget_trends(tx, &key)).unwrap();
    let now = "2026-03-02T09:00:00Z";
    let samples = |object| -> u64 {
        let shown = day_trend(&store, object, now);
        shown.points.iter().map(|point| point.samples).sum()
    };
    assert_eq!(samples(UsageObject::Block(key)), 0);
    let range = range(&store, "10.0.1.0/24").key;
    assert_eq!(samples(UsageObject::Range(range)), 1);
}

#[test]
fn what_is_gone_is_forgotten_and_what_comes_back_begins_anew() {
    let store = world(4);
    run(&store, "2026-03-02T08:00:00Z");
    let server = "dhcp1.corp.example";
    let scopes = || vec![scope("10.0.9.0/24", "10.0.9.1", "10.0.9.100")];
    discover(&store, server, scopes());
    run(&store, "2026-03-02T09:00:00Z");
    discover(&store, server, Vec::new());
    discover(&store, server, scopes());
    run(&store, "2026-03-02T10:00:00Z");
    let object = UsageObject::Range(range(&store, "10.0.9.0/24").key);
    let shown = day_trend(&store, object, "2026-03-02T10:00:00Z");
    let told: u64 = shown.points.iter().map(|point| point.samples).sum();
    assert_eq!(told, 1);
}

#[test]
fn purging_takes_the_samples_up_to_the_instant_and_no_status() {
    let store = world(9);
    run(&store, "2026-03-01T23:59:59Z");
    run(&store, "2026-03-02T00:00:00Z");
    let until = at("2026-03-01T23:59:59.999Z");
    let gone = store.transaction(|tx| rows::purge(tx, until)).unwrap();
    assert_eq!(gone, 6);
    assert_eq!(run(&store, "2026-03-02T02:00:00Z").crossings, []);
    let key = block(&store);
    let shown = day_trend(&store, UsageObject::Block(key), "2026-03-02T02:00:00Z");
    let told: u64 = shown.points.iter().map(|point| point.samples).sum();
    assert_eq!(told, 2);
}

#[test]
fn a_run_asks_the_database_as_often_for_many_addresses_as_for_few() {
    let statements = |records: u8| {
        let store = world(records);
        run(&store, "2026-03-02T08:00:00Z");
        let before = store.faults().statements();
        run(&store, "2026-03-02T10:00:00Z");
        store.faults().statements() - before
    };
    assert_eq!(statements(1), statements(2));
    assert_eq!(statements(2), statements(9));
}
