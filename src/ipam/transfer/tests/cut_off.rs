//! Import-and-update whose connection to the database is lost leaves all of it or nothing.

use std::ops::ControlFlow;

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::rbac::Permit;
use crate::ipam::space::{NewRange, Owner, RangeQuery, bulk_ranges};
use crate::ipam::store::{Database, Store};
use crate::ipam::transfer::context::Context;
use crate::ipam::transfer::open::{self, ImportAddresses, ImportRanges};
use crate::ipam::transfer::*;

use super::{csv_rows, export, file, import, store};

/// A database file of its own, gone with the value.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let file = format!("ipamlab-transfer-{name}-{}.db", std::process::id());
        let path = std::env::temp_dir().join(file);
        let _ = std::fs::remove_file(&path);
        Scratch(path)
    }

    fn open(&self) -> Store {
        Store::open(&Database::File(self.0.clone())).expect("a file can be made")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}

fn nobody() -> Context<'static> {
    Context {
        permit: Permit::Everywhere,
        engine: None,
    }
}

/// Runs `work` on a store whose connection is lost after so many statements, on a fresh copy of
/// `before` each time, and hands what the reopened store holds to `judge`, until it succeeds.
fn cut_off(
    name: &str,
    before: impl Fn(&Store),
    work: impl Fn(&Store) -> IpamResult<ImportSummary>,
    judge: impl Fn(&Store, bool),
) {
    let mut outcomes = Vec::new();
    for statements in 0..400 {
        let scratch = Scratch::new(&format!("{name}-{statements}"));
        let store = scratch.open();
        before(&store);
        store.faults().fail_after(Some(statements));
        let done = work(&store);
        if let Err(error) = &done {
            assert_eq!(error.id, ErrorId::IpamApiDatabaseConnectionLost, "{error}");
        }
        drop(store);
        judge(&scratch.open(), done.is_ok());
        outcomes.push(done.is_ok());
        if done.is_ok() {
            break;
        }
    }
    assert!(
        outcomes.len() > 8 && outcomes.last() == Some(&true),
        "{outcomes:?}"
    );
}

#[test]
fn import_and_update_of_addresses_is_all_or_nothing_wherever_it_is_cut_off() {
    let old = b"IPAddress,DeviceName\n10.1.0.10,goes\n10.1.0.11,old\n10.1.0.12,goes\n";
    let new = b"IPAddress,DeviceName\n10.1.0.11,new\n10.1.0.13,comes\n";
    let before = |store: &Store| {
        let mut range = NewRange::new("10.1.0.0/24".parse().unwrap());
        range.create_subnet_if_not_found = true;
        store
            .transaction(|tx| bulk_ranges::add_range(tx, range))
            .unwrap();
        import(store, Kind::Address, old).0.unwrap();
    };
    let whole = {
        let store = store();
        before(&store);
        export(&store, Kind::Address, Vocabulary::Property)
    };
    let work = |store: &Store| {
        let update = ImportAddresses {
            update: Some(RangeQuery {
                network_id: "10.1.0.0/24".parse().ok(),
                ..RangeQuery::default()
            }),
            ..ImportAddresses::default()
        };
        let (mut content, mut failures) = (&new[..], Vec::new());
        let mut on = |_: &ImportSummary| ControlFlow::Continue(());
        let given = file(&mut content, &mut failures, &mut on);
        open::addresses(store, nobody(), &update, given)
    };
    cut_off("addresses", before, work, |store, done| {
        let now = export(store, Kind::Address, Vocabulary::Property);
        match done {
            true => {
                let text = String::from_utf8(now).unwrap();
                assert!(!text.contains("goes") && text.contains("comes") && text.contains("new"));
                assert_eq!(csv_rows(text.as_bytes()), 2);
            }
            false => assert_eq!(now, whole),
        }
    });
}

#[test]
fn import_and_update_of_ranges_is_all_or_nothing_wherever_it_is_cut_off() {
    let old = b"NetworkId,Description\n10.1.0.0/24,stays\n10.2.0.0/24,goes\n";
    let new = b"NetworkId,Description\n10.1.0.0/24,stays\n10.2.0.0/25,comes\n";
    let before = |store: &Store| {
        import(store, Kind::Range, old).0.unwrap();
        import(store, Kind::Address, b"IPAddress\n10.2.0.200\n")
            .0
            .unwrap();
    };
    let whole = {
        let store = store();
        before(&store);
        export(&store, Kind::Range, Vocabulary::Property)
    };
    let work = |store: &Store| {
        let update = ImportRanges {
            update: Some(Owner::localhost()),
            create_subnet_if_not_found: true,
            delete_mapped_addresses: true,
            ..ImportRanges::default()
        };
        let (mut content, mut failures) = (&new[..], Vec::new());
        let mut on = |_: &ImportSummary| ControlFlow::Continue(());
        let given = file(&mut content, &mut failures, &mut on);
        open::ranges(store, nobody(), &update, given)
    };
    cut_off("ranges", before, work, |store, done| {
        let now = export(store, Kind::Range, Vocabulary::Property);
        let addresses = csv_rows(&export(store, Kind::Address, Vocabulary::Property));
        match done {
            true => {
                let text = String::from_utf8(now).unwrap();
                assert!(!text.contains("goes") && text.contains("comes"));
                assert_eq!((csv_rows(text.as_bytes()), addresses), (2, 0));
            }
            false => assert_eq!((now, addresses), (whole.clone(), 1)),
        }
    });
}

/// A file of so many networks.
fn networks(count: u32) -> String {
    let mut csv = "NetworkId\n".to_owned();
    for number in 0..count {
        let first = std::net::Ipv4Addr::from(0x0a00_0000 + number * 256);
        csv.push_str(&format!("{first}/24\n"));
    }
    csv
}

#[test]
fn whoever_watches_an_update_is_told_as_it_goes_on_and_ends_all_of_it() {
    let store = store();
    let before = NewRange::new("192.168.0.0/24".parse().expect("a network"));
    store
        .transaction(|tx| bulk_ranges::add_range(tx, before))
        .expect("it is good");
    let update = ImportRanges {
        create_subnet_if_not_found: true,
        update: Some(Owner::localhost()),
        ..ImportRanges::default()
    };
    let kept = export(&store, Kind::Range, Vocabulary::Property);
    let csv = networks(2500);
    // As many rows are told of before the break as there are calls before it.
    for calls in 0..4 {
        let (mut content, mut failures, mut told) = (csv.as_bytes(), Vec::new(), Vec::new());
        let mut watch = |summary: &ImportSummary| {
            told.push(summary.rows);
            match told.len() > calls {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        };
        let watched = file(&mut content, &mut failures, &mut watch);
        let summary = update_in(&store, &update, watched).expect("a good file");
        assert!(summary.interrupted && summary.rows == 0, "{summary:?}");
        assert_eq!(told, [1000, 2000, 1000, 2000][..=calls]);
        assert_eq!(export(&store, Kind::Range, Vocabulary::Property), kept);
    }
    let (mut content, mut failures) = (csv.as_bytes(), Vec::new());
    let mut watch = |_: &ImportSummary| ControlFlow::Continue(());
    let watched = file(&mut content, &mut failures, &mut watch);
    let summary = update_in(&store, &update, watched).expect("a good file");
    let counts = (summary.added, summary.deleted, summary.interrupted);
    assert_eq!(counts, (2500, 1, false));
}
