//! Which values the built-in fields take: their own, and those an administrator added
//! (domain 9.2).

use crate::ipam::error::IpamResult;
use crate::ipam::fields::{self, BuiltInField};
use crate::ipam::store::Tx;

use super::rules::invalid;
use super::words::{AddressState, DeviceType, ManagedByService};

/// A built-in field whose values an administrator may add to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    ManagedByService,
    DeviceType,
    IpAddressState,
}

impl Field {
    /// The console's name of the field.
    pub fn name(self) -> &'static str {
        match self {
            Field::ManagedByService => "Managed by service",
            Field::DeviceType => "Device type",
            Field::IpAddressState => "IP address state",
        }
    }

    /// The values it always has.
    pub fn built_in(self) -> &'static [&'static str] {
        match self {
            Field::ManagedByService => ManagedByService::WORDS,
            Field::DeviceType => DeviceType::WORDS,
            Field::IpAddressState => AddressState::WORDS,
        }
    }

    /// The field among the custom fields.
    pub(in crate::ipam) fn field(self) -> BuiltInField {
        match self {
            Field::ManagedByService => BuiltInField::ManagedByService,
            Field::DeviceType => BuiltInField::DeviceType,
            Field::IpAddressState => BuiltInField::IpAddressState,
        }
    }
}

/// The spelling in which a value of the field is kept; values are compared without regard to
/// case.
///
/// # Errors
/// `IpamApiInvalidParameter` for a value that the field does not have.
pub(in crate::ipam) fn canonical(tx: &Tx<'_>, field: Field, word: &str) -> IpamResult<String> {
    if let Some(known) = field.built_in().iter().find(|known| **known == word) {
        return Ok((*known).to_owned());
    }
    match fields::value_spelled(tx, field.field(), word)? {
        Some(known) => Ok(known),
        None => invalid(format!(
            "`{word}` is not a value of {}: use one of {}, or add it with Add-IpamCustomValue",
            field.name(),
            field.built_in().join(", ")
        )),
    }
}

/// Refuses a value that the field does not have.
pub(in crate::ipam) fn require(tx: &Tx<'_>, field: Field, word: &str) -> IpamResult<()> {
    match field.built_in().contains(&word) {
        true => Ok(()),
        false => canonical(tx, field, word).map(drop),
    }
}
