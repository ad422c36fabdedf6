//! What an access check is, and the registry of them.

use std::fmt;

use crate::wire::windows::Win32Error;

use super::status::AccessStatus;

/// The four access checks (domain 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckKind {
    DhcpRpc,
    DhcpAuditShare,
    DnsRpc,
    EventLog,
}

impl fmt::Display for CheckKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CheckKind::DhcpRpc => "DHCP RPC",
            CheckKind::DhcpAuditShare => "DHCP audit share",
            CheckKind::DnsRpc => "DNS RPC",
            CheckKind::EventLog => "Event log",
        })
    }
}

/// What one check found on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    pub status: AccessStatus,
    pub evidence: Evidence,
}

/// Why a check says what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The check has not run since the server was added or edited.
    NotRun,
    /// No selected role needs it.
    NoRoleNeedsIt,
    /// Every operation it attempted succeeded.
    Succeeded { operation: String },
    /// An operation failed at a stage: connecting, endpoint mapper, log-on or the call itself.
    Failed {
        operation: String,
        stage: String,
        error: Win32Error,
    },
    /// The operating system lacks what the check needs (domain 3.6, Windows Server 2008).
    OsTooOld { os: String },
    /// The server's name has no address.
    NoAddress,
}

/// One kind of access check. A new one is a file, an entry in [`CHECKS`] and a row in the oracle.
pub trait AccessCheck {
    fn kind(&self) -> CheckKind;
}

/// Every check, in the order in which the console lists them.
pub const CHECKS: &[&dyn AccessCheck] = &[];
