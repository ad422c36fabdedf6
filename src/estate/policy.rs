//! Group Policy on a host: what it saw at its last refresh, and when the next one is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::base::time::millis;
use crate::base::{Sid, SimTime};

/// Refresh interval of a domain controller (domain 4.9).
pub const CONTROLLER_INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Refresh interval of a member, before its own random offset.
pub const MEMBER_INTERVAL: Duration = Duration::from_secs(90 * 60);
/// The offset is drawn from here.
pub const MEMBER_OFFSET: Duration = Duration::from_secs(30 * 60);

/// Group Policy as one host experiences it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPolicy {
    /// Time between two background refreshes.
    ///
    /// Deviation: Windows draws the offset anew at every refresh. One draw a host keeps the times
    /// a scenario sees independent of how often anything was refreshed before.
    pub interval: Duration,
    /// Groups of the computer account as of its last boot: they decide on security filtering.
    pub(super) groups: BTreeSet<Sid>,
    /// GPOs applied at the last refresh, in order of application.
    pub applied: Vec<String>,
    /// GPOs that were linked but not applied, and why.
    pub filtered_out: BTreeMap<String, FilteredOut>,
    /// The last refresh outside the schedule: boot or `gpupdate`.
    pub(super) forced: SimTime,
    /// The provisioning script's logs by file name, overwritten at each run (domain 4.5).
    pub script_logs: BTreeMap<&'static str, Vec<String>>,
}

/// Why a linked GPO was not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilteredOut {
    /// The computer lacks *Apply Group Policy*, or it is denied.
    Security,
    /// Version zero, or a functionality version other than 2 (domain 4.7).
    NotApplied,
    /// The link is disabled.
    DisabledLink,
    /// The organisational unit blocks inheritance.
    BlockedInheritance,
}

/// In the words of `gpresult`.
impl std::fmt::Display for FilteredOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FilteredOut::Security => "Denied (Security)",
            FilteredOut::NotApplied => "Not Applied (Empty)",
            FilteredOut::DisabledLink => "Disabled (Link)",
            FilteredOut::BlockedInheritance => "Blocked (Scope of Management)",
        })
    }
}

impl HostPolicy {
    pub(super) fn new(interval: Duration) -> HostPolicy {
        HostPolicy {
            interval,
            groups: BTreeSet::new(),
            applied: Vec::new(),
            filtered_out: BTreeMap::new(),
            forced: SimTime::ZERO,
            script_logs: BTreeMap::new(),
        }
    }

    /// Groups of the computer account as of its last boot, and the account itself.
    pub fn groups(&self) -> impl Iterator<Item = &Sid> {
        self.groups.iter()
    }

    /// The first scheduled refresh after `now` of a host that booted at `booted`.
    pub fn next_refresh(&self, booted: SimTime, now: SimTime) -> SimTime {
        let interval = millis(self.interval).max(1);
        let passed = now.0.saturating_sub(booted.0) / interval;
        SimTime(booted.0 + (passed + 1) * interval)
    }

    /// The last refresh at or before `now`, scheduled or not.
    pub fn last_refresh(&self, booted: SimTime, now: SimTime) -> SimTime {
        let interval = millis(self.interval).max(1);
        let passed = now.0.saturating_sub(booted.0) / interval;
        SimTime(booted.0 + passed * interval).max(self.forced)
    }
}
