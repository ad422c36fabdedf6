//! What is shown of the utilization of a block, a range or a group.

use std::fmt;

use crate::addr::AddressRange;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::space::{Block, BlockKey, Range, RangeKey, Utilization, UtilizationStatus, whole};
use crate::ipam::store::Tx;

use super::period::{TrendPoint, UtilizationPeriod};
use super::rows;
use super::threshold::{UtilizationThreshold, thresholds};

/// Something whose utilization is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsageObject {
    Block(BlockKey),
    Range(RangeKey),
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
            UsageObject::Range(key) => {
                let instance = key.owner.service_instance.to_ascii_lowercase();
                let service = &key.owner.managed_by_service;
                let space = key.address_space.beside();
                format!("range {} of {service} / {instance}{space}", key.span)
            }
        }
    }

    fn span(&self) -> &AddressRange {
        match self {
            UsageObject::Block(key) => &key.span,
            UsageObject::Range(key) => &key.span,
        }
    }

    /// Whether trends are kept of it: those of IPv6 are not (domain 5.9).
    pub fn has_trend(&self) -> bool {
        self.span().first().is_ipv4()
    }
}

impl fmt::Display for UsageObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UsageObject::Block(key) => {
                write!(f, "block {}{}", key.span, key.address_space.beside())
            }
            UsageObject::Range(key) => write!(f, "range {key}"),
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

/// Every block, then every range, with what each is now.
pub(super) fn usages(tx: &Tx<'_>) -> IpamResult<Vec<Usage>> {
    let thresholds = thresholds(tx)?;
    let (blocks, ranges) = whole(tx)?;
    let of_block = |block: Block| {
        let object = UsageObject::Block(block.key);
        Usage::of(object, block.utilization, thresholds)
    };
    let of_range = |range: Range| {
        let object = UsageObject::Range(range.key);
        Usage::of(object, range.utilization, thresholds)
    };
    let blocks = blocks.into_iter().map(of_block);
    Ok(blocks.chain(ranges.into_iter().map(of_range)).collect())
}

/// The trend of an object that exists.
pub(super) fn trend(
    tx: &Tx<'_>,
    object: UsageObject,
    period: UtilizationPeriod,
    now: jiff::Timestamp,
) -> IpamResult<Trend> {
    let exists = usages(tx)?.iter().any(|usage| usage.object == object);
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
