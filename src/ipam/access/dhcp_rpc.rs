//! DHCP RPC: listing one scope over DHCP management (domain 4.2 rows 1 and 2).

use std::collections::BTreeSet;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::ipam::inventory::ServerRole;
use crate::wire::windows::{Interface, Request, Response, dhcpm};

use super::check::{AccessCheck, CheckKind, CheckResult, Probe};

/// Lists scopes, not the version: `GetVersion` needs no group membership (domain 4.3), so it would
/// hide a missing one.
pub(super) struct DhcpRpc;

const OPERATION: &str = "list IPv4 scopes";

impl AccessCheck for DhcpRpc {
    fn kind(&self) -> CheckKind {
        CheckKind::DhcpRpc
    }

    fn applies_to(&self, roles: &BTreeSet<ServerRole>) -> bool {
        roles.contains(&ServerRole::Dhcp)
    }

    fn attempt<'a>(&'a self, probe: Probe<'a>) -> LocalBoxFuture<'a, CheckResult> {
        async move {
            let request = Request::DhcpManagement(dhcpm::Request::EnumScopes {
                family: dhcpm::Family::V4,
                after: None,
                max: 1,
            });
            let listed = probe
                .ask(Interface::DhcpManagement, request, |reply| {
                    matches!(reply, Response::DhcpManagement(dhcpm::Response::Scopes(_)))
                        .then_some(())
                })
                .await;
            match listed {
                Ok(()) => CheckResult::unblocked(OPERATION),
                Err(error) => CheckResult::failed(OPERATION, error),
            }
        }
        .boxed_local()
    }
}
