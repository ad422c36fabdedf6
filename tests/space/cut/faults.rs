//! The network loses or doubles a message, and everybody goes on.

use std::time::Duration;

use ipamlab::ipam::sync::RecordKind;
use ipamlab::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit};

use super::case::{Case, Channel, Deed, Family, Kind, Scratch};
use super::judge::{Ends, go_on, halves, is_done, is_success};
use super::{cases, failover_cases};
use crate::support::*;

fn fault(kind: FaultKind, ordinal: u64) -> FaultSpec {
    FaultSpec {
        name: "one packet".into(),
        scope: FaultScope::default(),
        limit: Limit {
            skip: ordinal,
            first: Some(1),
        },
        optional: true,
        kind,
    }
}

/// One push with a fault at one of its packets; how many packets it took.
fn disturbed(case: Case, kind: Option<FaultKind>, ordinal: u64) -> u64 {
    let scratch = Scratch::new("disturbed");
    managed(case.spec(&scratch), async |lab, ipam, admin| {
        let key = case.prepare(lab, ipam, admin).await;
        let before = case.truth(lab);
        let state = case.state(ipam, admin).await;
        let orphans = case.orphans(ipam, admin).await;
        let at = format!("{kind:?} of packet {ordinal}");
        if let Some(kind) = kind {
            let fault = fault(kind, ordinal);
            lab.network().add_fault(fault).expect("it is in order");
        }
        let sent = lab.network().packets_sent();
        let report = case.push(ipam, admin, &key).await;
        let packets = lab.network().packets_sent() - sent;
        lab.network().advance(Duration::from_secs(10)).await;
        let report = report.unwrap_or_else(|error| panic!("{case:?} {at}: {error}"));
        let truth = case.truth(lab);
        let told = format!("{case:?} {at}: {truth:?} {report:?}");
        assert_eq!(report.worked(), is_done(case, &report.state), "{told}");
        if report.worked() {
            assert!(
                truth.iter().zip(&before).all(|(now, old)| now != old),
                "{told}"
            );
            let orphans = case.orphans(ipam, admin).await;
            assert!(orphans.is_empty(), "{told}: {orphans:?}");
        } else {
            for half in halves(&report.state, &truth, &before, &before) {
                if is_success(case, half.state.status) {
                    assert_ne!(half.truth, half.before, "a lie: {told}");
                    continue;
                }
                let unknown = half.state.detail.contains("unknown");
                assert!(unknown || half.truth == half.before, "a lie: {told}");
            }
        }
        let again = case.push(ipam, admin, &key).await;
        again.unwrap_or_else(|error| panic!("{case:?} {at}: {error}"));
        let after = case.truth(lab);
        assert_ne!(after, before, "{told}");
        let ends = Ends {
            before,
            after,
            state,
            orphans,
        };
        go_on(case, &ends, lab, admin, &key, &at).await;
        packets
    })
}

fn at_every_packet(cases: Vec<Case>, kind: &FaultKind) {
    for case in cases {
        let packets = disturbed(case, None, 0);
        for ordinal in 0..packets {
            disturbed(case, Some(kind.clone()), ordinal);
        }
    }
}

const LOSS: FaultKind = FaultKind::Loss {
    chance: Chance::ALWAYS,
};

const TWICE: FaultKind = FaultKind::Duplicate {
    chance: Chance::ALWAYS,
    offset: Duration::from_millis(3),
};

#[test]
fn a_push_that_loses_any_message_is_told_honestly_and_can_be_repeated() {
    at_every_packet(cases(), &LOSS);
}

#[test]
fn a_push_of_which_any_message_comes_twice_is_made_once() {
    at_every_packet(cases(), &TWICE);
}

#[test]
fn a_push_to_failover_partners_that_loses_any_message_is_told_honestly_and_can_be_repeated() {
    at_every_packet(failover_cases(), &LOSS);
}

#[test]
fn a_push_to_failover_partners_of_which_any_message_comes_twice_is_made_once() {
    at_every_packet(failover_cases(), &TWICE);
}

/// A datagram may wander for seconds. The update that comes a second time, after the record was
/// deleted again, makes it anew behind the engine's back.
#[test]
fn an_update_that_comes_again_after_the_deletion_is_named() {
    let case = Case {
        kind: Kind::Host(Family::V4, Channel::Update),
        deed: Deed::Create,
    };
    let scratch = Scratch::new("late");
    managed(case.spec(&scratch), async |lab, ipam, admin| {
        let key = case.prepare(lab, ipam, admin).await;
        let late = FaultKind::Duplicate {
            chance: Chance::ALWAYS,
            offset: Duration::from_secs(2),
        };
        let late = FaultSpec {
            scope: FaultScope {
                port: Some(53),
                ..FaultScope::default()
            },
            limit: Limit::default(),
            ..fault(late, 0)
        };
        lab.network().add_fault(late).expect("it is in order");
        let made = case.push(ipam, admin, &key).await.expect("it is complete");
        assert_eq!(made.fault, None);
        lab.network().remove_fault("one packet");
        let gone = ipam.delete_dns_host_record(admin, &key).await;
        assert_eq!(gone.expect("it is complete").fault, None);
        assert!(case.truth(lab).concat().is_empty());
        lab.network().advance(Duration::from_secs(5)).await;
        assert_eq!(case.truth(lab).concat().len(), 1, "the update came again");
        assert_eq!(case.record(), RecordKind::DnsHostRecord);
        assert_eq!(case.orphans(ipam, admin).await, ["unconfirmed"]);
        let gone = ipam.delete_dns_host_record(admin, &key).await;
        assert_eq!(gone.expect("it is complete").fault, None);
        assert!(case.truth(lab).concat().is_empty());
        assert!(case.orphans(ipam, admin).await.is_empty());
    });
}
