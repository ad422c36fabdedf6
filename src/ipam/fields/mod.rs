//! Custom fields: what administrators note about addresses, ranges, subnets and servers beside the
//! columns that everything has (domain 9.2).
//!
//! A field is free-form (any text) or multivalue (one of a list of values); only multivalue fields
//! can group. Eighteen fields are built in and live in the program; those of administrators, their
//! values and their associations live in the store. What an object carries is stored with the
//! object, as [`CustomValues`]; beside it an index says where a field or value is in use, so that
//! neither can be deleted from under an object and nobody has to look through a million addresses.
//!
//! It knows the objects only as [`Holder`]s: their rules are [`crate::ipam::space`] and
//! [`crate::ipam::inventory`], their grouping is [`crate::ipam::groups`].
//!
//! Start from [`CustomField`] and [`check_assignment`]; `cmdlets` lists the operations.

mod assignment;
mod association;
pub mod built_in;
mod change;
pub mod cmdlets;
mod countries;
pub mod custom_values;
pub mod definition;
mod field_edit;
mod lookup;
mod rename;
mod reserved;
mod rows;
#[cfg(test)]
mod tests;
mod value_edit;

pub(in crate::ipam) use assignment::{Holder, check_assignment, forget, keep, note};
pub use association::FieldAssociation;
pub use built_in::BuiltInField;
pub use change::CustomChange;
pub use custom_values::{CustomValues, UnreadablePair};
pub use definition::{CustomField, CustomValue, Origin};
#[cfg(test)]
pub(in crate::ipam) use field_edit::{Edit, add as add_field};
pub(in crate::ipam) use lookup::{definitions, field_named, multi_value_field, value_spelled};
pub(in crate::ipam) use rows::{DDL, FieldId, FieldRow, field_by_id};
pub(in crate::ipam) use value_edit::ensure_value;
#[cfg(test)]
pub(in crate::ipam) use value_edit::{add_value, remove as remove_value, rename as rename_value};
