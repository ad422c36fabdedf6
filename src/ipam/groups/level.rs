//! The tree of a group: levels by value, and what is in each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::base::Fqdn;
use crate::ipam::space::{AddressKey, BlockKey, RangeKey, SubnetKey};

/// Something that a group or view shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    Block(BlockKey),
    Subnet(SubnetKey),
    Range(RangeKey),
    Address(AddressKey),
    Server(Fqdn),
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Member::Block(key) => write!(f, "{}", key.network_id),
            Member::Subnet(key) => key.fmt(f),
            Member::Range(key) => key.fmt(f),
            Member::Address(key) => key.fmt(f),
            Member::Server(name) => name.fmt(f),
        }
    }
}

/// One node of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The value that everything below has in common; `None` is what has no value there.
    pub value: Option<String>,
    /// How many different objects are in it or below.
    pub count: usize,
    /// The objects themselves: on the last level only, and only where they were asked for.
    pub members: Vec<Member>,
    /// The levels of the next criterion, by value; what has none comes last.
    pub levels: Vec<Level>,
}

impl Level {
    /// The keys of the ranges in it or below, each once.
    pub fn range_keys(&self) -> Vec<&RangeKey> {
        let mut found = Vec::new();
        self.gather(&mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    pub(super) fn gather_members(&self, found: &mut BTreeSet<Member>) {
        found.extend(self.members.iter().cloned());
        for level in &self.levels {
            level.gather_members(found);
        }
    }

    fn gather<'a>(&'a self, found: &mut Vec<&'a RangeKey>) {
        found.extend(self.members.iter().filter_map(|member| match member {
            Member::Range(key) => Some(key),
            _ => None,
        }));
        for level in &self.levels {
            level.gather(found);
        }
    }
}

/// A tree while objects are put into it. Children are ordered by value, those without one last.
/// Case does not tell values apart: names of servers come in any.
#[derive(Default)]
pub(super) struct Tree {
    /// The value as the first object spelled it.
    value: String,
    count: usize,
    members: Vec<Member>,
    children: BTreeMap<(bool, String), Tree>,
}

impl Tree {
    /// Puts an object into every branch that its values lead to: the first list holds its values
    /// for the first criterion, and so on. Every level on the way counts it once.
    pub(super) fn put(&mut self, member: Option<&Member>, values: &[Vec<String>]) {
        self.count += 1;
        let Some((first, rest)) = values.split_first() else {
            self.members.extend(member.cloned());
            return;
        };
        if first.is_empty() {
            self.child(true, "").put(member, rest);
        }
        for value in first {
            self.child(false, value).put(member, rest);
        }
    }

    fn child(&mut self, without: bool, value: &str) -> &mut Tree {
        let key = (without, value.to_lowercase());
        self.children.entry(key).or_insert_with(|| Tree {
            value: value.to_owned(),
            ..Tree::default()
        })
    }

    /// The whole tree below a node of this name.
    pub(super) fn rooted(mut self, name: &str) -> Level {
        Level {
            value: Some(name.to_owned()),
            count: self.count,
            members: std::mem::take(&mut self.members),
            levels: self.levels(),
        }
    }

    /// The first levels of the tree.
    fn levels(self) -> Vec<Level> {
        let children = self.children.into_iter();
        children
            .map(|((without, _), mut tree)| Level {
                value: (!without).then(|| std::mem::take(&mut tree.value)),
                count: tree.count,
                members: std::mem::take(&mut tree.members),
                levels: tree.levels(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(name: &str) -> Member {
        Member::Server(name.parse().unwrap())
    }

    fn values(lists: &[&[&str]]) -> Vec<Vec<String>> {
        let texts = |list: &&[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        lists.iter().map(texts).collect()
    }

    #[test]
    fn an_object_with_two_values_is_in_two_branches_and_counts_once_above_them() {
        let mut tree = Tree::default();
        tree.put(Some(&server("a.x")), &values(&[&["London"], &["B1", "B2"]]));
        tree.put(Some(&server("b.x")), &values(&[&["London"], &[]]));
        tree.put(Some(&server("c.x")), &values(&[&[], &["B1"]]));
        let root = tree.rooted("Sites");
        assert_eq!(root.count, 3);
        let levels = root.levels;
        let shown: Vec<_> = levels
            .iter()
            .map(|l| (l.value.as_deref(), l.count))
            .collect();
        assert_eq!(shown, [(Some("London"), 2), (None, 1)]);
        let below: Vec<_> = levels[0]
            .levels
            .iter()
            .map(|l| (l.value.as_deref(), l.count))
            .collect();
        assert_eq!(below, [(Some("B1"), 1), (Some("B2"), 1), (None, 1)]);
        assert_eq!(levels[0].levels[2].members, [server("b.x")]);
        assert!(levels[0].members.is_empty());
    }
}
