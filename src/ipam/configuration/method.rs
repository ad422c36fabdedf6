//! The provisioning method and the prefix that goes with one of its two values.

use std::fmt;
use std::str::FromStr;

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

/// How access to managed servers is set up (domain 2.2, appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ProvisioningMethod {
    /// By hand on every server; what the cmdlet assumes when nothing is said (domain 12.2).
    #[default]
    Manual,
    /// By Group Policy: the filters of three GPOs per domain follow the manageability status.
    Automatic,
}

impl ProvisioningMethod {
    pub const ALL: &[ProvisioningMethod] =
        &[ProvisioningMethod::Manual, ProvisioningMethod::Automatic];
}

impl fmt::Display for ProvisioningMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProvisioningMethod::Manual => "Manual",
            ProvisioningMethod::Automatic => "Automatic",
        })
    }
}

impl FromStr for ProvisioningMethod {
    type Err = IpamError;

    fn from_str(text: &str) -> IpamResult<ProvisioningMethod> {
        ProvisioningMethod::ALL
            .iter()
            .copied()
            .find(|method| method.to_string().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                IpamError::new(
                    ErrorId::IpamApiInvalidParameter,
                    format!("`{text}` is not a provisioning method: Automatic or Manual"),
                )
            })
    }
}

/// The prefix of the three IPAM GPOs: 1 to 240 characters (domain 2.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GpoPrefix(String);

impl GpoPrefix {
    /// The longest prefix: GPO names end at 255 and the longest suffix is `_DC_NPS`.
    pub const CHARACTERS_MAX: usize = 240;

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefix that goes with `method`, or the refusal when the two do not fit (domain 2.1).
    pub fn for_method(
        method: ProvisioningMethod,
        prefix: Option<&str>,
    ) -> IpamResult<Option<GpoPrefix>> {
        match (method, prefix) {
            (ProvisioningMethod::Manual, None) => Ok(None),
            (ProvisioningMethod::Manual, Some(prefix)) => Err(IpamError::new(
                ErrorId::IpamApiInvalidGpoPrefix,
                format!("GPO prefix `{prefix}` is only for the method Automatic; omit it"),
            )),
            (ProvisioningMethod::Automatic, None) => Err(IpamError::new(
                ErrorId::IpamApiInvalidGpoPrefix,
                "the method Automatic needs a GPO prefix; give `GpoPrefix`",
            )),
            (ProvisioningMethod::Automatic, Some(prefix)) => prefix.parse().map(Some),
        }
    }
}

impl FromStr for GpoPrefix {
    type Err = IpamError;

    fn from_str(text: &str) -> IpamResult<GpoPrefix> {
        let characters = text.chars().count();
        if (1..=GpoPrefix::CHARACTERS_MAX).contains(&characters) {
            Ok(GpoPrefix(text.to_owned()))
        } else {
            Err(IpamError::new(
                ErrorId::IpamApiInvalidGpoPrefix,
                format!("GPO prefix `{text}` has {characters} characters; 1 to 240 are allowed"),
            ))
        }
    }
}

impl fmt::Display for GpoPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_has_1_to_240_characters_and_goes_with_automatic_only() {
        use ProvisioningMethod::*;
        let id = |method, prefix: Option<&str>| {
            GpoPrefix::for_method(method, prefix).map_err(|error| error.id)
        };
        let refused = Err(ErrorId::IpamApiInvalidGpoPrefix);
        assert_eq!(id(Manual, None), Ok(None));
        assert_eq!(id(Manual, Some("LAB")), refused);
        assert_eq!(id(Automatic, None), refused);
        assert_eq!(id(Automatic, Some("")), refused);
        assert_eq!(id(Automatic, Some(&"x".repeat(241))), refused);
        let longest = "x".repeat(240);
        assert_eq!(
            id(Automatic, Some(&longest)),
            Ok(Some(GpoPrefix(longest.clone())))
        );
    }
}
