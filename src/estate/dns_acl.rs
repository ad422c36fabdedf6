//! The access list of a domain's DNS object, and how late each DNS service learns of a change.
//!
//! The list is a directory object (domain 4.2 row 5). A DNS service re-reads it every polling
//! interval (domain 4.3: 180 s by default), so the list keeps its past versions for as long as a
//! service may still be working with one.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::base::time::millis;
use crate::base::{Sid, SimTime};

/// The interval of a DNS service nobody configured.
pub const DEFAULT_POLLING: Duration = Duration::from_secs(180);
/// Bounds of the interval.
pub const POLLING_BOUNDS: (Duration, Duration) =
    (Duration::from_secs(30), Duration::from_secs(3600));

/// Who may read `CN=MicrosoftDNS,CN=System` beyond the administrators, now and lately. Equality
/// compares what it grants now.
#[derive(Debug, Clone)]
pub struct DnsAcl {
    /// Versions with the time each came into force, oldest first; never empty.
    versions: Vec<(SimTime, BTreeSet<Sid>)>,
}

impl PartialEq for DnsAcl {
    fn eq(&self, other: &DnsAcl) -> bool {
        self.current() == other.current()
    }
}

impl Eq for DnsAcl {}

impl DnsAcl {
    pub(super) fn new() -> DnsAcl {
        DnsAcl {
            versions: vec![(SimTime::ZERO, BTreeSet::new())],
        }
    }

    /// The list as the directory has it.
    pub fn current(&self) -> &BTreeSet<Sid> {
        let (_, readers) = self.versions.last().expect("there is always one version");
        readers
    }

    /// When the list last changed.
    pub fn changed(&self) -> SimTime {
        self.versions.last().map_or(SimTime::ZERO, |(at, _)| *at)
    }

    /// The list as it was at `time`.
    pub fn as_of(&self, time: SimTime) -> &BTreeSet<Sid> {
        let later = self.versions.partition_point(|(since, _)| *since <= time);
        let (_, readers) = &self.versions[later.saturating_sub(1)];
        readers
    }

    pub(super) fn change(&mut self, now: SimTime, edit: impl FnOnce(&mut BTreeSet<Sid>)) {
        let mut readers = self.current().clone();
        edit(&mut readers);
        if readers != *self.current() {
            self.versions.push((now, readers));
        }
        self.prune(now);
    }

    /// Forgets versions that no service can still be working with.
    fn prune(&mut self, now: SimTime) {
        let horizon = SimTime(now.0.saturating_sub(millis(POLLING_BOUNDS.1)));
        let in_force = self
            .versions
            .partition_point(|(since, _)| *since <= horizon);
        if in_force > 1 {
            self.versions.drain(..in_force - 1);
        }
    }
}

/// The latest time at or before `now` at which a service that started at `started` and polls
/// every `interval` read the list.
pub fn last_poll(started: SimTime, interval: Duration, now: SimTime) -> SimTime {
    let interval = millis(interval).max(1);
    let running = now.0.saturating_sub(started.0);
    SimTime(started.0 + running / interval * interval)
}
