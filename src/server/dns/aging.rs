//! Ageing and scavenging: how records that nobody refreshes go (domain 8.7).
//!
//! A record that an update registered carries the hour it was last refreshed in; one made by an
//! administrator carries none and stays. In a zone that ages, a refresh counts only once the
//! no-refresh interval is over, so that a busy client does not change the zone every hour, and a
//! record may be scavenged once the refresh interval has passed after that.

use std::time::Duration;

use crate::base::{Fqdn, Moment};
use crate::wire::dns::{DnsName, Rdata};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dnsp::ZoneKind;

use super::server::DnsServer;
use super::zone::{Origin, ZoneData, lock};

const HOUR: u64 = 3600;
/// Seven days: the default of both intervals and of the scavenging period.
const WEEK: u64 = 7 * 24 * HOUR;

/// How the records of a zone age. Times are seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneAging {
    pub enabled: bool,
    /// For so long after a refresh another one counts for nothing.
    pub no_refresh: u64,
    /// For so long after that a refresh is waited for.
    pub refresh: u64,
    /// The zone may be scavenged from this time on: one refresh interval after ageing was
    /// enabled, so that clients can refresh first.
    pub available_from: u64,
}

impl Default for ZoneAging {
    fn default() -> ZoneAging {
        ZoneAging {
            enabled: false,
            no_refresh: WEEK,
            refresh: WEEK,
            available_from: 0,
        }
    }
}

impl Origin {
    /// A record that is registered or refreshed at this many seconds since 1970.
    pub fn dynamic_at(now: u64) -> Origin {
        Origin::Dynamic {
            refreshed: now - now % HOUR,
        }
    }
}

impl ZoneAging {
    /// The origin of a record whose data an update repeats.
    pub(super) fn refreshed(self, old: Origin, new: Origin) -> Origin {
        match (old, new) {
            (Origin::Dynamic { refreshed: old }, Origin::Dynamic { refreshed: now })
                // A zone that does not age keeps the stamp of the first registration.
                if !self.enabled || now < old.saturating_add(self.no_refresh) =>
            {
                Origin::Dynamic { refreshed: old }
            }
            (_, new) => new,
        }
    }

    /// Whether a record of this origin may be scavenged at `now`.
    pub fn is_stale(self, origin: Origin, now: u64) -> bool {
        match origin {
            Origin::Static => false,
            Origin::Dynamic { refreshed } => {
                let kept = self.no_refresh.saturating_add(self.refresh);
                self.enabled && refreshed.saturating_add(kept) < now
            }
        }
    }
}

impl ZoneData {
    pub fn aging(&self) -> ZoneAging {
        self.aging
    }

    /// Removes what is stale at `now`; returns it, in canonical order of the names.
    pub fn scavenge(&mut self, now: u64) -> Vec<(DnsName, Rdata)> {
        let aging = self.aging;
        if !aging.enabled || now < aging.available_from {
            return Vec::new();
        }
        let mut stale = Vec::new();
        for node in self.nodes() {
            let records = node.sets.iter().flat_map(|set| &set.records);
            let doomed = records.filter(|record| aging.is_stale(record.origin, now));
            stale.extend(doomed.map(|record| (node.name.clone(), record.rdata.clone())));
        }
        for (name, rdata) in &stale {
            self.remove(name, rdata);
        }
        if !stale.is_empty() {
            self.bump_serial();
        }
        stale
    }
}

/// A server's scavenging. Times are seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scavenging {
    /// Whether it happens by itself.
    pub enabled: bool,
    /// How often.
    pub interval: u64,
    /// When it happens next.
    pub next: u64,
    /// The latest run and how many records went.
    pub last: Option<(u64, usize)>,
    /// Records that went in all runs.
    pub removed: usize,
}

impl Default for Scavenging {
    fn default() -> Scavenging {
        Scavenging {
            enabled: false,
            interval: WEEK,
            next: u64::MAX,
            last: None,
            removed: 0,
        }
    }
}

impl DnsServer {
    pub fn scavenging(&self) -> Scavenging {
        self.scavenging
    }

    /// `Set-DnsServerScavenging`: scavenges every `interval` from now on, or no longer.
    pub fn set_scavenging(&mut self, enabled: bool, interval: Duration, at: Moment) {
        self.settle(at);
        let interval = interval.as_secs().max(HOUR);
        let next = match enabled {
            true => at.unix_seconds().saturating_add(interval),
            false => u64::MAX,
        };
        self.scavenging = Scavenging {
            enabled,
            interval,
            next,
            ..self.scavenging
        };
    }

    /// How the records of a zone age.
    ///
    /// # Errors
    /// 9601 for a zone that is not there.
    pub fn zone_aging(&self, zone: &Fqdn) -> Result<ZoneAging, Win32Error> {
        Ok(lock(&self.managed(zone)?.data).aging)
    }

    /// `Set-DnsServerZoneAging`. Intervals that are not given stay.
    ///
    /// # Errors
    /// 9601 for a zone that is not there, 9611 for one that is no primary.
    pub fn set_zone_aging(
        &mut self,
        zone: &Fqdn,
        enabled: bool,
        (no_refresh, refresh): (Option<Duration>, Option<Duration>),
        at: Moment,
    ) -> Result<(), Win32Error> {
        self.settle(at);
        let mut data = lock(&self.writable(zone)?.data);
        let aging = &mut data.aging;
        let begins = enabled && !aging.enabled;
        aging.enabled = enabled;
        aging.no_refresh = no_refresh.map_or(aging.no_refresh, |time| time.as_secs());
        aging.refresh = refresh.map_or(aging.refresh, |time| time.as_secs());
        if begins {
            aging.available_from = at.unix_seconds().saturating_add(aging.refresh);
        }
        Ok(())
    }

    /// `Start-DnsServerScavenging`: scavenges every zone that ages, now. Returns how many records
    /// went.
    pub fn start_scavenging(&mut self, at: Moment) -> usize {
        self.settle(at);
        self.scavenge(at.unix_seconds())
    }

    /// Does the scavenging that is due by `at`.
    pub fn settle(&mut self, at: Moment) {
        let now = at.unix_seconds();
        while self.scavenging.next <= now {
            let due = self.scavenging.next;
            self.scavenging.next = due.saturating_add(self.scavenging.interval);
            self.scavenge(due);
        }
    }

    /// Only primary zones are scavenged, and none that is paused.
    fn scavenge(&mut self, now: u64) -> usize {
        let zones = self.zones.values();
        let open = zones.filter(|zone| zone.kind == ZoneKind::Primary && !zone.paused);
        let removed: usize = open.map(|zone| lock(&zone.data).scavenge(now).len()).sum();
        self.scavenging.last = Some((now, removed));
        self.scavenging.removed += removed;
        removed
    }
}
