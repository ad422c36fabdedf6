//! The console's search, and recording what it found.

use std::net::IpAddr;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::space::{Address, AddressDetails, RangeKey};

use super::{FindReport, FindRequest};

impl Ipam {
    /// *Find and Allocate Available IP Address*, and with `start_after` its *Find Next*.
    ///
    /// # Errors
    /// `IpamApiFetchFreeIPAccessDenied` when the caller may not read the DHCP server of the range,
    /// `IpamApiFetchFreeIPFailed` when that server cannot be asked, `IpamApiObjectNotFound` for an
    /// unknown range, `IpamApiInvalidParameter` for a count outside 1 to 1024.
    pub async fn find_and_allocate(
        &self,
        _caller: &Caller,
        _request: FindRequest,
    ) -> IpamResult<FindReport> {
        todo!()
    }

    /// The verdict on every address of a range, as a search that never stops would give it.
    pub async fn sweep(&self, _caller: &Caller, _range: &RangeKey) -> IpamResult<FindReport> {
        todo!()
    }

    /// Records a chosen or typed address of a range under the range's owner.
    ///
    /// # Errors
    /// `IpamApiInvalidIPAddressConflict` when somebody else recorded it first, and what
    /// [`Ipam::add_ipam_address`] refuses.
    pub async fn allocate_ipam_address(
        &self,
        _caller: &Caller,
        _range: &RangeKey,
        _address: IpAddr,
        _details: AddressDetails,
    ) -> IpamResult<Address> {
        todo!()
    }
}
