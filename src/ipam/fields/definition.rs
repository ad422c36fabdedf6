//! Fields and values as `Get-IpamCustomField` shows them.

use std::fmt;

/// Who a field or value comes from; the cmdlets call it category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    UserDefined,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Origin::BuiltIn => "BuiltIn",
            Origin::UserDefined => "UserDefined",
        })
    }
}

/// A value that a multivalue field offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomValue {
    /// The name of its field.
    pub custom_field: String,
    pub value: String,
    pub origin: Origin,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// As cmdlets, files and custom configurations spell it.
    pub name: String,
    /// As the console spells it; the name, for a field of one's own.
    pub label: String,
    pub origin: Origin,
    /// Whether it takes a value of a list rather than any text. Only such a field can group.
    pub multi_value: bool,
    /// Built-in values first, then the others by spelling.
    pub values: Vec<CustomValue>,
}
