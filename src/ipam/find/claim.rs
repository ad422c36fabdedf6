//! Recording an address so that nobody else gets it.

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::access::{AccessStatus, CheckKind};
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::inventory::{ManageabilityStatus, ServerRole, known};
use crate::ipam::space::addresses::{SyncColumn, add, is_recorded, put_sync};
use crate::ipam::space::rules::{invalid, refuse};
use crate::ipam::space::{Address, AddressDetails, NewAddress, RangeKey, ranges};
use crate::ipam::store::{Store, Tx};

/// Records `address` under the owner of `range`, provided that it is still in no record.
///
/// Looking and recording are one transaction without a wait in it, so of any number of
/// administrators who found the same address one gets it and the others are told. `seen_free`
/// says that a search has just shown it as free, on the DHCP server too; the record keeps that.
///
/// # Errors
/// `IpamApiInvalidIPAddressConflict` when it is recorded by now, whoever owns the record.
pub(super) fn claim(
    store: &Store,
    range: &RangeKey,
    address: IpAddr,
    details: AddressDetails,
    seen_free: bool,
) -> IpamResult<Address> {
    if !range.span.contains(address) {
        return invalid(format!("`{address}` is not within the range `{range}`"));
    }
    let with_reservation = details.reservation_server.clone();
    store.transaction(|tx| {
        let searched = ranges::get(tx, range)?;
        if is_recorded(tx, &range.address_space, address)? {
            return refuse(
                ErrorId::IpamApiInvalidIPAddressConflict,
                format!("`{address}` is recorded by now: find the next one"),
            );
        }
        let new = NewAddress {
            address_space: range.address_space.clone(),
            ip_address: address,
            owner: range.owner.clone(),
            details,
        };
        let mut added = add(tx, new)?;
        // A typed address must be in a scope of the server that is to reserve it (domain 7.2).
        match with_reservation {
            Some(server) if added.details.reservation_scope_details.is_none() => invalid(format!(
                "`{server}` has no scope that holds `{address}`: it cannot reserve it"
            )),
            _ => {
                // Only the search of a scope asks its server.
                if seen_free && searched.scope.is_some() {
                    let server = range.owner.service_instance.parse().ok();
                    added.dhcp_reservation_sync.free_on = server;
                    let state = &added.dhcp_reservation_sync;
                    put_sync(tx, &added.key, SyncColumn::Reservation, state)?;
                }
                Ok(added)
            }
        }
    })
}

/// A typed address that is to be reserved must be in a range of an available managed DHCP server
/// (domain 7.2). That the server has such a range is looked at when the address is recorded.
pub(super) fn require_available(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<()> {
    let unfit = |why: &str| invalid(format!("`{server}` {why}: it cannot reserve the address"));
    let record = match known(tx, server) {
        Err(error) if error.id == ErrorId::IpamApiObjectNotFound => {
            return unfit("is not in the inventory");
        }
        known => known?,
    };
    if record.manageability != ManageabilityStatus::Managed {
        return unfit("is not managed");
    }
    if !record.roles.contains(&ServerRole::Dhcp) {
        return unfit("is no DHCP server");
    }
    // A server that nobody has looked at yet is given the benefit of the doubt.
    match record.checks.get(&CheckKind::DhcpRpc) {
        Some(check) if check.status == AccessStatus::Blocked => {
            unfit("is not available, its DHCP RPC access is blocked")
        }
        _ => Ok(()),
    }
}
