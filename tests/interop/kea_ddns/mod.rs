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
use steps::steps;
use worlds::{KeaWorld, OwnWorld, World as _};

/// How long a record may take on its way, and how long nothing must have happened.
const PATIENCE: Duration = Duration::from_secs(4);
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
fn settle(kea: &KeaWorld, own: &OwnWorld, known: &BTreeSet<String>) -> Vec<String> {
    let begin = Instant::now();
    std::thread::sleep(QUIET);
    loop {
        let own = own.bind().records();
        let mut found = difference(&kea.bind().records(), &own);
        found.retain(|line| !known.contains(line));
        if found.is_empty() || begin.elapsed() > PATIENCE {
            return found;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn kea_and_the_simulated_server_leave_the_same_records_in_dns() {
    let tools = [
        ("kea-dhcp4", "kea-dhcp4-server"),
        ("kea-dhcp-ddns", "kea-dhcp-ddns-server"),
        ("named", "bind9"),
        ("dig", "bind9-dnsutils"),
    ];
    if !tools.iter().all(|(tool, package)| have(tool, package)) {
        return;
    }
    let (mut kea, mut own) = (KeaWorld::start(), OwnWorld::start());
    let (mut known, mut wrong) = (BTreeSet::new(), Vec::new());
    for step in steps() {
        let (theirs, ours) = (kea.play(&step), own.play(&step));
        let mut found = settle(&kea, &own, &known);
        if theirs != ours {
            found.push(format!("option 81: Kea {theirs:?}, we {ours:?}"));
        }
        match step.differs {
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
