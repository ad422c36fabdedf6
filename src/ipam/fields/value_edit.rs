//! Adding, renaming and deleting values of multivalue fields (domain 9.2).

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::Tx;
use crate::ipam::usage;

use super::assignment;
use super::association;
use super::built_in::BuiltInField;
use super::definition::{CustomValue, Origin};
use super::field_edit::{Edit, in_use};
use super::lookup::{find_value, key_of, multi_value_field, value_named};
use super::rename;
use super::reserved::check_value;
use super::rows::{self, FieldRow, ValueRow};

/// Adds a value that the field must not have.
pub(super) fn insert_new(tx: &Tx<'_>, field: &FieldRow, value: &str) -> IpamResult<CustomValue> {
    check_value(value)?;
    if let Some(taken) = find_value(tx, field, value)? {
        return Err(exists(field, &taken));
    }
    let row = rows::insert_value(tx, field.id, value, &key_of(value))?;
    Ok(user_defined(field, row))
}

fn exists(field: &FieldRow, taken: &ValueRow) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiCustomValueAlreadyExists,
        format!(
            "`{}` is a value of the custom field `{}` already",
            taken.value, field.name
        ),
    )
}

fn user_defined(field: &FieldRow, row: ValueRow) -> CustomValue {
    CustomValue {
        custom_field: field.name.clone(),
        value: row.value,
        origin: Origin::UserDefined,
    }
}

/// `Add-IpamCustomValue` after the gate; built-in fields take further values too.
///
/// # Errors
/// `IpamApiObjectNotFound` for an unknown field, `IpamApiCustomValueAlreadyExists`,
/// `IpamApiInvalidParameter` for a free-form field or a value that cannot be one.
pub(in crate::ipam) fn add_value(tx: &Tx<'_>, field: &str, value: &str) -> IpamResult<CustomValue> {
    insert_new(tx, &multi_value_field(tx, field)?, value)
}

/// The same where the field may have the value already; whether it is new.
///
/// # Errors
/// As [`add_value`], without the one for a value that exists.
pub(in crate::ipam) fn ensure_value(tx: &Tx<'_>, field: &str, value: &str) -> IpamResult<bool> {
    let field = multi_value_field(tx, field)?;
    if find_value(tx, &field, value)?.is_some() {
        return Ok(false);
    }
    insert_new(tx, &field, value).map(|_| true)
}

/// The value, provided that it is not built in.
fn own_value(tx: &Tx<'_>, field: &FieldRow, value: &str) -> IpamResult<ValueRow> {
    let found = value_named(tx, field, value)?;
    if found.built_in {
        return Err(IpamError::new(
            ErrorId::IpamApiCannotUpdateOrDeleteBuiltInValues,
            format!(
                "`{}` of `{}` is built in and stays",
                found.value, field.name
            ),
        ));
    }
    Ok(found)
}

/// `Rename-IpamCustomValue` after the gate: assignments and associations go along.
pub(in crate::ipam) fn rename(
    tx: &Tx<'_>,
    field: &str,
    value: &str,
    new_value: &str,
    edit: Edit,
) -> IpamResult<CustomValue> {
    let field = multi_value_field(tx, field)?;
    let found = own_value(tx, &field, value)?;
    // Both are part of what identifies a range and an address.
    match field.built_in {
        Some(BuiltInField::ManagedByService) => {
            return Err(IpamError::new(
                ErrorId::IpamApiCannotUpdateValueOfManagedByServiceCustomField,
                format!("`{}` of `{}` keeps its spelling", found.value, field.name),
            ));
        }
        Some(BuiltInField::ServiceInstance) => assignment::refuse_use(tx, &field, Some(&found))?,
        _ => {}
    }
    check_value(new_value)?;
    if let Some(taken) = find_value(tx, &field, new_value)?
        && taken.id != found.id
    {
        return Err(exists(&field, &taken));
    }
    if edit == Edit::Dialog {
        assignment::refuse_use(tx, &field, Some(&found))?;
    }
    // The value first: what the objects are to carry from now on must exist.
    rows::rename_value(tx, field.id, found.id, new_value, &key_of(new_value))?;
    rename::value(tx, &field, &found, new_value)?;
    usage::rename_level(tx, field.id, &found.value, new_value)?;
    let value = new_value.to_owned();
    Ok(user_defined(&field, ValueRow { value, ..found }))
}

/// `Remove-IpamCustomValue` after the gate: refused while anything carries the value or it is
/// associated. Gives what was removed.
pub(in crate::ipam) fn remove(tx: &Tx<'_>, field: &str, value: &str) -> IpamResult<CustomValue> {
    let field = multi_value_field(tx, field)?;
    let found = own_value(tx, &field, value)?;
    assignment::refuse_use(tx, &field, Some(&found))?;
    if let Some(partner) = association::partner_of_value(tx, field.id, found.id)? {
        return Err(in_use(format!(
            "`{}` of `{}` is associated with a value of `{partner}`; remove that with \
             Set-IpamCustomFieldAssociation first",
            found.value, field.name
        )));
    }
    rows::delete_value(tx, field.id, found.id)?;
    Ok(user_defined(&field, found))
}
