//! What collection finds of failover: changes made elsewhere make a scope *Out of sync*
//! (domain 8.4).

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::ipam::access::Probe;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::dhcpm::{self, ScopeInfo};
use crate::wire::windows::{Interface, Request, Response};

use super::comparison::{Comparison, Shown, compare};
use super::rows::{self, Pair};

impl Ipam {
    /// Compares each scope of a server that is in a relationship with the same scope on the
    /// partner, both read now. A scope in none costs no message.
    pub(in crate::ipam) async fn see_failover(
        &self,
        probe: &Probe<'_>,
        scopes: &[ScopeInfo],
    ) -> Result<IpamResult<()>, RemoteError> {
        if !self.options.rules.generation.replicates_failover_scopes() {
            return Ok(Ok(()));
        }
        let server = &probe.server.name;
        let mut in_failover = BTreeSet::new();
        for info in scopes {
            let Some(relationship) = &info.failover else {
                continue;
            };
            in_failover.insert(info.scope);
            let here = Shown {
                info: info.clone(),
                reservations: reservations(probe, info.scope).await?,
            };
            let partner = &relationship.partner;
            let there = self
                .failover_scope_of(probe.caller, partner, info.scope)
                .await;
            let pair = Pair {
                servers: [server.clone(), partner.clone()],
                scope: info.scope,
            };
            let stored = match there {
                Ok(there) => {
                    let found = Comparison {
                        differences: compare(server, &here, there.as_ref()),
                        at: Some(self.endpoint.now().wall),
                        obstacle: String::new(),
                    };
                    self.store
                        .transaction(|tx| rows::put_pair(tx, &pair, &found))
                }
                Err(why) => self
                    .store
                    .transaction(|tx| rows::put_obstacle(tx, &pair, &why)),
            };
            if stored.is_err() {
                return Ok(stored);
            }
        }
        let kept = self
            .store
            .transaction(|tx| rows::keep_only(tx, server, &in_failover));
        Ok(kept)
    }
}

async fn reservations(
    probe: &Probe<'_>,
    scope: IpNet,
) -> Result<Vec<dhcpm::Reservation>, RemoteError> {
    let request = Request::DhcpManagement(dhcpm::Request::EnumReservations { scope });
    probe
        .ask(Interface::DhcpManagement, request, |reply| match reply {
            Response::DhcpManagement(dhcpm::Response::Reservations(held)) => Some(held),
            _ => None,
        })
        .await
}
