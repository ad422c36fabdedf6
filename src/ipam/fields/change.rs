//! `-AddCustomConfiguration` and `-RemoveCustomConfiguration` of the cmdlets that change objects.

use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::store::Tx;

use super::assignment::check_assignment;
use super::custom_values::{CustomValues, parts};
use super::lookup::{field_named, find_value};

/// What a cmdlet does to the custom fields of an object: it removes first, then adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomChange {
    pub remove: Removals,
    /// Fields with the values to add. A free-form field takes the new text in place of its own.
    pub add: CustomValues,
}

/// Fields to take away, each whole or by one of its values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Removals(Vec<(String, Option<String>)>);

impl Removals {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl CustomChange {
    /// Reads names between semicolons: `Site;Rack`. `Site=London` takes that value alone away, as
    /// the dialog does when its row is deleted.
    pub fn removals(text: &str) -> Removals {
        let removals = parts(text).map(|part| match part.split_once('=') {
            Some((field, value)) => (field.trim().to_owned(), Some(value.trim().to_owned())),
            None => (part.to_owned(), None),
        });
        Removals(removals.collect())
    }

    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.add.is_empty()
    }

    /// What an object that carries `before` carries after the change.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for something to remove that the object does not carry, and the
    /// refusals of [`check_assignment`] for what is added.
    pub(in crate::ipam) fn apply(
        &self,
        tx: &Tx<'_>,
        before: &CustomValues,
    ) -> IpamResult<CustomValues> {
        let mut after = before.clone();
        for (name, value) in &self.remove.0 {
            let field = field_named(tx, name)?;
            let gone = match value {
                None => after.remove(&field.name),
                Some(text) => {
                    let known = match field.multi_value {
                        true => find_value(tx, &field, text)?.map(|found| found.value),
                        false => None,
                    };
                    after.remove_value(&field.name, &known.unwrap_or_else(|| text.clone()))
                }
            };
            if !gone {
                let value = value
                    .as_ref()
                    .map_or(String::new(), |value| format!("={value}"));
                return Err(IpamError::not_found(format!(
                    "the object has no custom configuration `{name}{value}`"
                )));
            }
        }
        for (field, values) in check_assignment(tx, &self.add)?.iter() {
            let free_form = !field_named(tx, field)?.multi_value;
            for value in values {
                match free_form {
                    true => after.set(field, value),
                    false => after.add(field, value),
                }
            }
        }
        Ok(after)
    }
}
