//! Event log: reading the channel of every selected role (domain 4.2 rows 9 to 11).

use std::collections::BTreeSet;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::ipam::inventory::{OsVersion, ServerRole};
use crate::wire::windows::{Interface, Request, Response, eventlog};

use super::check::{AccessCheck, CheckKind, CheckResult, Evidence, Probe};

/// Configuration changes of a DHCP server; exists since Windows Server 2008 R2.
pub(crate) const DHCP_CHANNEL: &str = "Microsoft-Windows-Dhcp-Server/Operational";
/// Guarded by `CustomSD` as well as by Event Log Readers.
pub(crate) const DNS_CHANNEL: &str = "DNS Server";
/// Logon events of domain controllers and NPS servers.
pub(crate) const SECURITY_CHANNEL: &str = "Security";

/// The first release whose DHCP server writes an operational log (domain 3.6).
const DHCP_LOG_SINCE: (u16, u16) = (6, 1);

pub(super) struct EventLog;

/// The channel that is read for a role.
pub(crate) fn channel_of(role: ServerRole) -> &'static str {
    match role {
        ServerRole::Dhcp => DHCP_CHANNEL,
        ServerRole::Dns => DNS_CHANNEL,
        ServerRole::Dc | ServerRole::Nps => SECURITY_CHANNEL,
    }
}

/// Whether the operating system keeps a DHCP operational log.
pub(crate) fn has_dhcp_log(os: &OsVersion) -> bool {
    os.version >= DHCP_LOG_SINCE
}

impl AccessCheck for EventLog {
    fn kind(&self) -> CheckKind {
        CheckKind::EventLog
    }

    fn applies_to(&self, roles: &BTreeSet<ServerRole>) -> bool {
        !roles.is_empty()
    }

    fn attempt<'a>(&'a self, probe: Probe<'a>) -> LocalBoxFuture<'a, CheckResult> {
        async move {
            let server = probe.server;
            if server.roles.contains(&ServerRole::Dhcp) && !has_dhcp_log(&server.os) {
                return CheckResult::blocked(Evidence::OsTooOld {
                    os: server.os.name.clone(),
                });
            }
            let channels: BTreeSet<&str> =
                server.roles.iter().map(|role| channel_of(*role)).collect();
            let mut operations = Vec::new();
            for channel in channels {
                let operation = format!("read `{channel}`");
                if let Err(error) = read_one(&probe, channel).await {
                    return CheckResult::failed(operation, error);
                }
                operations.push(operation);
            }
            CheckResult::unblocked(operations.join(", "))
        }
        .boxed_local()
    }
}

async fn read_one(
    probe: &Probe<'_>,
    channel: &str,
) -> Result<(), crate::ipam::remote::RemoteError> {
    let request = Request::EventLog(eventlog::Request::Read {
        channel: channel.to_owned(),
        after: 0,
        max: 1,
    });
    probe
        .ask(Interface::EventLog, request, |reply| {
            matches!(reply, Response::EventLog(eventlog::Response::Records(_))).then_some(())
        })
        .await
}
