//! Which scope is in which relationship, as the servers last told.

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::space::{AddressSpaceName, Owner, ranges};
use crate::ipam::store::Tx;
use crate::wire::windows::dhcpm::Failover;

/// The scopes of `server` that were collected as part of a relationship. Only IPv4 has failover.
pub(in crate::ipam) fn relationships_of(
    tx: &Tx<'_>,
    server: &Fqdn,
) -> IpamResult<Vec<(IpNet, Failover)>> {
    // Scopes are discovered into the provider space.
    let space = AddressSpaceName::default();
    let owned = ranges::of_owner(tx, &space, &Owner::of_dhcp_server(server))?;
    let scopes = owned.into_iter().filter_map(|range| range.scope);
    let in_failover = scopes.filter_map(|info| {
        let relationship = info.failover.filter(|_| info.scope.addr().is_ipv4())?;
        Some((info.scope, relationship))
    });
    Ok(in_failover.collect())
}

/// The relationship of one scope.
pub(in crate::ipam) fn relationship_of(
    tx: &Tx<'_>,
    server: &Fqdn,
    scope: IpNet,
) -> IpamResult<Option<Failover>> {
    let mut known = relationships_of(tx, server)?.into_iter();
    let found = known.find(|(of, _)| *of == scope);
    Ok(found.map(|(_, relationship)| relationship))
}
