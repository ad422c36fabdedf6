//! Dynamic DNS by Debian's Kea (DHCPv4 server and D2) and by the simulated DHCP server, each into
//! a BIND 9 of its own: the same client messages leave the same records behind.
//!
//! Compared after every step are the zones, with the bytes of each DHCID, and what the client is
//! told in option 81. Kea checks conflicts as RFC 4703 has it; of Windows that is name protection.

mod peers;
mod steps;
mod worlds;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::served::have;
use peers::{Bind, FORWARD, REVERSE};
use steps::{Step, steps};
use worlds::{KeaWorld, OwnWorld, World as _};

/// How long a record may take on its way on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// The same where the two are known to differ, and how long nothing must have happened.
const KNOWN: Duration = Duration::from_secs(3);
const QUIET: Duration = Duration::from_millis(600);

/// What only one side has, told.
fn difference(kea: &BTreeSet<String>, own: &BTreeSet<String>) -> Vec<String> {
    let only_kea = kea.difference(own).map(|record| format!("Kea: {record}"));
    let only_own = own.difference(kea).map(|record| format!("we:  {record}"));
    only_kea.chain(only_own).collect()
}

/// Waits until both have the same records, for as long as Kea may need; what differs in the end
/// beyond `known`.
#[allow(clippy::disallowed_methods, reason = "the peers live in real time")]
fn settle(
    kea: &KeaWorld,
    own: &OwnWorld,
    counts: fn(&str) -> bool,
    known: &BTreeSet<String>,
    patience: Duration,
) -> Vec<String> {
    let begin = Instant::now();
    std::thread::sleep(QUIET);
    loop {
        let mut found = difference(&kea.bind().records(), &own.bind().records());
        found.retain(|line| counts(line) && !known.contains(line));
        if found.is_empty() || begin.elapsed() > patience {
            return found;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Whether everything is here that the comparison needs.
fn have_all() -> bool {
    let tools = [
        ("kea-dhcp4", "kea-dhcp4-server"),
        ("kea-dhcp-ddns", "kea-dhcp-ddns-server"),
        ("named", "bind9"),
        ("dig", "bind9-dnsutils"),
    ];
    tools.iter().all(|(tool, package)| have(tool, package))
}

/// Plays every step in both worlds and holds what they leave behind against each other; `counts`
/// says which records count.
fn compare(
    (kea, own): (&mut KeaWorld, &mut OwnWorld),
    counts: fn(&str) -> bool,
    differs: fn(&Step) -> Option<&'static str>,
) {
    let (mut known, mut wrong) = (BTreeSet::new(), Vec::new());
    for step in steps() {
        let (theirs, ours) = (kea.play(&step), own.play(&step));
        let patience = differs(&step).map_or(PATIENCE, |_| KNOWN);
        let mut found = settle(kea, own, counts, &known, patience);
        if theirs != ours {
            found.push(format!("option 81: Kea {theirs:?}, we {ours:?}"));
        }
        match differs(&step) {
            None if !found.is_empty() => {
                wrong.push(format!("{}\n  {}", step.title, found.join("\n  ")));
            }
            Some(why) if found.is_empty() => {
                wrong.push(format!("{}: listed as different: {why}", step.title));
            }
            _ => {}
        }
        // What differs goes on differing; the next step is judged by what it adds.
        known.extend(found);
    }
    assert!(
        wrong.is_empty(),
        "{}\n{}",
        wrong.join("\n"),
        kea.peer.logs()
    );
}

#[test]
fn kea_and_the_simulated_server_leave_the_same_records_in_dns() {
    if !have_all() {
        return;
    }
    let (mut kea, mut own) = (KeaWorld::start(true), OwnWorld::start(true));
    compare((&mut kea, &mut own), |_| true, |step| step.differs);
    // Claims were compared, and not of one kind of client only.
    let claims = own.bind().records();
    let claims = claims.iter().filter(|record| record.contains(" DHCID "));
    assert!(claims.count() >= 5);
    // RFC 4703 section 5.4 has no claim beside a PTR record; Kea puts one there, of the same bytes.
    let claims_of = |bind: &Bind, zone| -> BTreeSet<String> {
        let records = bind.zone(zone).into_iter();
        let claims = records.filter_map(|record| Some(record.split_once(" DHCID ")?.1.to_owned()));
        claims.collect()
    };
    assert!(claims_of(own.bind(), REVERSE).is_empty());
    let (forward, reverse) = (
        claims_of(kea.bind(), FORWARD),
        claims_of(kea.bind(), REVERSE),
    );
    assert!(forward.is_subset(&reverse), "{forward:?} {reverse:?}");
}

/// Without name protection, Windows' default, and without Kea's conflict resolution. Kea writes
/// claims all the same and heeds none; this server writes none.
#[test]
fn without_protection_the_latest_client_has_the_name_with_both() {
    if !have_all() {
        return;
    }
    let (mut kea, mut own) = (KeaWorld::start(false), OwnWorld::start(false));
    let counts = |record: &str| !record.contains(" DHCID ");
    compare((&mut kea, &mut own), counts, |step| {
        step.differs_unprotected.or(step.differs)
    });
    let records = own.bind().records();
    assert!(records.iter().all(|record| counts(record)));
}
