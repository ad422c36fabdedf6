//! The runs of recorded addresses, against a plain set of the records.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::addr::AddressRange;
use crate::ipam::space::taken::{self, Bulk};
use crate::ipam::space::{addresses, rows};
use crate::ipam::store::Tx;

fn space() -> AddressSpaceName {
    AddressSpaceName::default()
}

fn span(text: &str) -> AddressRange {
    text.parse().expect(text)
}

fn runs(tx: &Tx<'_>) -> Vec<AddressRange> {
    let sql = "SELECT first, last FROM taken_run ORDER BY first";
    tx.query(sql, [], |row| rows::span(row, 0)).unwrap()
}

/// The addresses that have a record.
fn addresses_of(tx: &Tx<'_>) -> BTreeSet<IpAddr> {
    let known = addresses::list(tx, &AddressQuery::default()).unwrap();
    known
        .into_iter()
        .map(|known| known.key.ip_address)
        .collect()
}

/// The runs of a set of addresses, counted by hand.
fn coalesced<'a>(recorded: impl IntoIterator<Item = &'a IpAddr>) -> Vec<AddressRange> {
    let mut found: Vec<AddressRange> = Vec::new();
    for address in recorded {
        let here = AddressRange::single(*address);
        match found.last_mut() {
            Some(run) if run.touches(&here) => {
                *run = AddressRange::new(run.first(), *address).unwrap();
            }
            _ => found.push(here),
        }
    }
    found
}

fn key(last: u8, other_owner: bool) -> AddressKey {
    let mut new = NewAddress::new(IpAddr::from([10, 0, 0, last]));
    if other_owner {
        new.owner.service_instance = "elsewhere".to_owned();
    }
    AddressKey {
        address_space: new.address_space,
        ip_address: new.ip_address,
        owner: new.owner,
    }
}

fn record(tx: &Tx<'_>, key: &AddressKey) -> bool {
    let mut new = NewAddress::new(key.ip_address);
    new.owner = key.owner.clone();
    addresses::add(tx, new).is_ok()
}

/// One change: which address, under which owner, and whether it is recorded or removed.
type Change = (u8, bool, bool);

fn apply(tx: &Tx<'_>, known: &mut BTreeSet<(IpAddr, bool)>, (last, other, add): Change) {
    let key = key(last, other);
    let entry = (key.ip_address, other);
    if add {
        assert_eq!(record(tx, &key), known.insert(entry));
    } else {
        assert_eq!(addresses::remove(tx, &key).is_ok(), known.remove(&entry));
    }
}

/// Everything that can be asked of the runs, against the records.
fn hold_against(tx: &Tx<'_>, known: &BTreeSet<(IpAddr, bool)>) {
    let recorded: BTreeSet<IpAddr> = known.iter().map(|(address, _)| *address).collect();
    assert_eq!(runs(tx), coalesced(&recorded));
    let within = span("10.0.0.1-10.0.0.30");
    let free: Vec<IpAddr> = within
        .addresses()
        .filter(|address| !recorded.contains(address))
        .collect();
    for from in within.addresses() {
        let expected = free.iter().find(|address| **address >= from).copied();
        assert_eq!(
            taken::first_free(tx, &space(), &within, from),
            Ok(expected),
            "{from}"
        );
    }
    for count in [1, 3, usize::MAX] {
        let mut expected = coalesced(&free);
        expected.truncate(count);
        assert_eq!(
            taken::free_spans(tx, &space(), &within, count),
            Ok(expected)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn runs_are_those_of_the_records_after_any_changes_and_rollbacks(
        batches in proptest::collection::vec(
            (proptest::collection::vec((1_u8..31, any::<bool>(), any::<bool>()), 1..12),
                any::<bool>()),
            1..5,
        ),
    ) {
        let store = store();
        let mut known = BTreeSet::new();
        for (changes, commit) in batches {
            let mut after = known.clone();
            let ended: IpamResult<()> = store.transaction(|tx| {
                for change in changes {
                    apply(tx, &mut after, change);
                }
                assert_eq!(runs(tx), coalesced(&addresses_of(tx)));
                match commit {
                    true => Ok(()),
                    false => Err(crate::ipam::IpamError::parameter("taken back")),
                }
            });
            if ended.is_ok() {
                known = after;
            }
            store.read(|tx| {
                hold_against(tx, &known);
                Ok(())
            }).unwrap();
        }
    }

    #[test]
    fn a_mass_load_leaves_the_runs_of_the_same_records_one_by_one(
        before in proptest::collection::btree_set(1_u8..250, 0..60),
        loaded in proptest::collection::vec(1_u8..250, 0..120),
        cut in 0_usize..120,
    ) {
        let at = |last: u8| IpAddr::from([10, 0, 0, last]);
        let store = store();
        store.transaction(|tx| {
            for last in &before {
                taken::note(tx, &space(), at(*last))?;
            }
            let mut bulk = Bulk::new();
            for (index, last) in loaded.iter().enumerate() {
                if index == cut {
                    bulk.finish(tx)?;
                }
                bulk.note(tx, &space(), at(*last))?;
            }
            bulk.finish(tx)?;
            let both = before.iter().chain(&loaded);
            let all: BTreeSet<IpAddr> = both.map(|last| at(*last)).collect();
            assert_eq!(runs(tx), coalesced(&all));
            Ok(())
        }).unwrap();
    }
}

#[test]
fn runs_end_with_their_family_and_their_address_space() {
    let store = store();
    store
        .transaction(|tx| {
            let edges = [
                "0.0.0.0",
                "255.255.255.255",
                "::fffe:ffff:ffff",
                "::1:0:0:0",
            ];
            for edge in edges {
                taken::note(tx, &space(), ip(edge))?;
            }
            taken::note(tx, &AddressSpaceName::new("Guests"), ip("0.0.0.1"))?;
            let singles = edges.map(|edge| AddressRange::single(ip(edge)));
            let mut found = runs(tx);
            found.sort();
            let mut expected = singles.to_vec();
            expected.push(span("0.0.0.1"));
            expected.sort();
            assert_eq!(found, expected);
            let all = span("0.0.0.0-255.255.255.255");
            let free = taken::first_free(tx, &space(), &all, ip("0.0.0.0"))?;
            assert_eq!(free, Some(ip("0.0.0.1")), "the other space is another");
            assert_eq!(taken::first_free(tx, &space(), &all, all.last())?, None);
            assert_eq!(taken::first_free(tx, &space(), &all, ip("::"))?, None);
            let six = span("::fffe:ffff:ffff-::fffe:ffff:ffff");
            assert_eq!(taken::first_free(tx, &space(), &six, six.first())?, None);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_mass_load_over_every_run_of_the_store_is_merged_piece_by_piece() {
    let store = store();
    store
        .transaction(|tx| {
            let at = |number: u32| IpAddr::from((0x0a00_0000 + number).to_be_bytes());
            let mut bulk = Bulk::new();
            for number in (0..1_200).step_by(2) {
                bulk.note(tx, &space(), at(number))?;
            }
            bulk.finish(tx)?;
            assert_eq!(runs(tx).len(), 600);
            for number in (0..1_200).rev().filter(|number| number % 2 == 1) {
                bulk.note(tx, &space(), at(number))?;
            }
            bulk.finish(tx)?;
            assert_eq!(runs(tx), [AddressRange::new(at(0), at(1_199)).unwrap()]);
            Ok(())
        })
        .unwrap();
}
