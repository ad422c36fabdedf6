//! The console's six actions on an address.

use crate::ipam::caller::Caller;
use crate::ipam::engine::{Ipam, RecordChannel};
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::{Demand, Object, OperationGroup};
use crate::ipam::space::{AddressKey, addresses};

use super::dns_plan::{self, DnsPlan};
use super::push::Action;
use super::report::SyncReport;
use super::reservation::{self, ReservationPlan};

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
        self.reservation(caller, key, Action::Create).await
    }

    /// *Delete DHCP Reservation*.
    pub async fn delete_dhcp_reservation(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        self.reservation(caller, key, Action::Delete).await
    }

    /// *Create DNS Host Record*: A or AAAA in the forward lookup zone.
    pub async fn create_dns_host_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        self.host_record(caller, key, Action::Create).await
    }

    /// *Delete DNS Host Record*.
    pub async fn delete_dns_host_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        self.host_record(caller, key, Action::Delete).await
    }

    /// *Create DNS PTR Record* in the reverse lookup zone.
    pub async fn create_dns_ptr_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        self.ptr_record(caller, key, Action::Create).await
    }

    /// *Delete DNS PTR Record*.
    pub async fn delete_dns_ptr_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        self.ptr_record(caller, key, Action::Delete).await
    }

    /// The plan is made of the record as it was when the gate was asked: nobody can turn it to
    /// another server meanwhile.
    async fn reservation(
        &self,
        caller: &Caller,
        key: &AddressKey,
        action: Action,
    ) -> IpamResult<SyncReport> {
        let stored = self.store.read(|tx| addresses::get(tx, key));
        let plan = stored.and_then(|stored| reservation::plan(&stored, action));
        let object = plan.as_ref().map(ReservationPlan::object);
        let object = object.unwrap_or_else(|_| Object::Address(key.clone()));
        let demand = Demand::on(action.into(), OperationGroup::DhcpReservation, object);
        let authority = self.authorize(caller, demand).await?;
        let caller = &self.acting(caller, authority);
        let plan = plan?;
        let work = async {
            match action {
                Action::Create => self.push_reservation(caller, &plan).await,
                Action::Delete => self.drop_reservation(caller, &plan).await,
            }
        };
        self.push(plan.push.clone(), work).await
    }

    async fn host_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
        action: Action,
    ) -> IpamResult<SyncReport> {
        let stored = self.store.read(|tx| addresses::get(tx, key));
        let plan = stored.and_then(|stored| dns_plan::host(&stored, action));
        self.dns_record(caller, key, action, plan).await
    }

    async fn ptr_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
        action: Action,
    ) -> IpamResult<SyncReport> {
        let server = &self.options.server;
        let domain = server.parent().unwrap_or_else(|| server.clone());
        let stored = self.store.read(|tx| addresses::get(tx, key));
        let plan = stored.and_then(|stored| dns_plan::ptr(&stored, action, &domain));
        self.dns_record(caller, key, action, plan).await
    }

    async fn dns_record(
        &self,
        caller: &Caller,
        key: &AddressKey,
        action: Action,
        plan: IpamResult<DnsPlan>,
    ) -> IpamResult<SyncReport> {
        let object = plan.as_ref().map(DnsPlan::object);
        let object = object.unwrap_or_else(|_| Object::Address(key.clone()));
        let demand = Demand::on(action.into(), OperationGroup::DnsRecord, object);
        let authority = self.authorize(caller, demand).await?;
        let caller = &self.acting(caller, authority);
        let plan = plan?;
        let work = async {
            match (&self.options.record_channel, plan.push.action) {
                (RecordChannel::DynamicUpdate { key }, _) => {
                    self.push_by_update(&plan, key.as_ref()).await
                }
                (RecordChannel::Management, Action::Create) => {
                    self.add_by_management(caller, &plan).await
                }
                (RecordChannel::Management, Action::Delete) => {
                    self.delete_by_management(caller, &plan).await
                }
            }
        };
        self.push(plan.push.clone(), work).await
    }
}
