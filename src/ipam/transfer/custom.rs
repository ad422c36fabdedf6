//! Custom fields as columns (domain 6.1, 9.2). They must exist before a file that names them.

use crate::ipam::error::IpamResult;
use crate::ipam::fields::{self, CustomValues};
use crate::ipam::store::Tx;

use super::value::SEPARATOR;

/// A custom field that a column may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomColumn {
    /// As it is kept.
    pub name: String,
    /// As the console spells it.
    pub label: String,
}

/// Every custom field; those that are fields of every object anyway are not among them.
pub(super) fn columns(tx: &Tx<'_>) -> IpamResult<Vec<CustomColumn>> {
    let is_column =
        |name: &str| fields::BuiltInField::named(name).is_some_and(fields::BuiltInField::is_column);
    let fields = fields::definitions(tx)?.into_iter();
    let custom = fields.filter(|field| !is_column(&field.name));
    Ok(custom
        .map(|field| CustomColumn {
            name: field.name,
            label: field.label,
        })
        .collect())
}

/// Those of a subnet: what it has as a parameter of its own is a column of its own.
pub(super) fn columns_of_subnets(tx: &Tx<'_>) -> IpamResult<Vec<CustomColumn>> {
    use fields::BuiltInField::{NetworkSite, VmmLogicalNetwork};
    let own = [NetworkSite, VmmLogicalNetwork];
    let mut custom = columns(tx)?;
    custom.retain(|column| !own.iter().any(|field| field.name() == column.name));
    Ok(custom)
}

/// Puts the values of a field in place of those an object has; nothing takes the field away.
/// Neither a value nor a free text can hold the semicolon that parts several.
pub(super) fn put(field: &str, text: &str, to: &mut CustomValues) {
    to.remove(field);
    for value in text.split(SEPARATOR).map(str::trim) {
        if !value.is_empty() {
            to.add(field, value);
        }
    }
}

/// Appends the values of a field as an export writes them.
pub(super) fn show(field: &str, custom: &CustomValues, to: &mut String) {
    for (at, value) in custom.get(field).iter().enumerate() {
        if at > 0 {
            to.push(SEPARATOR);
        }
        to.push_str(value);
    }
}
