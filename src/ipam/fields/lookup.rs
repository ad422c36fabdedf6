//! Finding fields and values by their names.

use std::collections::BTreeMap;

use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::store::Tx;

use super::built_in::BuiltInField;
use super::definition::{CustomField, CustomValue, Origin};
use super::rows::{self, FieldId, FieldRow, ValueId, ValueRow};

/// A name or value of administrators as it is compared: without regard to case. Databases do not
/// agree on how to fold anything but ASCII, so the folded text has a column of its own.
pub(super) fn key_of(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The field of this name in any case, built in or not; `None` where there is none.
pub(super) fn find_field(tx: &Tx<'_>, name: &str) -> IpamResult<Option<FieldRow>> {
    match BuiltInField::named(name) {
        Some(field) => Ok(Some(FieldRow::from(field))),
        None => rows::field_by_key(tx, &key_of(name)),
    }
}

/// The field of this name.
///
/// # Errors
/// `IpamApiObjectNotFound`.
pub(in crate::ipam) fn field_named(tx: &Tx<'_>, name: &str) -> IpamResult<FieldRow> {
    find_field(tx, name)?.ok_or_else(|| {
        IpamError::not_found(format!(
            "there is no custom field `{name}`; add it with Add-IpamCustomField"
        ))
    })
}

/// The multivalue field of this name.
///
/// # Errors
/// `IpamApiObjectNotFound`, or `IpamApiInvalidParameter` for a free-form field.
pub(in crate::ipam) fn multi_value_field(tx: &Tx<'_>, name: &str) -> IpamResult<FieldRow> {
    let field = field_named(tx, name)?;
    if !field.multi_value {
        return Err(IpamError::parameter(format!(
            "`{}` is a free-form field and has no list of values",
            field.name
        )));
    }
    Ok(field)
}

/// The value of a field that `text` spells; `None` where the field has no such value.
pub(super) fn find_value(
    tx: &Tx<'_>,
    field: &FieldRow,
    text: &str,
) -> IpamResult<Option<ValueRow>> {
    let built_in = field.built_in.and_then(|field| field.value_named(text));
    if let Some((place, value)) = built_in {
        return Ok(Some(ValueRow {
            id: ValueId::built_in(place),
            value: value.to_owned(),
            built_in: true,
        }));
    }
    rows::value_by_key(tx, field.id, &key_of(text))
}

/// The value of a field that `text` spells.
///
/// # Errors
/// `IpamApiObjectNotFound`.
pub(super) fn value_named(tx: &Tx<'_>, field: &FieldRow, text: &str) -> IpamResult<ValueRow> {
    find_value(tx, field, text)?.ok_or_else(|| {
        IpamError::not_found(format!(
            "`{text}` is no value of the custom field `{}`; add it with Add-IpamCustomValue",
            field.name
        ))
    })
}

/// A value of a built-in field in the spelling it is kept in; `None` where the field has no such
/// value.
pub(in crate::ipam) fn value_spelled(
    tx: &Tx<'_>,
    field: BuiltInField,
    text: &str,
) -> IpamResult<Option<String>> {
    let found = find_value(tx, &FieldRow::from(field), text)?;
    Ok(found.map(|found| found.value))
}

/// Every field with its values: the built-in ones in the order of their numbers, then the
/// others by name.
pub(in crate::ipam) fn definitions(tx: &Tx<'_>) -> IpamResult<Vec<CustomField>> {
    let mut added: BTreeMap<FieldId, Vec<ValueRow>> = BTreeMap::new();
    for (field, value) in rows::every_value(tx)? {
        added.entry(field).or_default().push(value);
    }
    let built_in = BuiltInField::ALL.iter().copied().map(FieldRow::from);
    let fields = built_in.chain(rows::fields(tx)?);
    let shown = fields.map(|field| {
        let values = added.remove(&field.id).unwrap_or_default();
        definition(&field, values)
    });
    Ok(shown.collect())
}

/// One field with its values.
pub(super) fn shown(tx: &Tx<'_>, field: &FieldRow) -> IpamResult<CustomField> {
    Ok(definition(field, rows::values(tx, field.id)?))
}

fn definition(field: &FieldRow, added: Vec<ValueRow>) -> CustomField {
    let own = field.built_in.into_iter().flat_map(BuiltInField::values);
    let own = own.map(|value| CustomValue {
        custom_field: field.name.clone(),
        value: value.to_owned(),
        origin: Origin::BuiltIn,
    });
    let added = added.into_iter().map(|row| CustomValue {
        custom_field: field.name.clone(),
        value: row.value,
        origin: Origin::UserDefined,
    });
    let label = match field.built_in {
        Some(built_in) => built_in.label(),
        None => &field.name,
    };
    CustomField {
        name: field.name.clone(),
        label: label.to_owned(),
        origin: match field.built_in {
            Some(_) => Origin::BuiltIn,
            None => Origin::UserDefined,
        },
        multi_value: field.multi_value,
        values: own.chain(added).collect(),
    }
}
