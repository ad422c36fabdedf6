//! Recording an address so that nobody else gets it.

use std::net::IpAddr;

use crate::base::{AccountName, Fqdn};
use crate::ipam::access::{AccessStatus, CheckKind};
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::inventory::{ManageabilityStatus, ServerRole, known};
use crate::ipam::space::addresses::{SyncColumn, add, is_recorded, put_sync};
use crate::ipam::space::rules::{invalid, refuse};
use crate::ipam::space::{Address, AddressDetails, AddressKey, NewAddress, RangeKey, ranges};
use crate::ipam::store::{Store, Tx};

use super::request_id::{Named, RequestId};

/// What is to be recorded: a chosen or typed address of a range, under the range's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocateRequest {
    pub range: RangeKey,
    pub address: IpAddr,
    pub details: AddressDetails,
    /// The name under which this may be asked for again.
    pub request: Option<RequestId>,
}

/// How a claim ended well.
pub(super) enum Claimed {
    Now(Box<Address>),
    /// An earlier request of the same name got this record, whatever address this one found.
    Before(AddressKey),
}

/// Records the address under the owner of its range, provided that it is still in no record.
///
/// Looking and recording are one transaction without a wait in it, so of any number of
/// administrators who found the same address one gets it and the others are told, and of any
/// number of requests of one name only one records anything. `seen_free` says that a search has
/// just shown it as free, on the DHCP server too; the record keeps that.
///
/// # Errors
/// `IpamApiInvalidIPAddressConflict` when it is recorded by now, whoever owns the record.
pub(super) fn claim(
    store: &Store,
    wanted: &AllocateRequest,
    named: Option<&Named<'_>>,
    seen_free: bool,
) -> IpamResult<Claimed> {
    let (range, address) = (&wanted.range, wanted.address);
    if !range.span.contains(address) {
        return invalid(format!("`{address}` is not within the range `{range}`"));
    }
    let with_reservation = wanted.details.reservation_server.clone();
    store.transaction(|tx| {
        if let Some(key) = granted(tx, named)? {
            return Ok(Claimed::Before(key));
        }
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
            details: wanted.details.clone(),
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
                if let Some(named) = named {
                    named.keep(tx, &added.key)?;
                }
                Ok(Claimed::Now(Box::new(added)))
            }
        }
    })
}

/// What an earlier request of the same name got.
pub(super) fn granted(tx: &Tx<'_>, named: Option<&Named<'_>>) -> IpamResult<Option<AddressKey>> {
    named.map_or(Ok(None), |named| named.granted(tx))
}

impl AllocateRequest {
    /// The request with its name, if it has one.
    pub(super) fn named<'a>(&'a self, by: &'a AccountName) -> Option<Named<'a>> {
        let id = self.request.as_ref()?;
        Some(Named {
            account: by,
            id,
            range: &self.range,
            chosen: Some(self.address),
            details: &self.details,
        })
    }
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
