//! The console's search, and recording what it found.

use std::net::IpAddr;

use crate::base::limits::FREE_ADDRESSES_PER_CALL;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::rbac::{Action, Demand, OperationGroup};
use crate::ipam::space::rules::invalid;
use crate::ipam::space::{Address, AddressDetails, ExpiryStatus, RangeKey, ranges};

use super::claim::{claim, require_available};
use super::search::Search;
use super::{FindReport, FindRequest};

/// Addresses one sweep may cover: a /12 of IPv4.
const SWEEP_MAX: u128 = 1 << 20;

impl Ipam {
    /// *Find and Allocate Available IP Address*, and with `start_after` its *Find Next*.
    ///
    /// With `allocate` the last address found is recorded. When somebody else records it between
    /// the search and the claim, the search goes on behind it.
    ///
    /// # Errors
    /// `IpamApiFetchFreeIPAccessDenied` when the caller may not read the DHCP server of the range,
    /// `IpamApiFetchFreeIPFailed` when that server cannot be asked, `IpamApiObjectNotFound` for an
    /// unknown range, `IpamApiInvalidParameter` for a count outside 1 to 1024.
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
        let range = self.store.read(|tx| ranges::get(tx, &request.range))?;
        let mut taken = self.taken(caller, &range).await?;
        let span = range.key.span;
        let mut report = Search::new(self, &mut taken, span, request.start_after)
            .probing(request.probing)
            .run(Some(request.count))
            .await?;
        let Some(details) = request.allocate else {
            self.shown.note(person, &request.range, report.available());
            return Ok(report);
        };
        while let Some(address) = report.selected {
            match claim(&self.store, &request.range, address, details.clone(), true) {
                Ok(added) => {
                    self.note_allocated(&added)?;
                    report.allocated = Some(added.key);
                    break;
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
        range: &RangeKey,
        address: IpAddr,
        details: AddressDetails,
    ) -> IpamResult<Address> {
        self.authorize_allocation(caller, range).await?;
        if let Some(server) = &details.reservation_server {
            self.store.read(|tx| require_available(tx, server))?;
        }
        let seen_free = self.shown.take(caller, range, address);
        let mut added = claim(&self.store, range, address, details, seen_free)?;
        added.expiry_status = self.note_allocated(&added)?;
        Ok(added)
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
