//! The inventory at scale: `cargo bench --bench space`.
//!
//! A million recorded addresses and ten thousand ranges, laid out in three ways. The first free
//! address from a thousand places is held against an answer counted by hand, ours and every
//! peer's alike, before any time is told. Peers run in the same process or on this machine, in the
//! same run; one that is not installed is named. Databases are in memory or without a journal, so
//! that no figure is one of the disk. Each layout is measured in a process of its own, so that
//! memory one of them gave back is not counted as free for the next.
//!
//! Ratios are given twice: against the search through the store, which is what an administrator's
//! call does, and against the index alone, which is what a program that embeds it does.

#[path = "../support/mod.rs"]
mod support;

mod fill;
mod inventory;
mod measure;
mod netaddr;
mod ours;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use std::process::Command;
use std::time::Duration;

use fill::Fill;
use ipamlab::ipam::store::{Database, Store};
use measure::{Figure, ratio, resident_kib, time};

/// Addresses taken one after the other.
const TAKEN: usize = 1000;
/// Searches by a query that looks at a million rows.
const SLOW: usize = 5;

fn line(what: &str, figure: Figure, floor: &str, beside: &str) {
    let times = figure.times.to_string();
    support::row(what, &time(figure.wall), beside, floor, &times);
}

fn heading(text: &str) {
    println!("\n{text}");
    support::row("what", "one takes", "against ours", "floor", "runs");
}

/// What ours took: what the peers are held against.
#[derive(Clone, Copy)]
struct Ours {
    index: Duration,
    store: Duration,
    taken: Duration,
}

fn ours(fill: Fill, addresses: &[u32], starts: &[u32], answers: &[u32]) -> Ours {
    let before = resident_kib();
    let index = fill::index(addresses);
    let of_index = resident_kib().saturating_sub(before);
    let in_index = ours::find_in_index(&index, starts, answers);
    line("first free address, index in memory", in_index, "5 us", "");
    drop(index);
    let before = resident_kib();
    let store = Store::open(&Database::Memory).expect("memory is always there");
    ours::load(&store, addresses).expect("the store can be written to");
    let of_store = resident_kib().saturating_sub(before);
    let found = ours::find_in_store(&store, starts, answers);
    line("first free address, through the store", found, "100 us", "");
    let taken = ours::take(&store, TAKEN);
    line("found and recorded, a transaction each", taken, "", "");
    let each = |kib: u64| format!("{} bytes", kib * 1024 / u64::from(fill::ADDRESSES));
    support::row(
        "memory an address, records and runs",
        &each(of_store),
        "",
        "400 bytes",
        "1",
    );
    support::row("memory an address, index", &each(of_index), "", "", "1");
    if fill == Fill::Dense {
        let found = ours::wide_subnet(&store);
        line(
            "first free of a /64 with 200 000 taken",
            found,
            "100 us",
            "",
        );
    }
    Ours {
        index: in_index.wall,
        store: found.wall,
        taken: taken.wall,
    }
}

/// A search: against the store, then against the index.
fn theirs(what: &str, figure: Figure, ours: Ours) {
    let [store, index] = [ours.store, ours.index].map(|ours| ratio(figure.wall, ours));
    line(what, figure, "", &format!("{store}, {index}"));
}

fn their_taking(what: &str, figure: Figure, ours: Ours) {
    line(what, figure, "", &ratio(figure.wall, ours.taken));
}

/// An anti-join stops at the first hole: behind a million addresses, or behind a few.
fn anti_joins(fill: Fill) -> usize {
    match fill {
        Fill::Dense => SLOW,
        Fill::Half | Fill::Random => TAKEN,
    }
}

fn beside_sqlite(fill: Fill, addresses: &[u32], starts: &[u32], answers: &[u32], ours: Ours) {
    let db = sqlite::open(addresses).expect("memory is always there");
    let find = |sql, count| {
        let found = sqlite::find(&db, sql, starts, answers, count);
        found.expect("the statement is right")
    };
    theirs(
        "SQLite, table of free addresses",
        find(sqlite::FREE_TABLE, 1000),
        ours,
    );
    let anti_join = find(sqlite::ANTI_JOIN, anti_joins(fill));
    theirs("SQLite, anti-join", anti_join, ours);
    theirs("SQLite, window", find(sqlite::WINDOW, SLOW), ours);
    let taken = sqlite::take(&db, TAKEN).expect("the statements are right");
    their_taking("SQLite, table of free addresses: taken", taken, ours);
    let taken = sqlite::take_by_anti_join(&db, anti_joins(fill)).expect("the statement is right");
    their_taking("SQLite, anti-join: taken", taken, ours);
}

#[cfg(feature = "postgres")]
fn beside_postgres(fill: Fill, addresses: &[u32], starts: &[u32], answers: &[u32], ours: Ours) {
    let Some(mut db) = postgres::open(addresses) else {
        println!("  PostgreSQL is not installed: its queries are left out");
        return;
    };
    let mut find = |sql, count| postgres::find(&mut db, sql, starts, answers, count);
    let free = find(postgres::FREE_TABLE, 1000);
    let (anti_join, window) = (
        find(postgres::ANTI_JOIN, anti_joins(fill)),
        find(postgres::WINDOW, SLOW),
    );
    theirs("PostgreSQL, table of free addresses", free, ours);
    theirs("PostgreSQL, anti-join", anti_join, ours);
    theirs("PostgreSQL, window", window, ours);
    let taken = postgres::take(&mut db, TAKEN);
    their_taking("PostgreSQL, table of free addresses: taken", taken, ours);
}

#[cfg(not(feature = "postgres"))]
fn beside_postgres(_: Fill, _: &[u32], _: &[u32], _: &[u32], _: Ours) {
    println!("  built without PostgreSQL: its queries are left out");
}

fn beside_netaddr(addresses: &[u32], answers: &[u32], ours: Ours) {
    let Some(search) = netaddr::search(addresses) else {
        println!("  netaddr is not installed (python3-netaddr): its search is left out");
        return;
    };
    assert_eq!(search.found, answers[0], "a wrong answer is no result");
    let of = |wall| Figure { wall, times: 1 };
    theirs("netaddr, set difference", of(search.difference), ours);
    let whole = search.building + search.difference;
    theirs("netaddr, with the set of children made", of(whole), ours);
}

fn layout(fill: Fill) {
    let addresses = fill.addresses();
    let starts = fill::starts();
    let answers = fill::answers(&addresses, &starts);
    let name = fill.name();
    heading(&format!("{} addresses of a /11, {name}", addresses.len()));
    let took = ours(fill, &addresses, &starts, &answers);
    beside_sqlite(fill, &addresses, &starts, &answers, took);
    beside_postgres(fill, &addresses, &starts, &answers, took);
    beside_netaddr(&addresses, &answers, took);
}

/// Names the part of the bench that a process of its own measures.
const PART: &str = "IPAMLAB_BENCH_PART";
const INVENTORY: &str = "inventory";

fn main() {
    if let Ok(part) = std::env::var(PART) {
        match Fill::ALL.into_iter().find(|fill| fill.name() == part) {
            Some(fill) => layout(fill),
            None => {
                heading("Through the gate, with 10 000 ranges");
                inventory::measure(&Fill::Dense.addresses());
            }
        }
        return;
    }
    let program = std::env::current_exe().expect("this program has a path");
    let parts = Fill::ALL.iter().map(|fill| fill.name());
    for part in parts.chain([INVENTORY]) {
        let child = Command::new(&program).env(PART, part).status();
        assert!(child.is_ok_and(|status| status.success()), "{part} failed");
    }
}
