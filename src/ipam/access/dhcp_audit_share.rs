//! DHCP audit share: listing `dhcpaudit` and reading from an audit log in it (domain 4.2 rows 3
//! and 4).

use std::collections::BTreeSet;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::ipam::inventory::ServerRole;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::smb::{FileEntry, Request as SmbRequest, Response as SmbResponse};
use crate::wire::windows::{Interface, Request, Response};

use super::check::{AccessCheck, CheckKind, CheckResult, Probe};

/// The share's name; Windows compares it without regard to case.
pub(crate) const AUDIT_SHARE: &str = "dhcpaudit";

/// Bytes that prove a file readable.
const SAMPLE_BYTES: u32 = 64;

pub(super) struct DhcpAuditShare;

/// Whether a file of the share is a DHCP audit log of either family (domain 8.8).
pub(crate) fn is_audit_log(file: &FileEntry) -> bool {
    let name = file.name.to_ascii_lowercase();
    (name.starts_with("dhcpsrvlog-") || name.starts_with("dhcpv6srvlog-")) && name.ends_with(".log")
}

impl AccessCheck for DhcpAuditShare {
    fn kind(&self) -> CheckKind {
        CheckKind::DhcpAuditShare
    }

    fn applies_to(&self, roles: &BTreeSet<ServerRole>) -> bool {
        roles.contains(&ServerRole::Dhcp)
    }

    fn attempt<'a>(&'a self, probe: Probe<'a>) -> LocalBoxFuture<'a, CheckResult> {
        async move {
            let list = "list dhcpaudit";
            let files = match list_share(&probe, Interface::Smb).await {
                Ok(files) => files,
                Err(error) => return CheckResult::failed(list, error),
            };
            // Both transports of the share have a rule of their own in domain 4.2 row 4.
            let session = "list dhcpaudit over a NetBIOS session";
            if let Err(error) = list_share(&probe, Interface::NetBiosSession).await {
                return CheckResult::failed(session, error);
            }
            // A server that has not logged yet has an empty folder, which is no lack of access.
            let Some(log) = files.iter().find(|file| is_audit_log(file)) else {
                return CheckResult::unblocked(list);
            };
            read_sample(&probe, &log.name).await
        }
        .boxed_local()
    }
}

async fn list_share(
    probe: &Probe<'_>,
    transport: Interface,
) -> Result<Vec<FileEntry>, RemoteError> {
    let request = Request::Smb(SmbRequest::List {
        share: AUDIT_SHARE.to_owned(),
    });
    probe
        .ask(transport, request, |reply| match reply {
            Response::Smb(SmbResponse::Files(files)) => Some(files),
            _ => None,
        })
        .await
}

/// Share and file permissions both apply: a listing alone does not prove a file readable.
async fn read_sample(probe: &Probe<'_>, file: &str) -> CheckResult {
    let operation = format!("read dhcpaudit\\{file}");
    let request = Request::Smb(SmbRequest::Read {
        share: AUDIT_SHARE.to_owned(),
        file: file.to_owned(),
        offset: 0,
        max: SAMPLE_BYTES,
    });
    let read = probe
        .ask(Interface::Smb, request, |reply| {
            matches!(reply, Response::Smb(SmbResponse::Content { .. })).then_some(())
        })
        .await;
    match read {
        Ok(()) => CheckResult::unblocked(operation),
        Err(error) => CheckResult::failed(operation, error),
    }
}
