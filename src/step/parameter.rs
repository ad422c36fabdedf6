//! Reading the parameters of cmdlets.

use std::str::FromStr;

use super::stage::StepError;
use crate::ipam::{ErrorId, IpamError};

/// Reads a cmdlet's parameter; what it cannot mean is refused as the cmdlet refuses it.
pub fn parameter<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, StepError> {
    text.trim().parse().map_err(|error: T::Err| {
        IpamError::new(ErrorId::IpamApiInvalidParameter, error.to_string()).into()
    })
}

/// Like [`parameter`] for one that may be left out; the empty text is no value.
pub fn optional<T: FromStr<Err: std::fmt::Display>>(
    text: Option<&String>,
) -> Result<Option<T>, StepError> {
    match text {
        Some(text) if !text.is_empty() => parameter(text).map(Some),
        _ => Ok(None),
    }
}
