//! Address spaces: independent copies of the numbers, so that two tenants may both use 10.0.0.0/8
//! (domain 5.4).

use std::fmt;

use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::rules::not_found;

/// The name of an address space, in the spelling it is stored with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressSpaceName(String);

/// The built-in provider space.
const DEFAULT: &str = "Default";

impl AddressSpaceName {
    /// A name as somebody typed it; [`canonical`] finds the stored spelling.
    pub fn new(name: impl Into<String>) -> AddressSpaceName {
        AddressSpaceName(name.into())
    }

    pub(super) fn stored(name: &str) -> AddressSpaceName {
        AddressSpaceName(name.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_default(&self) -> bool {
        self.0 == DEFAULT
    }

    /// What is said beside an object's own name: nothing in the space where almost everything is.
    pub(in crate::ipam) fn beside(&self) -> String {
        match self.is_default() {
            true => String::new(),
            false => format!(" in {}", self.0),
        }
    }
}

impl Default for AddressSpaceName {
    fn default() -> AddressSpaceName {
        AddressSpaceName(DEFAULT.to_owned())
    }
}

impl fmt::Display for AddressSpaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The stored spelling of a name, which is compared without regard to case.
///
/// # Errors
/// `IpamApiObjectNotFound` when there is no such address space.
pub(in crate::ipam) fn canonical(
    _tx: &Tx<'_>,
    name: &AddressSpaceName,
) -> IpamResult<AddressSpaceName> {
    match name.0.eq_ignore_ascii_case(DEFAULT) {
        true => Ok(AddressSpaceName::default()),
        false => Err(not_found(&format!("address space `{name}`"))),
    }
}
