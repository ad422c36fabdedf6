//! The work of AddressUtilization beyond collecting: one sample of everything, and what crossed a
//! threshold since the last one (domain 2.6, 5.8).

use std::fmt;

use jiff::Timestamp;

use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::{Category, Channel};
use crate::ipam::space::UtilizationStatus;
use crate::ipam::store::Tx;

use super::period::Sample;
use super::rows::{self, Known};
use super::threshold::{UtilizationThreshold, thresholds};
use super::view::{Usage, sampled};

/// What one run found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SampleReport {
    /// How many blocks, ranges, subnets and levels of range groups were looked at.
    pub objects: usize,
    /// How many samples were kept: those of IPv6 are not.
    pub samples: usize,
    pub crossings: Vec<Crossing>,
}

/// An object that has another status than at the run before.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    pub usage: Usage,
    pub thresholds: UtilizationThreshold,
    /// `None` when it was never looked at before.
    pub before: Option<UtilizationStatus>,
}

impl fmt::Display for Crossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Usage {
            object,
            utilization,
            status,
        } = &self.usage;
        let used = utilization.percentage_utilized();
        write!(f, "{object}: {status}, {used:.2} % utilized, ")?;
        match (status, self.before) {
            (UtilizationStatus::Over, _) => write!(f, "over {} %", self.thresholds.over),
            (UtilizationStatus::Under, _) => write!(f, "under {} %", self.thresholds.under),
            (UtilizationStatus::Optimal, Some(before)) => write!(f, "no longer {before}"),
            (UtilizationStatus::Optimal, None) => write!(f, "seen for the first time"),
        }
    }
}

/// Whether a change of status is told. What is looked at for the first time is told only when it
/// is over: everything new is under-utilized.
fn is_crossing(before: Option<UtilizationStatus>, now: UtilizationStatus) -> bool {
    match before {
        Some(before) => before != now,
        None => now == UtilizationStatus::Over,
    }
}

/// Takes one sample of every block, range, subnet and group, and forgets those that are gone.
pub(super) fn sample(tx: &Tx<'_>, at: Timestamp) -> IpamResult<SampleReport> {
    let thresholds = thresholds(tx)?;
    let mut known = rows::objects(tx)?;
    let mut next = known.values().map(|known| known.id).max().unwrap_or(0) + 1;
    let mut report = SampleReport::default();
    for usage in sampled(tx)? {
        let name = usage.object.name();
        let before = known.remove(&name);
        let (id, status) = match before {
            Some(Known { id, status }) => (id, Some(status)),
            None => {
                next += 1;
                (next - 1, None)
            }
        };
        if status != Some(usage.status) {
            rows::put_object(tx, id, &name, usage.status)?;
        }
        report.objects += 1;
        if usage.object.has_trend() {
            rows::add_sample(tx, id, &taken(&usage, at))?;
            report.samples += 1;
        }
        if usage.object.is_watched() && is_crossing(status, usage.status) {
            report.crossings.push(Crossing {
                usage,
                thresholds,
                before: status,
            });
        }
    }
    for gone in known.keys() {
        rows::forget(tx, gone)?;
    }
    Ok(report)
}

fn taken(usage: &Usage, at: Timestamp) -> Sample {
    let number = |value: u128| u64::try_from(value).unwrap_or(u64::MAX);
    Sample {
        at,
        assigned: number(usage.utilization.assigned),
        utilized: number(usage.utilization.utilized),
    }
}

impl Ipam {
    /// One sample of everything, with an event for each threshold crossed. The sources name no
    /// channel: it is Admin, which is enabled unless somebody disables it.
    pub(crate) fn sample_utilization(&self) -> IpamResult<SampleReport> {
        let at = self.wall();
        self.store.transaction(|tx| {
            let report = sample(tx, at)?;
            let own = &self.options.computer;
            for crossing in &report.crossings {
                let told = crossing.to_string();
                self.log_in(tx, Channel::Admin, own, Category::Monitoring, told)?;
            }
            Ok(report)
        })
    }
}
