//! Editing the security filters of the IPAM GPOs as the signed-in administrator (domain 4.7).

use std::fmt;

use crate::base::Fqdn;
use crate::wire::windows::Win32Error;

/// What an edit of a filter was meant to do (appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GpoOperation {
    Add,
    Delete,
    /// The filter was as wanted already.
    NoOperation,
}

impl fmt::Display for GpoOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// One security filter that was looked at for one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpoEdit {
    /// `LAB_DHCP`.
    pub gpo: String,
    pub domain: Fqdn,
    pub operation: GpoOperation,
    pub result: Result<(), Win32Error>,
}
