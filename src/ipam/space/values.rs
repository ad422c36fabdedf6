//! Which values the built-in fields take: their own, and those an administrator added
//! (domain 9.2).

use crate::ipam::error::IpamResult;
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
}

/// Refuses a value that the field does not have.
pub(super) fn require(_tx: &Tx<'_>, field: Field, word: &str) -> IpamResult<()> {
    if field.built_in().contains(&word) {
        return Ok(());
    }
    invalid(format!(
        "`{word}` is not a value of {}: use one of {}",
        field.name(),
        field.built_in().join(", ")
    ))
}
