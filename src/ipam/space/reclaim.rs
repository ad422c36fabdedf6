//! *Reclaim IP Addresses*: deletes the records of ticked addresses of ranges (domain 7.3).
//!
//! Touches the database only. What the addresses have on servers stays there; the summary names
//! it, and [`crate::ipam::reconcile`] finds it again.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Operation, OperationGroup, Right};
use crate::ipam::store::Tx;
use crate::ipam::sync::{RecordKind, Written, ledger};

use super::address::{Address, AddressKey, AddressQuery};
use super::range::RangeKey;
use super::rules::{invalid, not_found};
use super::{addresses, ranges};

/// Addresses ticked in the list of one range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    pub range: RangeKey,
    pub addresses: Vec<IpAddr>,
}

/// An address that was reclaimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reclaimed {
    pub key: AddressKey,
    /// What a push once wrote for it and nobody has deleted since.
    pub left_behind: Vec<(RecordKind, Written)>,
}

/// The summary of a reclamation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReclaimSummary {
    /// By range and address.
    pub reclaimed: Vec<Reclaimed>,
    /// The time that each of the ranges now has as its last reclamation.
    pub at: Timestamp,
}

impl Ipam {
    /// The list of the dialog: every address that maps to one of the ranges. An address of a
    /// range's span with another owner maps elsewhere or nowhere, and is not in it (domain S6).
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown range; `IpamApiInvalidParameter` for a range of IPv6
    /// in a release that reclaims IPv4 only.
    pub async fn get_reclaimable_addresses(
        &self,
        caller: &Caller,
        ranges: &[RangeKey],
    ) -> IpamResult<Vec<Address>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            let mut listed = Vec::new();
            for key in ranges {
                check_range(tx, key)?;
                let query = AddressQuery {
                    mapped_to: Some(key.clone()),
                    ..AddressQuery::default()
                };
                listed.extend(addresses::list(tx, &query)?);
            }
            Ok(listed)
        })
    }

    /// *Reclaim*: deletes the records of all ticked addresses, or of none when one is refused.
    ///
    /// # Errors
    /// As [`Ipam::get_reclaimable_addresses`]; `IpamApiObjectNotFound` for an address that is not
    /// recorded, `IpamApiInvalidParameter` for one that does not map to its range and when nothing
    /// is ticked.
    pub async fn reclaim_ipam_addresses(
        &self,
        caller: &Caller,
        ticked: &[Ticked],
    ) -> IpamResult<ReclaimSummary> {
        let delete = Operation(Action::Delete, OperationGroup::Address);
        let mut wanted = Vec::new();
        for one in ticked {
            wanted.push((delete, self.range_object(&one.range)?));
        }
        self.authorize(caller, Demand::Operations(wanted)).await?;
        if ticked.iter().all(|one| one.addresses.is_empty()) {
            return invalid("no address is ticked: choose those to reclaim".to_owned());
        }
        let at = self.wall();
        self.store.transaction(|tx| {
            let mut reclaimed = Vec::new();
            for one in ticked {
                let mut range = check_range(tx, &one.range)?;
                let addresses: BTreeSet<IpAddr> = one.addresses.iter().copied().collect();
                for address in addresses {
                    let key = mapped(tx, &one.range, address)?;
                    addresses::remove(tx, &key)?;
                    let done = format!("reclaimed the address {key}");
                    self.changed(tx, caller, Category::AddressSpace, done)?;
                    let left_behind = ledger::of_record(tx, &key)?;
                    reclaimed.push(Reclaimed { key, left_behind });
                }
                range.details.last_reclaim_run_time = Some(at);
                ranges::put(tx, &range)?;
            }
            Ok(ReclaimSummary { reclaimed, at })
        })
    }
}

/// The range, if this release reclaims addresses of its family (domain 5.9, 12.14).
fn check_range(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<ranges::StoredRange> {
    let generation = tx.rules().generation;
    if key.span.first().is_ipv6() && !generation.reclaims_ipv6() {
        return invalid(format!(
            "{generation} reclaims IPv4 addresses only: delete those of `{key}` one by one"
        ));
    }
    ranges::get(tx, key)
}

/// The record of `address` that maps to the range.
fn mapped(tx: &Tx<'_>, range: &RangeKey, address: IpAddr) -> IpamResult<AddressKey> {
    let key = AddressKey {
        address_space: range.address_space.clone(),
        ip_address: address,
        owner: range.owner.clone(),
    };
    if range.span.contains(address) && addresses::exists(tx, &key)? {
        // In the spelling it is stored with.
        return addresses::get(tx, &key).map(|stored| stored.key);
    }
    let others = addresses::at(tx, &range.address_space, address)?;
    match others.first() {
        None => Err(not_found(&format!("address `{address}`"))),
        Some(other) => Err(IpamError::parameter(format!(
            "`{}` does not map to the range `{range}`: both need the same Managed by service and \
             Service instance",
            other.key
        ))),
    }
}
