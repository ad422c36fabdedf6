//! The protocol's search of the database alone (domain 7.2).

use std::net::IpAddr;

use crate::addr::{AddressSet, first_free, successor};
use crate::ipam::error::IpamResult;
use crate::ipam::space::ranges::StoredRange;
use crate::ipam::space::{ManagedByService, taken};
use crate::ipam::store::Tx;

/// Up to `count` addresses of `range` that no record has and that are not set aside, in order.
///
/// Nothing for a scope of a DHCP server: of its leases, reservations and exclusions the database
/// knows too little to call an address free, so the server must be asked.
pub(super) fn free_in_database(
    tx: &Tx<'_>,
    range: &StoredRange,
    count: usize,
) -> IpamResult<Vec<IpAddr>> {
    let mut found = Vec::new();
    if range.key.owner.managed_by_service == ManagedByService::MsDhcp {
        return Ok(found);
    }
    let (space, span) = (&range.key.address_space, &range.key.span);
    let aside: AddressSet = range.set_aside().collect();
    let mut next = Some(span.first());
    while let Some(from) = next.filter(|_| found.len() < count) {
        let Some(free) = taken::first_free(tx, space, span, from)? else {
            break;
        };
        next = first_free(span, free, &[&aside]);
        if next == Some(free) {
            found.push(free);
            next = successor(free);
        }
    }
    Ok(found)
}
