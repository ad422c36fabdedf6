//! How full an IP address range group is, level by level (domain 5.8, 9.3).

use std::collections::BTreeMap;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::groups::{Detail, Level, members};
use crate::ipam::inventory::AddressFamily;
use crate::ipam::rbac::Right;
use crate::ipam::space::{Range, RangeKey, Utilization, UtilizationStatus, counted, whole};

use super::threshold::{UtilizationThreshold, thresholds};

/// One level of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupUsage {
    /// The group and the values that lead to the level: `Managed by Service / IPAM`.
    pub level: String,
    /// How many ranges are in it or below.
    pub ranges: usize,
    /// All its addresses are assigned: a group holds nothing but ranges.
    pub utilization: Utilization,
    pub status: UtilizationStatus,
}

/// What a group is added up from.
struct Ranges {
    /// In the order of their start, which is the order in which overlapping ones count.
    ordered: Vec<Range>,
    thresholds: UtilizationThreshold,
}

impl Ranges {
    /// The ranges of a level together, those that overlap counted once.
    fn sum(&self, keys: &BTreeMap<&RangeKey, ()>) -> Utilization {
        let own = self
            .ordered
            .iter()
            .filter(|range| keys.contains_key(&range.key));
        let mut sum = Utilization::default();
        for range in counted(own) {
            sum.assigned = sum.assigned.saturating_add(range.utilization.assigned);
            sum.utilized = sum.utilized.saturating_add(range.utilization.utilized);
        }
        sum.total = sum.assigned;
        sum
    }

    fn gather(&self, level: &Level, above: &str, found: &mut Vec<GroupUsage>) {
        let value = level.value.as_deref().unwrap_or("no value");
        let name = match above {
            "" => value.to_owned(),
            above => format!("{above} / {value}"),
        };
        let keys: BTreeMap<&RangeKey, ()> = level
            .range_keys()
            .into_iter()
            .map(|key| (key, ()))
            .collect();
        let utilization = self.sum(&keys);
        found.push(GroupUsage {
            level: name.clone(),
            ranges: keys.len(),
            status: self.thresholds.status(&utilization),
            utilization,
        });
        for below in &level.levels {
            self.gather(below, &name, found);
        }
    }
}

impl Ipam {
    /// The utilization of a range group and of each of its levels now, for the ranges of one
    /// family. Groups of other objects hold no ranges and show none.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown group.
    pub async fn get_group_utilization(
        &self,
        caller: &Caller,
        group: &str,
        family: AddressFamily,
    ) -> IpamResult<Vec<GroupUsage>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            let tree = members(tx, group, family, Detail::Members)?;
            let (_, ordered) = whole(tx)?;
            let ranges = Ranges {
                ordered,
                thresholds: thresholds(tx)?,
            };
            let mut found = Vec::new();
            ranges.gather(&tree, "", &mut found);
            Ok(found)
        })
    }
}
