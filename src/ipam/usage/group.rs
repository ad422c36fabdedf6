//! How full an IP address range group is, level by level (domain 5.8, 9.3).

use std::collections::BTreeMap;
use std::fmt;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::groups::{Detail, Level, key_of, members};
use crate::ipam::inventory::AddressFamily;
use crate::ipam::rbac::Right;
use crate::ipam::space::{Range, RangeKey, Utilization, UtilizationStatus, counted, whole};
use crate::ipam::store::Tx;

use super::threshold::{UtilizationThreshold, thresholds};

/// A level of a range group: the values that lead to it. Case tells neither groups nor values
/// apart, as in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupLevel {
    pub group: String,
    /// The family of the ranges that count.
    pub family: AddressFamily,
    /// `None` where what has no value is; empty for the group as a whole.
    pub path: Vec<Option<String>>,
}

/// What the name of a level begins with under which its samples are kept.
const KEPT: &str = "group ";

impl GroupLevel {
    /// What its samples are kept under. A list of texts, because a value may hold any character.
    pub(super) fn name(&self) -> String {
        let group = Some(key_of(&self.group));
        let values = self.path.iter();
        let values = values.map(|value| value.as_ref().map(|value| value.to_lowercase()));
        let parts: Vec<Option<String>> = std::iter::once(group).chain(values).collect();
        let family = match self.family {
            AddressFamily::IPv4 => "",
            AddressFamily::IPv6 => "IPv6 ",
        };
        format!("{KEPT}{family}{}", serde_json::json!(parts))
    }

    /// The level that samples of IPv4 are kept of under this name; `None` for other objects.
    pub(super) fn of_name(name: &str) -> Option<GroupLevel> {
        let parts = name.strip_prefix(KEPT)?;
        let parts: Vec<Option<String>> = serde_json::from_str(parts).ok()?;
        let (group, path) = parts.split_first()?;
        Some(GroupLevel {
            group: group.clone()?,
            family: AddressFamily::IPv4,
            path: path.to_vec(),
        })
    }

    pub(super) fn is_of(&self, group: &str) -> bool {
        key_of(&self.group) == key_of(group)
    }

    /// Puts `to` where the value at `place` is `from`.
    pub(super) fn respell(&mut self, place: usize, from: &str, to: &str) {
        if let Some(Some(value)) = self.path.get_mut(place)
            && value.to_lowercase() == from.to_lowercase()
        {
            to.clone_into(value);
        }
    }
}

impl fmt::Display for GroupLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.group)?;
        for value in &self.path {
            write!(f, " / {}", value.as_deref().unwrap_or("no value"))?;
        }
        Ok(())
    }
}

/// One level of a group, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupUsage {
    pub object: GroupLevel,
    /// The group and the values that lead to the level: `Managed by Service / IPAM`.
    pub level: String,
    /// How many ranges are in it or below.
    pub ranges: usize,
    /// All its addresses are assigned: a group holds nothing but ranges.
    pub utilization: Utilization,
    pub status: UtilizationStatus,
}

/// What a group is added up from.
pub(super) struct Ranges {
    /// In the order of their start, which is the order in which overlapping ones count.
    pub(super) ordered: Vec<Range>,
    pub(super) thresholds: UtilizationThreshold,
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

    /// A group and each of its levels.
    pub(super) fn levels_of(
        &self,
        tx: &Tx<'_>,
        group: &str,
        family: AddressFamily,
    ) -> IpamResult<Vec<GroupUsage>> {
        let tree = members(tx, group, family, Detail::Members)?;
        let root = GroupLevel {
            group: tree.value.clone().unwrap_or_default(),
            family,
            path: Vec::new(),
        };
        let mut found = Vec::new();
        self.gather(&tree, root, &mut found);
        Ok(found)
    }

    fn gather(&self, level: &Level, object: GroupLevel, found: &mut Vec<GroupUsage>) {
        let keys: BTreeMap<&RangeKey, ()> = level
            .range_keys()
            .into_iter()
            .map(|key| (key, ()))
            .collect();
        let utilization = self.sum(&keys);
        found.push(GroupUsage {
            level: object.to_string(),
            object: object.clone(),
            ranges: keys.len(),
            status: self.thresholds.status(&utilization),
            utilization,
        });
        for below in &level.levels {
            let mut object = object.clone();
            object.path.push(below.value.clone());
            self.gather(below, object, found);
        }
    }
}

/// A group and each of its levels, as they are now.
pub(super) fn group_usages(
    tx: &Tx<'_>,
    group: &str,
    family: AddressFamily,
) -> IpamResult<Vec<GroupUsage>> {
    let (_, ordered) = whole(tx)?;
    let ranges = Ranges {
        ordered,
        thresholds: thresholds(tx)?,
    };
    ranges.levels_of(tx, group, family)
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
        self.store.read(|tx| group_usages(tx, group, family))
    }
}
