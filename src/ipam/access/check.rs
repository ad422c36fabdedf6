//! What an access check is, the registry of them, and the probe they attempt their operations
//! through.

use std::collections::BTreeSet;
use std::fmt;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::ipam::caller::Caller;
use crate::ipam::directory::{is_unreachable, unexpected_reply};
use crate::ipam::engine::Ipam;
use crate::ipam::inventory::{ServerRecord, ServerRole};
use crate::ipam::remote::{RemoteError, Stage};
use crate::wire::windows::{Interface, Request, Response, Win32Error};

use super::status::AccessStatus;
use super::{dhcp_audit_share, dhcp_rpc, dns_rpc, event_log};

/// The four access checks (domain 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckKind {
    DhcpRpc,
    DhcpAuditShare,
    DnsRpc,
    EventLog,
}

impl CheckKind {
    pub const ALL: &[CheckKind] = &[
        CheckKind::DhcpRpc,
        CheckKind::DhcpAuditShare,
        CheckKind::DnsRpc,
        CheckKind::EventLog,
    ];
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Evidence {
    /// The check has not run since the server was added or edited.
    NotRun,
    /// No selected role needs it.
    NoRoleNeedsIt,
    /// Every operation it attempted succeeded.
    Succeeded { operation: String },
    /// An operation failed, at this stage.
    Failed {
        operation: String,
        stage: Stage,
        error: Win32Error,
    },
    /// The operating system lacks what the check needs (domain 3.6, Windows Server 2008).
    OsTooOld { os: String },
    /// The server's name has no address that this host can talk to.
    NoAddress,
}

impl CheckResult {
    pub fn not_run() -> CheckResult {
        CheckResult {
            status: AccessStatus::NotChecked,
            evidence: Evidence::NotRun,
        }
    }

    pub fn not_applicable() -> CheckResult {
        CheckResult {
            status: AccessStatus::NotApplicable,
            evidence: Evidence::NoRoleNeedsIt,
        }
    }

    pub(crate) fn unblocked(operation: impl Into<String>) -> CheckResult {
        CheckResult {
            status: AccessStatus::Unblocked,
            evidence: Evidence::Succeeded {
                operation: operation.into(),
            },
        }
    }

    pub(crate) fn blocked(evidence: Evidence) -> CheckResult {
        CheckResult {
            status: AccessStatus::Blocked,
            evidence,
        }
    }

    /// Denied and not found both show as Blocked (domain 3.6).
    pub(crate) fn failed(operation: impl Into<String>, error: RemoteError) -> CheckResult {
        CheckResult::blocked(Evidence::Failed {
            operation: operation.into(),
            stage: error.stage,
            error: error.error,
        })
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::NotRun => f.write_str("not run since the server was added or edited"),
            Evidence::NoRoleNeedsIt => f.write_str("no selected role needs it"),
            Evidence::Succeeded { operation } => f.write_str(operation),
            Evidence::Failed {
                operation,
                stage,
                error,
            } => write!(f, "{operation}: {stage}: {error}"),
            Evidence::OsTooOld { os } => write!(f, "`{os}` has no DHCP operational event log"),
            Evidence::NoAddress => f.write_str("the server's name has no address"),
        }
    }
}

/// One kind of access check. A new one is a file, an entry in [`CHECKS`] and a row in the oracle.
pub trait AccessCheck: Sync {
    fn kind(&self) -> CheckKind;

    /// Whether any of the selected roles needs it (domain 3.6, first table).
    fn applies_to(&self, roles: &BTreeSet<ServerRole>) -> bool;

    /// Attempts what collection would do.
    fn attempt<'a>(&'a self, probe: Probe<'a>) -> LocalBoxFuture<'a, CheckResult>;
}

/// Every check, in the order in which the console lists them.
pub const CHECKS: &[&dyn AccessCheck] = &[
    &dhcp_rpc::DhcpRpc,
    &dhcp_audit_share::DhcpAuditShare,
    &dns_rpc::DnsRpc,
    &event_log::EventLog,
];

/// One server as seen by a check: the computer account calls it.
#[derive(Clone, Copy)]
pub struct Probe<'a> {
    pub(crate) ipam: &'a Ipam,
    pub(crate) caller: &'a Caller,
    pub(crate) server: &'a ServerRecord,
}

impl Probe<'_> {
    /// One remote call, at the server's next address when one cannot be connected to.
    pub(crate) async fn call(
        &self,
        interface: Interface,
        request: Request,
    ) -> Result<Response, RemoteError> {
        let mut last = RemoteError::at(Stage::Connect, Win32Error::ERROR_BAD_NETPATH);
        for address in &self.server.addresses {
            let remote = &self.ipam.remote;
            let call = remote.call(self.caller, *address, interface, request.clone());
            match call.await {
                Err(error) if is_unreachable(&error) => last = error,
                ended => return ended,
            }
        }
        Err(last)
    }

    /// A call whose reply `pick` recognises.
    pub(crate) async fn ask<T>(
        &self,
        interface: Interface,
        request: Request,
        pick: impl FnOnce(Response) -> Option<T>,
    ) -> Result<T, RemoteError> {
        let reply = self.call(interface, request).await?;
        pick(reply).ok_or_else(unexpected_reply)
    }
}
