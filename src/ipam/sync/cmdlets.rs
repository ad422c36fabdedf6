//! The console's six actions on an address.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::space::AddressKey;

use super::report::SyncReport;

impl Ipam {
    /// *Create DHCP Reservation*: replaces a reservation of the same address.
    ///
    /// # Errors
    /// `IpamMsmCheckReservationParametersFailed` when the record lacks a field the push needs. A
    /// server that refuses or cannot be reached is an outcome in the report.
    pub async fn create_dhcp_reservation(
        &self,
        _caller: &Caller,
        _key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        todo!()
    }

    /// *Delete DHCP Reservation*.
    pub async fn delete_dhcp_reservation(
        &self,
        _caller: &Caller,
        _key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        todo!()
    }

    /// *Create DNS Host Record*: A or AAAA in the forward lookup zone.
    pub async fn create_dns_host_record(
        &self,
        _caller: &Caller,
        _key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        todo!()
    }

    /// *Delete DNS Host Record*.
    pub async fn delete_dns_host_record(
        &self,
        _caller: &Caller,
        _key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        todo!()
    }

    /// *Create DNS PTR Record* in the reverse lookup zone.
    pub async fn create_dns_ptr_record(
        &self,
        _caller: &Caller,
        _key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        todo!()
    }

    /// *Delete DNS PTR Record*.
    pub async fn delete_dns_ptr_record(
        &self,
        _caller: &Caller,
        _key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        todo!()
    }
}
