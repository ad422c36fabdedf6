//! What one object carries: the values of its custom fields.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Custom fields by name, each with its values in the order they were given.
///
/// A free-form field has one value. A multivalue field may have several on one object: the
/// sources do not say otherwise, and nothing that is typed in is lost. No field is listed without
/// a value, and none has the same value twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomValues(BTreeMap<String, Vec<String>>);

impl CustomValues {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields by name, each with its values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        let fields = self.0.iter();
        fields.map(|(field, values)| (field.as_str(), values.as_slice()))
    }

    /// Every field and value, a pair each.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().flat_map(|(field, values)| {
            let values = values.iter();
            values.map(move |value| (field, value.as_str()))
        })
    }

    /// The values of a field by its exact name; none where the object does not carry it.
    pub fn get(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// Adds a value to those of the field, unless the field has it.
    pub fn add(&mut self, field: impl Into<String>, value: impl Into<String>) {
        let values = self.0.entry(field.into()).or_default();
        let value = value.into();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// Puts one value in place of those the field has.
    pub fn set(&mut self, field: impl Into<String>, value: impl Into<String>) {
        self.0.insert(field.into(), vec![value.into()]);
    }

    /// Takes the field away; whether it was there.
    pub fn remove(&mut self, field: &str) -> bool {
        self.0.remove(field).is_some()
    }

    /// Takes one value away; whether it was there.
    pub fn remove_value(&mut self, field: &str, value: &str) -> bool {
        let Some(values) = self.0.get_mut(field) else {
            return false;
        };
        let before = values.len();
        values.retain(|kept| kept != value);
        let gone = values.len() < before;
        if values.is_empty() {
            self.0.remove(field);
        }
        gone
    }

    /// Gives a field another name.
    pub(super) fn rename_field(&mut self, from: &str, to: &str) {
        if let Some(values) = self.0.remove(from) {
            self.0.insert(to.to_owned(), values);
        }
    }

    /// Gives a value of a field another spelling, in its place.
    pub(super) fn rename_value(&mut self, field: &str, from: &str, to: &str) {
        let values = self.0.get_mut(field).into_iter().flatten();
        for value in values.filter(|value| *value == from) {
            to.clone_into(value);
        }
    }
}

/// A part of a custom configuration that is no pair.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no custom field with a value; write it as `Name=Value`")]
pub struct UnreadablePair(pub String);

impl FromStr for CustomValues {
    type Err = UnreadablePair;

    /// Reads what a command line holds: `Site=London;Rack=3`. Spaces around names and values do
    /// not count, and a value may hold an equals sign.
    fn from_str(text: &str) -> Result<CustomValues, UnreadablePair> {
        let mut values = CustomValues::default();
        for part in parts(text) {
            let pair = part.split_once('=');
            let (name, value) = pair.ok_or_else(|| UnreadablePair(part.to_owned()))?;
            let (name, value) = (name.trim(), value.trim());
            if name.is_empty() || value.is_empty() {
                return Err(UnreadablePair(part.to_owned()));
            }
            values.add(name, value);
        }
        Ok(values)
    }
}

/// What stands between the semicolons of a custom configuration.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

impl fmt::Display for CustomValues {
    /// As a command line holds it, so that it is read back as itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (field, value)) in self.pairs().enumerate() {
            let between = if place == 0 { "" } else { ";" };
            write!(f, "{between}{field}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_lie_between_semicolons_and_a_value_may_hold_an_equals_sign() {
        let read: CustomValues = " Site = London ;Rack=3;;Note=a=b;Site=Paris;Site=London;"
            .parse()
            .unwrap();
        assert_eq!(read.get("Site"), ["London", "Paris"]);
        assert_eq!(read.get("Note"), ["a=b"]);
        assert_eq!(read.to_string(), "Note=a=b;Rack=3;Site=London;Site=Paris");
        assert_eq!(read.to_string().parse(), Ok(read));
        for wrong in ["London", "=London", "Site="] {
            let refused = wrong.parse::<CustomValues>().unwrap_err();
            assert_eq!(refused, UnreadablePair(wrong.to_owned()));
        }
    }

    #[test]
    fn a_field_goes_with_its_last_value() {
        let mut values: CustomValues = "Site=London;Site=Paris".parse().unwrap();
        assert!(values.remove_value("Site", "London"));
        assert!(!values.remove_value("Site", "London"));
        assert!(values.remove_value("Site", "Paris"));
        assert!(values.is_empty());
        assert!(!values.remove("Site"));
    }
}
