//! What Windows says when the estate refuses a change.

use crate::estate::EstateError;
use crate::wire::windows::Win32Error;

pub(super) fn win32(error: &EstateError) -> Win32Error {
    match error {
        EstateError::UnknownDomain { .. } => Win32Error::ERROR_NO_SUCH_DOMAIN,
        EstateError::UnknownLocalGroup { .. } => Win32Error::ERROR_NO_SUCH_ALIAS,
        EstateError::UnknownPrincipal { .. } => Win32Error::ERROR_NO_SUCH_MEMBER,
        EstateError::UnknownGpo { .. }
        | EstateError::NotAGroup { .. }
        | EstateError::NoMicrosoftDns { .. } => Win32Error::ERROR_DS_NO_SUCH_OBJECT,
        EstateError::AlreadyExists { .. } => Win32Error::ERROR_ALREADY_EXISTS,
        EstateError::AlreadyMember { .. } => Win32Error::ERROR_MEMBER_IN_ALIAS,
        EstateError::NotAMember { .. } => Win32Error::ERROR_MEMBER_NOT_IN_ALIAS,
        EstateError::GroupScope { .. } | EstateError::GroupCycle { .. } => {
            Win32Error::ERROR_INVALID_MEMBER
        }
        // Everything else means that the request itself made no sense.
        _ => Win32Error::ERROR_INVALID_PARAMETER,
    }
}
