//! A part of a group, as a person picks it in the tree: the group, or one of its levels.

use std::collections::BTreeSet;

use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::inventory::AddressFamily;
use crate::ipam::space::rules::invalid;
use crate::ipam::store::Tx;

use super::edit::known;
use super::group::GroupKind;
use super::level::{Level, Member};
use super::members::members;
use super::view::Detail;

/// How the level of objects without a value is called.
pub const NO_VALUE: &str = "(no value)";

/// A node of the tree of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPart {
    pub group: String,
    /// The values that lead to it, one a criterion from the first on; none is the whole group.
    pub levels: Vec<String>,
}

impl GroupPart {
    /// The objects of one family in it and below, each once.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown group or a level that it does not have,
    /// `IpamApiInvalidParameter` for a group of other objects than those of `kind`.
    pub(in crate::ipam) fn members(
        &self,
        tx: &Tx<'_>,
        kind: GroupKind,
        family: AddressFamily,
    ) -> IpamResult<BTreeSet<Member>> {
        let group = known(tx, &self.group)?;
        if group.kind != kind {
            let words = format!("`{}` groups other objects than this view shows", group.name);
            return invalid(words);
        }
        let tree = members(tx, &group.name, family, Detail::Members)?;
        let mut level = &tree;
        for wanted in &self.levels {
            let named = |level: &&Level| match &level.value {
                Some(value) => value.eq_ignore_ascii_case(wanted),
                None => wanted == NO_VALUE,
            };
            level = level.levels.iter().find(named).ok_or_else(|| {
                let words = format!("`{}` has no level `{wanted}` there", group.name);
                IpamError::not_found(words)
            })?;
        }
        let mut found = BTreeSet::new();
        level.gather_members(&mut found);
        Ok(found)
    }
}
