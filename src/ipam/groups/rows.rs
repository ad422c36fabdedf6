//! The rows of groups that administrators made, and of the criteria they gave built-in ones.

use crate::ipam::error::IpamResult;
use crate::ipam::fields::FieldId;
use crate::ipam::store::{ColumnError, Row, RowResult, Tx, params};

use super::group::{BUILT_IN, GroupKind};

pub(in crate::ipam) const DDL: &str = "
CREATE TABLE logical_group (
    name_key TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL,
    PRIMARY KEY (name_key)) WITHOUT ROWID;
";

/// A group as it is stored: its criteria by number, so that a renamed field stays one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupRow {
    pub(super) name: String,
    pub(super) kind: GroupKind,
    pub(super) built_in: bool,
    pub(super) fields: Vec<FieldId>,
}

/// A group's name as it is compared.
pub(in crate::ipam) fn key_of(name: &str) -> String {
    name.trim().to_lowercase()
}

fn built_in(name: &str) -> Option<GroupRow> {
    let group = BUILT_IN
        .iter()
        .find(|group| key_of(group.name) == key_of(name))?;
    Some(GroupRow {
        name: group.name.to_owned(),
        kind: group.kind,
        built_in: true,
        fields: group
            .criteria
            .iter()
            .copied()
            .map(FieldId::built_in)
            .collect(),
    })
}

/// The criteria that a built-in group always has; none for another.
pub(super) fn own_criteria(group: &GroupRow) -> Vec<FieldId> {
    built_in(&group.name).map_or_else(Vec::new, |group| group.fields)
}

fn read(row: &Row<'_>) -> RowResult<GroupRow> {
    let word = row.text(1)?;
    let mut kinds = GroupKind::ALL.iter();
    let kind = kinds.find(|kind| kind.to_string() == word);
    let numbers = row.text(2)?;
    let fields = numbers.split(',').map(str::parse);
    let fields: Result<Vec<FieldId>, _> = fields.collect();
    let name: String = row.get(0)?;
    Ok(GroupRow {
        built_in: built_in(&name).is_some(),
        name,
        kind: *kind.ok_or_else(|| ColumnError::foreign(1, word))?,
        fields: fields.map_err(|_| ColumnError::foreign(2, numbers))?,
    })
}

/// Every group: the built-in ones, then the others by name.
pub(super) fn groups(tx: &Tx<'_>) -> IpamResult<Vec<GroupRow>> {
    let sql = "SELECT name, kind, fields FROM logical_group ORDER BY name_key";
    let mut stored = tx.query(sql, [], read)?;
    let mut all = Vec::new();
    for group in BUILT_IN {
        let place = stored.iter().position(|row| row.name == group.name);
        let edited = place.map(|place| stored.remove(place));
        all.extend(edited.or_else(|| built_in(group.name)));
    }
    all.extend(stored);
    Ok(all)
}

/// The group of this name, in any case.
pub(super) fn group(tx: &Tx<'_>, name: &str) -> IpamResult<Option<GroupRow>> {
    let sql = "SELECT name, kind, fields FROM logical_group WHERE name_key = ?1";
    let stored = tx.query_one(sql, [key_of(name)], read)?;
    Ok(stored.or_else(|| built_in(name)))
}

/// Writes a group, over one of the same name.
pub(super) fn put(tx: &Tx<'_>, group: &GroupRow) -> IpamResult<()> {
    let numbers: Vec<String> = group.fields.iter().map(FieldId::to_string).collect();
    let sql = "INSERT OR REPLACE INTO logical_group (name_key, name, kind, fields) \
               VALUES (?1, ?2, ?3, ?4)";
    let row = params![
        key_of(&group.name),
        group.name,
        group.kind.to_string(),
        numbers.join(",")
    ];
    tx.execute(sql, row).map(drop)
}

pub(super) fn delete(tx: &Tx<'_>, name: &str) -> IpamResult<()> {
    let sql = "DELETE FROM logical_group WHERE name_key = ?1";
    tx.execute(sql, [key_of(name)]).map(drop)
}

/// The name of a group that has this field among its criteria.
pub(in crate::ipam) fn group_by(tx: &Tx<'_>, field: FieldId) -> IpamResult<Option<String>> {
    let mut all = groups(tx)?.into_iter();
    let found = all.find(|group| group.fields.contains(&field));
    Ok(found.map(|group| group.name))
}

/// The groups that have this field among their criteria, each with its place there.
pub(in crate::ipam) fn places_of(tx: &Tx<'_>, field: FieldId) -> IpamResult<Vec<(String, usize)>> {
    let all = groups(tx)?.into_iter();
    let place = |group: &GroupRow| group.fields.iter().position(|own| *own == field);
    Ok(all
        .filter_map(|group| place(&group).map(|place| (group.name, place)))
        .collect())
}

/// The names of the groups of ranges.
pub(in crate::ipam) fn range_groups(tx: &Tx<'_>) -> IpamResult<Vec<String>> {
    let mut all = groups(tx)?;
    all.retain(|group| group.kind == GroupKind::Range);
    Ok(all.into_iter().map(|group| group.name).collect())
}
