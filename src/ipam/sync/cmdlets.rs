//! The console's six actions on an address.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::space::AddressKey;

use super::plan::{self, Action, Task};
use super::report::{RecordKind, SyncReport};

impl Ipam {
    /// *Create DHCP Reservation*: replaces a reservation of the same address.
    ///
    /// # Errors
    /// `IpamMsmCheckReservationParametersFailed` when the record lacks a field the push needs. A
    /// server that refuses or cannot be reached is an outcome in the report.
    pub async fn create_dhcp_reservation(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        let kind = RecordKind::DhcpReservation;
        self.sync(caller, key, kind, Action::Create).await
    }

    /// *Delete DHCP Reservation*.
    ///
    /// # Errors
    /// As [`Ipam::create_dhcp_reservation`].
    pub async fn delete_dhcp_reservation(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        let kind = RecordKind::DhcpReservation;
        self.sync(caller, key, kind, Action::Delete).await
    }

    /// *Create DNS Host Record*: A or AAAA in the forward lookup zone.
    ///
    /// # Errors
    /// `IpamApiForwardLookupSpecifiedWithoutDeviceName` and its like for the field that the
    /// record lacks. A server that refuses or cannot be reached is an outcome in the report.
    pub async fn create_dns_host_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        let kind = RecordKind::DnsHostRecord;
        self.sync(caller, key, kind, Action::Create).await
    }

    /// *Delete DNS Host Record*: the record that was written, and no other of its name.
    ///
    /// # Errors
    /// As [`Ipam::create_dns_host_record`], when nothing was written for the record either.
    pub async fn delete_dns_host_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        let kind = RecordKind::DnsHostRecord;
        self.sync(caller, key, kind, Action::Delete).await
    }

    /// *Create DNS PTR Record* in the reverse lookup zone.
    ///
    /// # Errors
    /// `IpamApiReverseLookupSpecifiedWithoutDeviceName` and its like for the field that the
    /// record lacks. A server that refuses or cannot be reached is an outcome in the report.
    pub async fn create_dns_ptr_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        let kind = RecordKind::DnsPtrRecord;
        self.sync(caller, key, kind, Action::Create).await
    }

    /// *Delete DNS PTR Record*.
    ///
    /// # Errors
    /// As [`Ipam::create_dns_ptr_record`], when nothing was written for the record either.
    pub async fn delete_dns_ptr_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        let kind = RecordKind::DnsPtrRecord;
        self.sync(caller, key, kind, Action::Delete).await
    }

    /// The plan is made of the record as it was when the gate was asked: nobody can turn it to
    /// another server meanwhile.
    pub(super) async fn sync(
        &self,
        caller: &Caller,
        key: &AddressKey,
        kind: RecordKind,
        action: Action,
    ) -> IpamResult<SyncReport> {
        let task = Task {
            key: key.clone(),
            kind,
            action,
        };
        let _turn = self.pushes.begin(&task).await;
        let domain = self.own_domain();
        let plan = self.store.read(|tx| plan::plan(tx, &task, &domain));
        let authority = self.authorize(caller, plan::demand(&task, &plan)).await?;
        let plan = plan?;
        let partner = match plan::partner_demand(&plan) {
            Some(demand) => self.authorize(caller, demand).await,
            None => Ok(authority),
        };
        let partner = partner.map(|authority| self.acting(caller, authority));
        let caller = self.acting(caller, authority);
        self.carry_out(&caller, plan, partner).await
    }
}
