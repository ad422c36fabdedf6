//! Adding, editing and deleting groups (domain 9.3).

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::fields::{FieldId, field_by_id, multi_value_field};
use crate::ipam::store::Tx;
use crate::ipam::usage;

use super::group::{GroupKind, LogicalGroup};
use super::rows::{self, GroupRow, key_of};

/// Characters of a group's name.
const NAME: std::ops::RangeInclusive<usize> = 2..=50;

/// Changes of a group; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupChange {
    pub new_name: Option<String>,
    /// In place of those it had.
    pub criteria: Option<Vec<String>>,
}

fn check_name(name: &str) -> IpamResult<()> {
    let length = name.chars().count();
    if !NAME.contains(&length) || name.trim() != name {
        return Err(IpamError::parameter(format!(
            "`{name}` is no name for a group: it takes {} to {} characters, none of them a space \
             at an end",
            NAME.start(),
            NAME.end()
        )));
    }
    Ok(())
}

/// The fields by which objects of the kind can be grouped, in the order given.
fn criteria(tx: &Tx<'_>, kind: GroupKind, names: &[String]) -> IpamResult<Vec<FieldId>> {
    if names.is_empty() {
        return Err(IpamError::parameter(
            "a group has at least one criterion; name a multivalue field",
        ));
    }
    let mut fields = Vec::new();
    for name in names {
        let field = multi_value_field(tx, name)?;
        if field.built_in().is_some_and(|field| !kind.has(field)) {
            return Err(IpamError::parameter(format!(
                "{kind} have no `{}`; group them by another field",
                field.name()
            )));
        }
        if fields.contains(&field.id()) {
            return Err(IpamError::parameter(format!(
                "`{}` is given twice; a tree has one level for each criterion",
                field.name()
            )));
        }
        fields.push(field.id());
    }
    Ok(fields)
}

/// The group of this name.
///
/// # Errors
/// `IpamApiObjectNotFound`.
pub(super) fn known(tx: &Tx<'_>, name: &str) -> IpamResult<GroupRow> {
    rows::group(tx, name)?
        .ok_or_else(|| IpamError::not_found(format!("there is no logical group `{name}`")))
}

fn free(tx: &Tx<'_>, name: &str) -> IpamResult<()> {
    match rows::group(tx, name)? {
        None => Ok(()),
        Some(taken) => Err(IpamError::new(
            ErrorId::IpamApiLogicalGroupAlreadyExists,
            format!("there is a logical group `{}` already", taken.name),
        )),
    }
}

fn stays(group: &GroupRow, what: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiCannotUpdateOrDeleteBuiltInLogicalGroup,
        format!("`{}` is built in and {what}", group.name),
    )
}

/// The group as it is shown.
pub(super) fn shown(tx: &Tx<'_>, group: GroupRow) -> IpamResult<LogicalGroup> {
    let mut criteria = Vec::new();
    for id in &group.fields {
        criteria.extend(field_by_id(tx, *id)?.map(|field| field.name().to_owned()));
    }
    Ok(LogicalGroup {
        name: group.name,
        kind: group.kind,
        built_in: group.built_in,
        criteria,
    })
}

/// *Add Group* after the gate.
pub(in crate::ipam) fn add(
    tx: &Tx<'_>,
    kind: GroupKind,
    name: &str,
    names: &[String],
) -> IpamResult<LogicalGroup> {
    check_name(name)?;
    free(tx, name)?;
    let group = GroupRow {
        name: name.to_owned(),
        kind,
        built_in: false,
        fields: criteria(tx, kind, names)?,
    };
    rows::put(tx, &group)?;
    shown(tx, group)
}

/// *Edit Group* after the gate. A built-in group keeps its name and its own criteria; further
/// ones may follow them.
pub(in crate::ipam) fn edit(
    tx: &Tx<'_>,
    name: &str,
    change: &GroupChange,
) -> IpamResult<LogicalGroup> {
    let before = known(tx, name)?;
    let mut after = before.clone();
    if let Some(new_name) = &change.new_name {
        check_name(new_name)?;
        if before.built_in {
            return Err(stays(&before, "keeps its name"));
        }
        if key_of(new_name) != key_of(&before.name) {
            free(tx, new_name)?;
        }
        after.name.clone_from(new_name);
    }
    if let Some(names) = &change.criteria {
        after.fields = criteria(tx, before.kind, names)?;
        let own = rows::own_criteria(&before);
        if !after.fields.starts_with(&own) {
            return Err(stays(&before, "keeps its criteria; add others after them"));
        }
    }
    rows::delete(tx, &before.name)?;
    rows::put(tx, &after)?;
    // Figures of other levels cannot be compared.
    if after.fields != before.fields {
        usage::forget_group(tx, &before.name)?;
    }
    usage::move_group(tx, &before.name, &after.name)?;
    shown(tx, after)
}

/// *Delete* after the gate; the objects stay as they are.
pub(in crate::ipam) fn remove(tx: &Tx<'_>, name: &str) -> IpamResult<LogicalGroup> {
    let group = known(tx, name)?;
    if group.built_in {
        return Err(stays(&group, "cannot be deleted"));
    }
    rows::delete(tx, &group.name)?;
    usage::forget_group(tx, &group.name)?;
    shown(tx, group)
}
