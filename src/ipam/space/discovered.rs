//! What collection brings in: scopes of DHCP servers become ranges, zones are remembered.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::failover::rows as failover;
use crate::ipam::rbac::forget_object;
use crate::ipam::store::{Tx, params};
use crate::ipam::usage::forget_ranges;
use crate::wire::windows::dhcpm::ScopeInfo;
use crate::wire::windows::dnsp::ZoneInfo;

use super::gateway::Gateway;
use super::range::{DiscoveredRanges, Owner, RangeDetails, RangeKey};
use super::ranges::{self, StoredRange};
use super::rows::to_json;
use super::spaces::AddressSpaceName;
use super::subnets;
use super::words::AssignmentType;

/// Makes the ranges of `server` equal to its scopes. What an administrator noted about a range
/// survives as long as its scope keeps its bounds; everything else is the server's word, so none
/// of the rules for ranges added by hand apply.
pub(super) fn ranges_of(
    tx: &Tx<'_>,
    server: &Fqdn,
    scopes: Vec<ScopeInfo>,
) -> IpamResult<DiscoveredRanges> {
    let owner = Owner::of_dhcp_server(server);
    let mut known: BTreeMap<RangeKey, StoredRange> =
        ranges::of_owner(tx, &AddressSpaceName::default(), &owner)?
            .into_iter()
            .map(|range| (range.key.clone(), range))
            .collect();
    let mut changes = DiscoveredRanges::default();
    let present: BTreeSet<IpNet> = scopes.iter().map(|scope| scope.scope).collect();
    for scope in scopes {
        // A server that reports an inverted scope has nothing to allocate from it.
        let Ok(span) = AddressRange::new(scope.first, scope.last) else {
            continue;
        };
        let key = RangeKey {
            address_space: AddressSpaceName::default(),
            span,
            owner: owner.clone(),
        };
        let old = known.remove(&key);
        if old
            .as_ref()
            .is_some_and(|old| old.scope.as_ref() == Some(&scope))
        {
            continue;
        }
        let list = if old.is_some() {
            &mut changes.updated
        } else {
            &mut changes.added
        };
        list.push(key.clone());
        subnets::of_scope(tx, scope.scope)?;
        ranges::put(tx, &discovered(key, old, scope))?;
    }
    for (key, range) in known {
        ranges::delete(tx, &key)?;
        forget_ranges(tx, &key)?;
        // A scope that merely has other bounds now stays in its access scope.
        if !present.contains(&range.network_id) {
            forget_object(tx, &range.object())?;
        }
        changes.removed.push(key);
    }
    Ok(changes)
}

fn discovered(key: RangeKey, old: Option<StoredRange>, scope: ScopeInfo) -> StoredRange {
    let noted = old.map(|old| old.details).unwrap_or_default();
    let details = RangeDetails {
        gateway: scope
            .routers
            .iter()
            .map(|ip| Gateway::automatic(*ip))
            .collect(),
        dns_servers: scope.dns_servers.clone(),
        connection_specific_dns_suffix: scope.dns_domain.clone().unwrap_or_default(),
        ..noted
    };
    StoredRange {
        key,
        network_id: scope.scope,
        assignment_type: AssignmentType::Dynamic,
        details,
        scope: Some(scope),
    }
}

/// Takes over how many addresses of its scopes `server` counts as used, and nothing else of them:
/// ranges come and go with the configuration (domain 2.6).
pub(super) fn in_use_of(tx: &Tx<'_>, server: &Fqdn, scopes: &[ScopeInfo]) -> IpamResult<()> {
    let counted: BTreeMap<IpNet, u64> = scopes.iter().map(|s| (s.scope, s.in_use)).collect();
    let owner = Owner::of_dhcp_server(server);
    for mut range in ranges::of_owner(tx, &AddressSpaceName::default(), &owner)? {
        let Some(scope) = &mut range.scope else {
            continue;
        };
        let now = counted.get(&scope.scope).copied();
        if let Some(in_use) = now.filter(|now| *now != scope.in_use) {
            scope.in_use = in_use;
            ranges::put(tx, &range)?;
        }
    }
    Ok(())
}

/// Forgets what was collected from `server`: its ranges and its zones; how many there were.
pub(in crate::ipam) fn forget(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<usize> {
    let ranges = ranges_of(tx, server, Vec::new())?.removed.len();
    failover::keep_only(tx, server, &BTreeSet::new())?;
    let sql = "DELETE FROM dns_zone WHERE server = ?1";
    Ok(ranges + tx.execute(sql, [server.as_str()])?)
}

/// Makes the zones of `server` equal to `zones`.
pub(super) fn zones_of(tx: &Tx<'_>, server: &Fqdn, zones: Vec<ZoneInfo>) -> IpamResult<()> {
    tx.execute("DELETE FROM dns_zone WHERE server = ?1", [server.as_str()])?;
    for zone in zones {
        let sql = "INSERT OR REPLACE INTO dns_zone (server, zone, info) VALUES (?1, ?2, ?3)";
        tx.execute(
            sql,
            params![server.as_str(), zone.name.as_str(), to_json(&zone)],
        )?;
    }
    Ok(())
}
