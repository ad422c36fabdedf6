//! Adding, renaming and deleting fields (domain 9.2).

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::Tx;

use super::assignment;
use super::association;
use super::definition::CustomField;
use super::lookup::{field_named, find_field, key_of, shown};
use super::rename;
use super::reserved::{FIELDS_MAX, check_name};
use super::rows::{self, FieldRow};
use super::value_edit::insert_new;

/// `Add-IpamCustomField` after the gate.
pub(in crate::ipam) fn add(
    tx: &Tx<'_>,
    name: &str,
    multi_value: bool,
    values: &[String],
) -> IpamResult<CustomField> {
    check_name(name)?;
    free(tx, name)?;
    if !multi_value && !values.is_empty() {
        return Err(IpamError::parameter(format!(
            "a free-form field has no list of values: give `{name}` MultiValue, or no Value"
        )));
    }
    if rows::fields(tx)?.len() >= FIELDS_MAX {
        return Err(IpamError::parameter(format!(
            "there are {FIELDS_MAX} custom fields already: remove one that is not in use"
        )));
    }
    let field = rows::insert_field(tx, name, &key_of(name), multi_value)?;
    for value in values {
        insert_new(tx, &field, value)?;
    }
    shown(tx, &field)
}

/// Refuses a name that another field has.
fn free(tx: &Tx<'_>, name: &str) -> IpamResult<()> {
    match find_field(tx, name)? {
        None => Ok(()),
        Some(taken) => Err(IpamError::new(
            ErrorId::IpamApiCustomFieldAlreadyExists,
            format!("there is a custom field `{}` already", taken.name),
        )),
    }
}

/// How a field or value is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// By a cmdlet, which takes every object that carries it along.
    Cmdlet,
    /// In the dialog *Configure Custom Fields*, which wants it removed from every custom
    /// configuration first (domain 5.11).
    Dialog,
}

/// `Rename-IpamCustomField` after the gate: assignments, associations and groups go along.
pub(super) fn rename(
    tx: &Tx<'_>,
    name: &str,
    new_name: &str,
    edit: Edit,
) -> IpamResult<CustomField> {
    let field = field_named(tx, name)?;
    if field.built_in.is_some() {
        return Err(IpamError::new(
            ErrorId::IpamApiCannotUpdateBuiltInField,
            format!("`{}` is built in and keeps its name", field.name),
        ));
    }
    check_name(new_name)?;
    if key_of(new_name) != key_of(&field.name) {
        free(tx, new_name)?;
    }
    if edit == Edit::Dialog {
        assignment::refuse_use(tx, &field, None)?;
    }
    // The field first: what the objects are to carry from now on must exist.
    rows::rename_field(tx, field.id, new_name, &key_of(new_name))?;
    rename::field(tx, &field, new_name)?;
    let renamed = FieldRow {
        name: new_name.to_owned(),
        ..field
    };
    shown(tx, &renamed)
}

/// `Remove-IpamCustomField` after the gate: refused while anything carries or refers to it. Gives
/// what was removed.
pub(super) fn remove(tx: &Tx<'_>, name: &str) -> IpamResult<CustomField> {
    let field = field_named(tx, name)?;
    if field.built_in.is_some() {
        return Err(IpamError::new(
            ErrorId::IpamApiCannotDeleteBuiltInField,
            format!("`{}` is built in and cannot be deleted", field.name),
        ));
    }
    assignment::refuse_use(tx, &field, None)?;
    if let Some(partner) = association::partner_of(tx, field.id)? {
        return Err(in_use(format!(
            "`{}` is associated with `{partner}`; remove that with \
             Remove-IpamCustomFieldAssociation first",
            field.name
        )));
    }
    if let Some(group) = crate::ipam::groups::group_by(tx, field.id)? {
        return Err(in_use(format!(
            "`{}` is a criterion of the group `{group}`; edit or delete the group first",
            field.name
        )));
    }
    let removed = shown(tx, &field)?;
    rows::delete_field(tx, field.id)?;
    Ok(removed)
}

pub(super) fn in_use(message: String) -> IpamError {
    IpamError::new(ErrorId::IpamApiCustomFieldInUse, message)
}
