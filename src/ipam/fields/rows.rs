//! The rows of fields, values and associations that administrators made, and of what carries them.
//!
//! Built-in fields and values have numbers but no rows: they cannot be changed, so they need not
//! be stored.

use std::fmt;
use std::str::FromStr;

use crate::ipam::error::IpamResult;
use crate::ipam::store::value::{FromValue, ToValue, ValueRef};
use crate::ipam::store::{Row, RowResult, Tx, params};

use super::built_in::BuiltInField;

/// `custom_assignment` says what each object carries, and by its index who carries a value. The
/// columns that name the object are those of a range; other objects leave empty what they lack.
/// A free-form field is assigned with the value 0.
pub(in crate::ipam) const DDL: &str = "
CREATE TABLE custom_field (
    id INTEGER NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE,
    multi_value INTEGER NOT NULL,
    PRIMARY KEY (id)) WITHOUT ROWID;
CREATE TABLE custom_value (
    field INTEGER NOT NULL, value_key TEXT NOT NULL, id INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (field, value_key)) WITHOUT ROWID;
CREATE UNIQUE INDEX custom_value_by_id ON custom_value (field, id);
CREATE TABLE custom_association (
    field_one INTEGER NOT NULL, field_two INTEGER NOT NULL,
    value_one INTEGER NOT NULL, value_two INTEGER NOT NULL,
    PRIMARY KEY (field_one, field_two, value_one, value_two)) WITHOUT ROWID;
CREATE INDEX custom_association_by_two ON custom_association (field_two, value_two);
CREATE TABLE custom_assignment (
    kind TEXT NOT NULL, space TEXT NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL,
    managed_by TEXT NOT NULL, instance_key TEXT NOT NULL,
    field INTEGER NOT NULL, value INTEGER NOT NULL,
    PRIMARY KEY (kind, space, first, last, managed_by, instance_key, field, value)
) WITHOUT ROWID;
CREATE INDEX custom_assignment_by_value ON custom_assignment (field, value);
";

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub(super) i64);

        impl ToValue for $name {
            fn to_value(&self) -> ValueRef<'_> {
                ValueRef::Integer(self.0)
            }
        }

        impl FromValue for $name {
            fn from_value(column: usize, value: ValueRef<'_>) -> RowResult<$name> {
                i64::from_value(column, value).map($name)
            }
        }
    )*};
}

numbers! {
    /// What a field is stored by; it stays when the field is renamed.
    FieldId,
    /// What a value is stored by, unique within its field.
    ValueId,
}

/// Numbers of fields of administrators begin after this one.
const BUILT_IN_FIELDS: i64 = 1000;
/// Numbers of values of administrators begin after this one.
const BUILT_IN_VALUES: i64 = 10_000;

impl FieldId {
    pub(in crate::ipam) fn built_in(field: BuiltInField) -> FieldId {
        FieldId(field.number())
    }
}

impl ValueId {
    /// The value of a free-form field: its text is with the object.
    pub(super) const TEXT: ValueId = ValueId(0);

    pub(super) fn built_in(place: usize) -> ValueId {
        // No list of built-in values comes near the limit.
        ValueId(i64::try_from(place).map_or(BUILT_IN_VALUES, |place| place + 1))
    }
}

/// A field as operations work on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ipam) struct FieldRow {
    pub(super) id: FieldId,
    pub(super) name: String,
    pub(super) multi_value: bool,
    pub(super) built_in: Option<BuiltInField>,
}

impl FieldRow {
    pub(in crate::ipam) fn id(&self) -> FieldId {
        self.id
    }

    pub(in crate::ipam) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it takes a value of a list, and not any text.
    pub(in crate::ipam) fn is_multi_value(&self) -> bool {
        self.multi_value
    }

    pub(in crate::ipam) fn built_in(&self) -> Option<BuiltInField> {
        self.built_in
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for FieldId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<FieldId, Self::Err> {
        text.parse().map(FieldId)
    }
}

impl From<BuiltInField> for FieldRow {
    fn from(field: BuiltInField) -> FieldRow {
        FieldRow {
            id: FieldId::built_in(field),
            name: field.name().to_owned(),
            multi_value: true,
            built_in: Some(field),
        }
    }
}

/// A value of a multivalue field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValueRow {
    pub(super) id: ValueId,
    pub(super) value: String,
    pub(super) built_in: bool,
}

fn field(row: &Row<'_>) -> RowResult<FieldRow> {
    Ok(FieldRow {
        id: row.get(0)?,
        name: row.get(1)?,
        multi_value: row.get(2)?,
        built_in: None,
    })
}

/// The user-defined fields, by name.
pub(super) fn fields(tx: &Tx<'_>) -> IpamResult<Vec<FieldRow>> {
    let sql = "SELECT id, name, multi_value FROM custom_field ORDER BY name_key";
    tx.query(sql, [], field)
}

/// The user-defined field with this folded name.
pub(super) fn field_by_key(tx: &Tx<'_>, name_key: &str) -> IpamResult<Option<FieldRow>> {
    let sql = "SELECT id, name, multi_value FROM custom_field WHERE name_key = ?1";
    tx.query_one(sql, [name_key], field)
}

/// The field with this number, whoever made it.
pub(in crate::ipam) fn field_by_id(tx: &Tx<'_>, id: FieldId) -> IpamResult<Option<FieldRow>> {
    let mut built_in = BuiltInField::ALL.iter();
    if let Some(found) = built_in.find(|field| FieldId::built_in(**field) == id) {
        return Ok(Some(FieldRow::from(*found)));
    }
    let sql = "SELECT id, name, multi_value FROM custom_field WHERE id = ?1";
    tx.query_one(sql, [id], field)
}

/// The number after the largest one in use, or the first one after `floor`.
fn next(tx: &Tx<'_>, sql: &str, of: Option<FieldId>, floor: i64) -> IpamResult<i64> {
    let largest = |row: &Row<'_>| row.get::<Option<i64>>(0);
    let found = match of {
        Some(field) => tx.query_one(sql, [field], largest)?,
        None => tx.query_one(sql, [], largest)?,
    };
    Ok(found.flatten().map_or(floor, |id| id.max(floor)) + 1)
}

pub(super) fn insert_field(
    tx: &Tx<'_>,
    name: &str,
    name_key: &str,
    multi_value: bool,
) -> IpamResult<FieldRow> {
    let id = FieldId(next(
        tx,
        "SELECT max(id) FROM custom_field",
        None,
        BUILT_IN_FIELDS,
    )?);
    let sql = "INSERT INTO custom_field (id, name, name_key, multi_value) VALUES (?1, ?2, ?3, ?4)";
    tx.execute(sql, params![id, name, name_key, multi_value])?;
    Ok(FieldRow {
        id,
        name: name.to_owned(),
        multi_value,
        built_in: None,
    })
}

pub(super) fn rename_field(tx: &Tx<'_>, id: FieldId, name: &str, name_key: &str) -> IpamResult<()> {
    let sql = "UPDATE custom_field SET name = ?2, name_key = ?3 WHERE id = ?1";
    tx.execute(sql, params![id, name, name_key]).map(drop)
}

/// Deletes a field and its values.
pub(super) fn delete_field(tx: &Tx<'_>, id: FieldId) -> IpamResult<()> {
    tx.execute("DELETE FROM custom_value WHERE field = ?1", [id])?;
    tx.execute("DELETE FROM custom_field WHERE id = ?1", [id])
        .map(drop)
}

fn value(row: &Row<'_>) -> RowResult<ValueRow> {
    Ok(ValueRow {
        id: row.get(0)?,
        value: row.get(1)?,
        built_in: false,
    })
}

/// The user-defined values of a field, by spelling.
pub(super) fn values(tx: &Tx<'_>, field: FieldId) -> IpamResult<Vec<ValueRow>> {
    let sql = "SELECT id, value FROM custom_value WHERE field = ?1 ORDER BY value_key";
    tx.query(sql, [field], value)
}

/// The user-defined values of all fields, by field and spelling.
pub(super) fn every_value(tx: &Tx<'_>) -> IpamResult<Vec<(FieldId, ValueRow)>> {
    let sql = "SELECT id, value, field FROM custom_value ORDER BY field, value_key";
    tx.query(sql, [], |row| Ok((row.get(2)?, value(row)?)))
}

/// The user-defined value of a field with this folded spelling.
pub(super) fn value_by_key(
    tx: &Tx<'_>,
    field: FieldId,
    value_key: &str,
) -> IpamResult<Option<ValueRow>> {
    let sql = "SELECT id, value FROM custom_value WHERE field = ?1 AND value_key = ?2";
    tx.query_one(sql, params![field, value_key], value)
}

/// The spelling of a value, whoever made it.
pub(super) fn value_by_id(tx: &Tx<'_>, field: FieldId, id: ValueId) -> IpamResult<Option<String>> {
    if let Some(field) = field_by_id(tx, field)?.and_then(|field| field.built_in)
        && id.0 <= BUILT_IN_VALUES
    {
        let values = field.values();
        let found = usize::try_from(id.0 - 1).ok();
        return Ok(found.and_then(|place| values.get(place).map(|v| (*v).to_owned())));
    }
    let sql = "SELECT value FROM custom_value WHERE field = ?1 AND id = ?2";
    tx.query_one(sql, params![field, id], |row| row.get(0))
}

pub(super) fn insert_value(
    tx: &Tx<'_>,
    field: FieldId,
    value: &str,
    value_key: &str,
) -> IpamResult<ValueRow> {
    let sql = "SELECT max(id) FROM custom_value WHERE field = ?1";
    let id = ValueId(next(tx, sql, Some(field), BUILT_IN_VALUES)?);
    let sql = "INSERT INTO custom_value (field, value_key, id, value) VALUES (?1, ?2, ?3, ?4)";
    tx.execute(sql, params![field, value_key, id, value])?;
    Ok(ValueRow {
        id,
        value: value.to_owned(),
        built_in: false,
    })
}

pub(super) fn rename_value(
    tx: &Tx<'_>,
    field: FieldId,
    id: ValueId,
    value: &str,
    value_key: &str,
) -> IpamResult<()> {
    let sql = "UPDATE custom_value SET value = ?3, value_key = ?4 WHERE field = ?1 AND id = ?2";
    tx.execute(sql, params![field, id, value, value_key])
        .map(drop)
}

pub(super) fn delete_value(tx: &Tx<'_>, field: FieldId, id: ValueId) -> IpamResult<()> {
    let sql = "DELETE FROM custom_value WHERE field = ?1 AND id = ?2";
    tx.execute(sql, params![field, id]).map(drop)
}
