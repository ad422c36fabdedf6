//! The console's search, and recording what it found.

use std::net::IpAddr;

use crate::base::AccountName;
use crate::base::limits::FREE_ADDRESSES_PER_CALL;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::rbac::{Action, Demand, OperationGroup};
use crate::ipam::space::rules::invalid;
use crate::ipam::space::{Address, ExpiryStatus, RangeKey, addresses, ranges};

use super::claim::{AllocateRequest, Claimed, claim, granted, require_available};
use super::request_id::Named;
use super::search::Search;
use super::{FindReport, FindRequest};

/// Addresses one sweep may cover: a /12 of IPv4.
const SWEEP_MAX: u128 = 1 << 20;

impl Ipam {
    /// *Find and Allocate Available IP Address*, and with `start_after` its *Find Next*.
    ///
    /// With `allocate` the last address found is recorded. When somebody else records it between
    /// the search and the claim, the search goes on behind it. A request with a name that was
    /// carried out before finds nothing anew and tells of the record made then.
    ///
    /// # Errors
    /// `IpamApiFetchFreeIPAccessDenied` when the caller may not read the DHCP server of the range,
    /// `IpamApiFetchFreeIPFailed` when that server cannot be asked, `IpamApiObjectNotFound` for an
    /// unknown range, `IpamApiInvalidParameter` for a count outside 1 to 1024, and for a name that
    /// was given to another request or to one that records nothing.
    pub async fn find_and_allocate(
        &self,
        caller: &Caller,
        request: FindRequest,
    ) -> IpamResult<FindReport> {
        let person = caller;
        let caller = &self.authorize_allocation(caller, &request.range).await?;
        if !(1..=FREE_ADDRESSES_PER_CALL).contains(&request.count) {
            return invalid(format!(
                "{} addresses are asked for: 1 to {FREE_ADDRESSES_PER_CALL} are possible",
                request.count
            ));
        }
        let named = request.named(&person.account)?;
        if let Some(key) = self.store.read(|tx| granted(tx, named.as_ref()))? {
            let mut report = FindReport::empty();
            report.repeat(key);
            return Ok(report);
        }
        let range = self.store.read(|tx| ranges::get(tx, &request.range))?;
        let mut taken = self.taken(caller, &range).await?;
        let span = range.key.span;
        let mut report = Search::new(self, &mut taken, span, request.start_after)
            .probing(request.probing)
            .run(Some(request.count))
            .await?;
        report.dhcp_server = taken.server().cloned();
        let Some(details) = &request.allocate else {
            self.shown.note(person, &request.range, report.available());
            return Ok(report);
        };
        while let Some(address) = report.selected {
            let wanted = AllocateRequest {
                range: request.range.clone(),
                address,
                details: details.clone(),
                request: request.request.clone(),
            };
            match claim(&self.store, &wanted, named.as_ref(), true) {
                Ok(Claimed::Now(added)) => {
                    self.note_allocated(&added)?;
                    report.allocated = Some(added.key);
                    return Ok(report);
                }
                Ok(Claimed::Before(key)) => {
                    report.repeat(key);
                    return Ok(report);
                }
                Err(error) if error.id == ErrorId::IpamApiInvalidIPAddressConflict => {
                    taken.look_again();
                    report.lose(address);
                    let search =
                        Search::new(self, &mut taken, span, Some(address)).probing(request.probing);
                    report.extend(search.run(Some(1)).await?);
                }
                Err(error) => return Err(error),
            }
        }
        // Nothing was left, perhaps because the same request took the last one meanwhile.
        if let Some(key) = self.store.read(|tx| granted(tx, named.as_ref()))? {
            report.repeat(key);
        }
        Ok(report)
    }

    /// The verdict on every address of a range, as a search that never stops would give it.
    ///
    /// # Errors
    /// As [`Ipam::find_and_allocate`], and `IpamApiInvalidParameter` for a range too wide to be
    /// probed address by address.
    pub async fn sweep(&self, caller: &Caller, range: &RangeKey) -> IpamResult<FindReport> {
        let caller = &self.authorize_allocation(caller, range).await?;
        if range.span.size() > SWEEP_MAX {
            return invalid(format!("`{range}` is too wide to be probed as a whole"));
        }
        let stored = self.store.read(|tx| ranges::get(tx, range))?;
        let mut taken = self.taken(caller, &stored).await?;
        let search = Search::new(self, &mut taken, range.span, None);
        search.run(None).await
    }

    /// Records a chosen or typed address of a range under the range's owner. Of one that the
    /// caller's last search showed as available, the record says so: a reservation that turns up
    /// on the server later is then a collision, and not what the caller means to replace.
    ///
    /// # Errors
    /// `IpamApiInvalidIPAddressConflict` when somebody else recorded it first;
    /// `IpamApiInvalidParameter` for an address outside the range, or, when a reservation is asked
    /// for, in no scope of an available managed DHCP server; and what [`Ipam::add_ipam_address`]
    /// refuses.
    pub async fn allocate_ipam_address(
        &self,
        caller: &Caller,
        wanted: AllocateRequest,
    ) -> IpamResult<Address> {
        self.authorize_allocation(caller, &wanted.range).await?;
        let named = wanted.named(&caller.account);
        let before = self.store.read(|tx| granted(tx, named.as_ref()))?;
        let claimed = match before {
            Some(key) => Claimed::Before(key),
            None => {
                if let Some(server) = &wanted.details.reservation_server {
                    self.store.read(|tx| require_available(tx, server))?;
                }
                let seen_free = self.shown.take(caller, &wanted.range, wanted.address);
                claim(&self.store, &wanted, named.as_ref(), seen_free)?
            }
        };
        match claimed {
            Claimed::Now(mut added) => {
                added.expiry_status = self.note_allocated(&added)?;
                Ok(*added)
            }
            Claimed::Before(key) => {
                let mut found = self.store.read(|tx| addresses::find(tx, &key))?;
                let date = found.details.expiry_date;
                found.expiry_status = self
                    .store
                    .transaction(|tx| self.note_expiry(tx, &key, date))?;
                Ok(found)
            }
        }
    }

    /// Where a new record stands against its expiry date (domain 9.1).
    fn note_allocated(&self, added: &Address) -> IpamResult<ExpiryStatus> {
        let date = added.details.expiry_date;
        if date.is_none() {
            return Ok(ExpiryStatus::Active);
        }
        self.store
            .transaction(|tx| self.note_expiry(tx, &added.key, date))
    }

    /// Searching is half of allocating: whoever may record an address of the range may do it.
    /// Gives who asks the DHCP server of the range.
    async fn authorize_allocation(&self, caller: &Caller, range: &RangeKey) -> IpamResult<Caller> {
        let object = self.range_object(range)?;
        let demand = Demand::on(Action::Add, OperationGroup::Address, object);
        let authority = self.authorize(caller, demand).await?;
        Ok(self.acting(caller, authority))
    }
}

impl FindRequest {
    /// The request with its name, if it has one.
    fn named<'a>(&'a self, by: &'a AccountName) -> IpamResult<Option<Named<'a>>> {
        match (&self.request, &self.allocate) {
            (None, _) => Ok(None),
            (Some(id), Some(details)) => Ok(Some(Named {
                account: by,
                id,
                range: &self.range,
                chosen: None,
                details,
            })),
            (Some(id), None) => invalid(format!(
                "request `{id}` has a name and records nothing: only what is recorded is kept"
            )),
        }
    }
}

impl FindReport {
    /// An address found available was recorded by somebody else meanwhile.
    fn lose(&mut self, address: IpAddr) {
        for candidate in &mut self.candidates {
            if candidate.address == address {
                candidate.lost();
            }
        }
    }

    /// Goes on with what a later search found.
    fn extend(&mut self, later: FindReport) {
        self.candidates.extend(later.candidates);
        self.passed_over.extend(later.passed_over);
        self.selected = later.selected;
        self.stopped = later.stopped;
    }
}
