//! The engine stops, and is opened again from its store.

use std::time::Duration;

use ipamlab::lab::{self, Lab};
use ipamlab::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit};

use super::case::{Case, Scratch, until_packet};
use super::judge::{Ends, judge};
use super::{cases, failover_cases};
use crate::support::*;

/// Where the engine stops.
#[derive(Debug, Clone, Copy)]
enum Stop {
    /// When the packet with this ordinal, from 1, has been sent, by whichever side; it arrives.
    AfterPacket(u64),
    /// The same, and the packet is lost: the engine stopped before it.
    BeforePacket(u64),
    /// The statement after so many others never runs, nor does anything after it.
    AfterStatement(u64),
    Never,
}

/// What the undisturbed push does: the ends, and how many packets and statements it takes.
struct Measured {
    ends: Ends,
    packets: u64,
    statements: u64,
}

fn lose(lab: &Lab, ordinal: u64) {
    let fault = FaultSpec {
        name: "the last packet".into(),
        scope: FaultScope::default(),
        limit: Limit {
            skip: ordinal - 1,
            first: Some(1),
        },
        optional: false,
        kind: FaultKind::Loss {
            chance: Chance::ALWAYS,
        },
    };
    lab.network().add_fault(fault).expect("it is in order");
}

/// Whether the push was stopped; `None` for a stop that came after its end.
fn run(case: Case, stop: Stop, name: &str, ends: Option<&Ends>) -> Option<Measured> {
    let scratch = Scratch::new(name);
    let done = lab::run(case.spec(&scratch), async |lab| {
        let admin = &lab.caller(ADMIN).expect("the account exists");
        let engine = lab.ipam();
        prepare(lab, &engine, admin).await;
        let ipam = &*engine;
        let key = case.prepare(lab, ipam, admin).await;
        let before = case.truth(lab);
        let state = case.state(ipam, admin).await;
        let orphans = case.orphans(ipam, admin).await;
        let (packets, statements) = (
            lab.network().packets_sent(),
            ipam.store().faults().statements(),
        );
        let ended = match stop {
            Stop::Never => Some(case.push(ipam, admin, &key).await),
            Stop::AfterPacket(last) => until_packet(lab, last, case.push(ipam, admin, &key)).await,
            Stop::BeforePacket(last) => {
                lose(lab, last);
                until_packet(lab, last, case.push(ipam, admin, &key)).await
            }
            Stop::AfterStatement(last) => {
                ipam.store().faults().fail_after(Some(last));
                let ended = case.push(ipam, admin, &key).await;
                Some(ended).filter(|_| !ipam.store().faults().is_lost())
            }
        };
        if let Some(report) = ended {
            let report = report.expect("nothing is wrong with the record");
            assert!(report.worked(), "{case:?}: {report:?}");
            let ends = Ends {
                before,
                after: case.truth(lab),
                state,
                orphans,
            };
            return matches!(stop, Stop::Never).then(|| Measured {
                ends,
                packets: lab.network().packets_sent() - packets,
                statements: ipam.store().faults().statements() - statements,
            });
        }
        // Whatever is still on its way arrives; then the host starts again.
        lab.network().advance(Duration::from_secs(10)).await;
        // With the process its connection to the database ends, and the transaction on it.
        drop(engine);
        lab.reopen_engine().expect("the store is whole");
        let ends = ends.expect("the undisturbed push went first");
        assert_eq!((&before, &orphans), (&ends.before, &ends.orphans));
        let ends = Ends {
            state,
            ..ends.clone()
        };
        judge(case, &ends, lab, admin, &key, &format!("{stop:?}")).await;
        None
    });
    done.unwrap_or_else(|error| panic!("{error}"))
}

fn at_every_stop(cases: Vec<Case>, stops: impl Fn(&Measured) -> Vec<Stop>, name: &str) {
    for case in cases {
        let whole = run(case, Stop::Never, name, None).expect("nothing stops it");
        assert_ne!(whole.ends.before, whole.ends.after, "{case:?} does nothing");
        let stops = stops(&whole);
        assert!(
            stops.len() > 5,
            "{case:?} has {} places to stop",
            stops.len()
        );
        for stop in stops {
            run(case, stop, name, Some(&whole.ends));
        }
    }
}

fn after_packets(whole: &Measured) -> Vec<Stop> {
    (1..=whole.packets).map(Stop::AfterPacket).collect()
}

fn before_packets(whole: &Measured) -> Vec<Stop> {
    (1..=whole.packets).map(Stop::BeforePacket).collect()
}

fn statements(whole: &Measured) -> Vec<Stop> {
    (0..whole.statements).map(Stop::AfterStatement).collect()
}

#[test]
fn an_engine_that_stops_after_any_message_knows_what_it_did_and_goes_on() {
    at_every_stop(cases(), after_packets, "after-packet");
}

#[test]
fn an_engine_that_stops_before_any_message_knows_what_it_did_and_goes_on() {
    at_every_stop(cases(), before_packets, "before-packet");
}

#[test]
fn an_engine_that_stops_between_any_two_statements_knows_what_it_did_and_goes_on() {
    at_every_stop(cases(), statements, "statement");
}

#[test]
fn an_engine_that_stops_after_any_message_to_failover_partners_goes_on() {
    at_every_stop(failover_cases(), after_packets, "partners-after-packet");
}

#[test]
fn an_engine_that_stops_before_any_message_to_failover_partners_goes_on() {
    at_every_stop(failover_cases(), before_packets, "partners-before-packet");
}

#[test]
fn an_engine_that_stops_between_two_statements_about_failover_partners_goes_on() {
    at_every_stop(failover_cases(), statements, "partners-statement");
}
