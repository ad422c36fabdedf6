//! What is shown of the utilization of a block, a subnet, a range or a group.

use std::fmt;

use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::groups::range_groups;
use crate::ipam::inventory::AddressFamily;
use crate::ipam::space::{
    Block, BlockKey, Range, RangeKey, SubnetKey, Utilization, UtilizationStatus, subnets, whole,
};
use crate::ipam::store::Tx;

use super::group::{GroupLevel, Ranges, group_usages};
use super::period::{TrendPoint, UtilizationPeriod};
use super::rows;
use super::threshold::{UtilizationThreshold, thresholds};

/// Something whose utilization is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsageObject {
    Block(BlockKey),
    Subnet(SubnetKey),
    Range(RangeKey),
    Group(GroupLevel),
}

impl UsageObject {
    /// What its samples are kept under. Instances are compared without regard to case, so they
    /// are written without it.
    pub(super) fn name(&self) -> String {
        match self {
            UsageObject::Block(key) => {
                format!(
                    "block {} {}{}",
                    key.network_id,
                    key.span,
                    key.address_space.beside()
                )
            }
            UsageObject::Subnet(key) => {
                let space = key.address_space.beside();
                format!("subnet {}{space}", key.network_id)
            }
            UsageObject::Group(level) => level.name(),
            UsageObject::Range(key) => {
                let instance = key.owner.service_instance.to_ascii_lowercase();
                let service = &key.owner.managed_by_service;
                let space = key.address_space.beside();
                format!("range {} of {service} / {instance}{space}", key.span)
            }
        }
    }

    /// Whether trends are kept of it: those of IPv6 are not (domain 5.9).
    pub fn has_trend(&self) -> bool {
        match self {
            UsageObject::Block(key) => key.span.first().is_ipv4(),
            UsageObject::Subnet(key) => key.network_id.addr().is_ipv4(),
            UsageObject::Range(key) => key.span.first().is_ipv4(),
            UsageObject::Group(level) => level.family == AddressFamily::IPv4,
        }
    }

    /// Whether it is told when its status changes. What subnets and groups hold is ranges, and
    /// those are told.
    pub(super) fn is_watched(&self) -> bool {
        matches!(self, UsageObject::Block(_) | UsageObject::Range(_))
    }
}

impl fmt::Display for UsageObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UsageObject::Block(key) => {
                write!(f, "block {}{}", key.span, key.address_space.beside())
            }
            UsageObject::Subnet(key) => write!(f, "subnet {key}"),
            UsageObject::Range(key) => write!(f, "range {key}"),
            UsageObject::Group(level) => write!(f, "group {level}"),
        }
    }
}

/// The utilization of one object now.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    pub object: UsageObject,
    pub utilization: Utilization,
    pub status: UtilizationStatus,
}

impl Usage {
    fn of(
        object: UsageObject,
        utilization: Utilization,
        thresholds: UtilizationThreshold,
    ) -> Usage {
        Usage {
            status: thresholds.status(&utilization),
            object,
            utilization,
        }
    }
}

/// A trend of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    pub object: UsageObject,
    pub period: UtilizationPeriod,
    /// Oldest first; empty for IPv6, of which no trend is kept.
    pub points: Vec<TrendPoint>,
}

/// Every block, then every range, then every subnet, with what each is now.
pub(super) fn usages(tx: &Tx<'_>) -> IpamResult<Vec<Usage>> {
    let (blocks, ranges) = whole(tx)?;
    usages_of(tx, &blocks, &ranges)
}

fn usages_of(tx: &Tx<'_>, blocks: &[Block], ranges: &[Range]) -> IpamResult<Vec<Usage>> {
    let thresholds = thresholds(tx)?;
    let mut usages = Vec::new();
    let mut put = |object, utilization| usages.push(Usage::of(object, utilization, thresholds));
    for block in blocks {
        put(UsageObject::Block(block.key.clone()), block.utilization);
    }
    for range in ranges {
        put(UsageObject::Range(range.key.clone()), range.utilization);
    }
    for (key, utilization) in subnets::over(tx, ranges)? {
        put(UsageObject::Subnet(key), utilization);
    }
    Ok(usages)
}

/// The same, and then every level of every range group that has IPv4 ranges: all that is sampled.
pub(super) fn sampled(tx: &Tx<'_>) -> IpamResult<Vec<Usage>> {
    let (blocks, ranges) = whole(tx)?;
    let mut found = usages_of(tx, &blocks, &ranges)?;
    let ranges = Ranges {
        ordered: ranges,
        thresholds: thresholds(tx)?,
    };
    for group in range_groups(tx)? {
        let levels = ranges.levels_of(tx, &group, AddressFamily::IPv4)?;
        let held = levels.into_iter().filter(|level| level.ranges > 0);
        found.extend(held.map(|level| Usage {
            object: UsageObject::Group(level.object),
            utilization: level.utilization,
            status: level.status,
        }));
    }
    Ok(found)
}

/// The trend of an object that exists.
pub(super) fn trend(
    tx: &Tx<'_>,
    object: UsageObject,
    period: UtilizationPeriod,
    now: jiff::Timestamp,
) -> IpamResult<Trend> {
    let exists = match &object {
        UsageObject::Group(level) => {
            let mut levels = group_usages(tx, &level.group, level.family)?.into_iter();
            levels.any(|found| found.object.name() == level.name())
        }
        object => usages(tx)?.iter().any(|usage| usage.object == *object),
    };
    if !exists {
        return Err(IpamError::not_found(format!("there is no {object}")));
    }
    let points = match (object.has_trend(), period.start(now)) {
        (false, _) => Vec::new(),
        (true, Some(start)) => period.points(&rows::samples(tx, &object, start)?, now),
        (true, None) => period.points(&rows::newest(tx, &object, period.most())?, now),
    };
    Ok(Trend {
        object,
        period,
        points,
    })
}
