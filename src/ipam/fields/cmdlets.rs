//! The cmdlets of custom fields, values and associations, behind the gate of who may call them.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Object, OperationGroup, Right};
use crate::ipam::store::Tx;

use super::association::{self, FieldAssociation};
use super::definition::{CustomField, CustomValue};
pub use super::field_edit::Edit;
use super::lookup::{definitions, field_named, shown};
use super::{field_edit, value_edit};

/// Parameters of `Add-IpamCustomField`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewCustomField {
    pub name: String,
    /// Takes one of a list of values rather than any text.
    pub multi_value: bool,
    /// The first values of a multivalue field.
    pub values: Vec<String>,
}

/// Parameters of `Set-IpamCustomFieldAssociation`. Pairs are written `Value1:Value2`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssociationChange {
    pub add: Vec<String>,
    /// Removed before anything is added; one that is missing refuses the whole change.
    pub remove: Vec<String>,
}

impl Ipam {
    /// `Add-IpamCustomField`.
    ///
    /// # Errors
    /// `IpamApiCustomFieldAlreadyExists`, `IpamApiCustomFieldNameReserved`,
    /// `IpamApiCustomValueAlreadyExists` for a value given twice, `IpamApiInvalidParameter` for a
    /// name or value of a wrong length or with characters of a custom configuration, for values
    /// of a free-form field, and for a 129th field.
    pub async fn add_ipam_custom_field(
        &self,
        caller: &Caller,
        new: &NewCustomField,
    ) -> IpamResult<CustomField> {
        let done = format!("added the custom field {}", new.name);
        self.change_fields(caller, Action::Add, done, |tx| {
            field_edit::add(tx, &new.name, new.multi_value, &new.values)
        })
        .await
    }

    /// `Get-IpamCustomField`: the field of this name, or all of them.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` when a name is given that no field has.
    pub async fn get_ipam_custom_field(
        &self,
        caller: &Caller,
        name: Option<&str>,
    ) -> IpamResult<Vec<CustomField>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| match name {
            Some(name) => Ok(vec![shown(tx, &field_named(tx, name)?)?]),
            None => definitions(tx),
        })
    }

    /// `Rename-IpamCustomField`, or the same in the dialog.
    ///
    /// # Errors
    /// `IpamApiCannotUpdateBuiltInField`, `IpamApiObjectNotFound`, what adding the new name
    /// refuses, and in the dialog `IpamApiCustomFieldInUse`.
    pub async fn rename_ipam_custom_field(
        &self,
        caller: &Caller,
        name: &str,
        new_name: &str,
        edit: Edit,
    ) -> IpamResult<CustomField> {
        let done = format!("renamed the custom field {name} to {new_name}");
        self.change_fields(caller, Action::Edit, done, |tx| {
            field_edit::rename(tx, name, new_name, edit)
        })
        .await
    }

    /// `Remove-IpamCustomField`: the field with its values. Gives what was removed.
    ///
    /// # Errors
    /// `IpamApiCannotDeleteBuiltInField`, `IpamApiObjectNotFound`, and
    /// `IpamApiCustomFieldInUse` while an object carries it, it is associated or groups by it.
    pub async fn remove_ipam_custom_field(
        &self,
        caller: &Caller,
        name: &str,
    ) -> IpamResult<CustomField> {
        let done = format!("removed the custom field {name}");
        self.change_fields(caller, Action::Delete, done, |tx| {
            field_edit::remove(tx, name)
        })
        .await
    }

    /// `Add-IpamCustomValue`, also to a built-in field.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown field, `IpamApiCustomValueAlreadyExists`,
    /// `IpamApiInvalidParameter` for a free-form field or a value that cannot be one.
    pub async fn add_ipam_custom_value(
        &self,
        caller: &Caller,
        field: &str,
        value: &str,
    ) -> IpamResult<CustomValue> {
        let done = format!("added the value {value} to the custom field {field}");
        self.change_fields(caller, Action::Edit, done, |tx| {
            value_edit::add_value(tx, field, value)
        })
        .await
    }

    /// `Rename-IpamCustomValue`, or the same in the dialog.
    ///
    /// # Errors
    /// `IpamApiCannotUpdateOrDeleteBuiltInValues`,
    /// `IpamApiCannotUpdateValueOfManagedByServiceCustomField`, `IpamApiObjectNotFound`, what
    /// adding the new value refuses, and `IpamApiCustomFieldInUse` in the dialog and for a
    /// service instance.
    pub async fn rename_ipam_custom_value(
        &self,
        caller: &Caller,
        field: &str,
        value: &str,
        new_value: &str,
        edit: Edit,
    ) -> IpamResult<CustomValue> {
        let done = format!("renamed the value {value} of the custom field {field} to {new_value}");
        self.change_fields(caller, Action::Edit, done, |tx| {
            value_edit::rename(tx, field, value, new_value, edit)
        })
        .await
    }

    /// `Remove-IpamCustomValue`. Gives what was removed.
    ///
    /// # Errors
    /// `IpamApiCannotUpdateOrDeleteBuiltInValues`, `IpamApiObjectNotFound`, and
    /// `IpamApiCustomFieldInUse` while an object carries it or it is associated.
    pub async fn remove_ipam_custom_value(
        &self,
        caller: &Caller,
        field: &str,
        value: &str,
    ) -> IpamResult<CustomValue> {
        let done = format!("removed the value {value} of the custom field {field}");
        self.change_fields(caller, Action::Edit, done, |tx| {
            value_edit::remove(tx, field, value)
        })
        .await
    }

    /// `Add-IpamCustomFieldAssociation`: pairs `Value1:Value2` of the two fields.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown field or value,
    /// `IpamApiCustomFieldAssociationExists`, `IpamApiInvalidParameter` for a field with itself,
    /// a free-form field or no pair. Nothing is added when one pair is refused.
    pub async fn add_ipam_custom_field_association(
        &self,
        caller: &Caller,
        one: &str,
        two: &str,
        values: &[String],
    ) -> IpamResult<FieldAssociation> {
        let done = format!("associated values of {one} and {two}");
        self.change_fields(caller, Action::Edit, done, |tx| {
            association::add(tx, one, two, values)
        })
        .await
    }

    /// `Get-IpamCustomFieldAssociation`: those that include every field named, in any order.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown field.
    pub async fn get_ipam_custom_field_association(
        &self,
        caller: &Caller,
        one: Option<&str>,
        two: Option<&str>,
    ) -> IpamResult<Vec<FieldAssociation>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| association::list(tx, one, two))
    }

    /// `Set-IpamCustomFieldAssociation`: removes, then adds; all of it or nothing.
    ///
    /// # Errors
    /// As adding, and `IpamApiObjectNotFound` for a pair to remove that is not associated.
    pub async fn set_ipam_custom_field_association(
        &self,
        caller: &Caller,
        one: &str,
        two: &str,
        change: &AssociationChange,
    ) -> IpamResult<FieldAssociation> {
        let done = format!("changed the associated values of {one} and {two}");
        self.change_fields(caller, Action::Edit, done, |tx| {
            association::set(tx, one, two, &change.add, &change.remove)
        })
        .await
    }

    /// `Remove-IpamCustomFieldAssociation`: everything between the two fields, which stay.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` when they are not associated,
    /// `IpamApiCannotUpdateOrDeleteBuiltInValues` for the built-in association.
    pub async fn remove_ipam_custom_field_association(
        &self,
        caller: &Caller,
        one: &str,
        two: &str,
    ) -> IpamResult<FieldAssociation> {
        let done = format!("removed the association of {one} and {two}");
        self.change_fields(caller, Action::Edit, done, |tx| {
            association::remove(tx, one, two)
        })
        .await
    }

    /// One change of fields behind the gate, in one transaction with its event. Fields are in no
    /// access scope but `\Global`.
    async fn change_fields<T>(
        &self,
        caller: &Caller,
        action: Action,
        done: String,
        work: impl FnOnce(&Tx<'_>) -> IpamResult<T>,
    ) -> IpamResult<T> {
        let demand = Demand::on(action, OperationGroup::CustomField, Object::global());
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let result = work(tx)?;
            self.changed(tx, caller, Category::CustomFields, done)?;
            Ok(result)
        })
    }
}
