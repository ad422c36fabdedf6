//! DNS RPC: reading the server's properties over DNS management (domain 4.2 rows 5 to 7).

use std::collections::BTreeSet;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::ipam::inventory::ServerRole;
use crate::wire::windows::{Interface, Request, Response, dnsp};

use super::check::{AccessCheck, CheckKind, CheckResult, Probe};

pub(super) struct DnsRpc;

const OPERATION: &str = "read DNS server properties";

impl AccessCheck for DnsRpc {
    fn kind(&self) -> CheckKind {
        CheckKind::DnsRpc
    }

    fn applies_to(&self, roles: &BTreeSet<ServerRole>) -> bool {
        roles.contains(&ServerRole::Dns)
    }

    fn attempt<'a>(&'a self, probe: Probe<'a>) -> LocalBoxFuture<'a, CheckResult> {
        async move {
            let request = Request::DnsManagement(dnsp::Request::ServerInfo);
            let read = probe
                .ask(Interface::DnsManagement, request, |reply| {
                    matches!(
                        reply,
                        Response::DnsManagement(dnsp::Response::ServerInfo { .. })
                    )
                    .then_some(())
                })
                .await;
            match read {
                Ok(()) => CheckResult::unblocked(OPERATION),
                Err(error) => CheckResult::failed(OPERATION, error),
            }
        }
        .boxed_local()
    }
}
