//! Scopes of DHCP servers, zones of DNS servers, addresses in use.

use crate::ipam::access::Probe;
use crate::ipam::error::IpamResult;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::dhcpm::{self, Family, ScopeInfo};
use crate::wire::windows::dnsp::{self, ZoneInfo};
use crate::wire::windows::{Interface, Request, Response};

/// Scopes asked for in one call.
const SCOPES_PER_CALL: u32 = 500;

/// Every scope of both families.
async fn scopes(probe: &Probe<'_>) -> Result<Vec<ScopeInfo>, RemoteError> {
    let mut all = Vec::new();
    for family in [Family::V4, Family::V6] {
        let mut after = None;
        loop {
            let request = Request::DhcpManagement(dhcpm::Request::EnumScopes {
                family,
                after,
                max: SCOPES_PER_CALL,
            });
            let page = probe
                .ask(Interface::DhcpManagement, request, |reply| match reply {
                    Response::DhcpManagement(dhcpm::Response::Scopes(scopes)) => Some(scopes),
                    _ => None,
                })
                .await?;
            let full = page.len() >= SCOPES_PER_CALL as usize;
            let last = page.last().map(|scope| scope.scope);
            all.extend(page);
            // A server that repeats itself would be asked for ever.
            if !full || last == after {
                break;
            }
            after = last;
        }
    }
    Ok(all)
}

pub(super) async fn zones(probe: &Probe<'_>) -> Result<Vec<ZoneInfo>, RemoteError> {
    let request = Request::DnsManagement(dnsp::Request::EnumZones);
    probe
        .ask(Interface::DnsManagement, request, |reply| match reply {
            Response::DnsManagement(dnsp::Response::Zones(zones)) => Some(zones),
            _ => None,
        })
        .await
}

/// Scopes become ranges; how many there are.
pub(super) async fn collect_scopes(probe: Probe<'_>) -> Result<IpamResult<usize>, RemoteError> {
    let scopes = scopes(&probe).await?;
    let count = scopes.len();
    let server = &probe.server.name;
    let stored = probe.ipam.upsert_discovered_ranges(server, scopes.clone());
    if let Err(refused) = stored {
        return Ok(Err(refused));
    }
    if let Err(refused) = probe.ipam.see_reservations(&probe, &scopes).await? {
        return Ok(Err(refused));
    }
    let seen = probe.ipam.see_failover(&probe, &scopes).await?;
    Ok(seen.map(|()| count))
}

/// Zones with their kind, which decides where records may be written.
pub(super) async fn collect_zones(probe: Probe<'_>) -> Result<IpamResult<usize>, RemoteError> {
    let zones = zones(&probe).await?;
    let count = zones.len();
    let server = &probe.server.name;
    let stored = probe.ipam.upsert_discovered_zones(server, zones);
    Ok(stored.map(|()| count))
}

/// The addresses in use of every scope, which its range takes over.
pub(super) async fn collect_utilization(
    probe: Probe<'_>,
) -> Result<IpamResult<usize>, RemoteError> {
    let scopes = scopes(&probe).await?;
    let server = &probe.server.name;
    let stored = probe.ipam.update_ranges_in_use(server, &scopes);
    Ok(stored.map(|()| scopes.len()))
}
