//! The cmdlets of address records, behind the gate of who may call them, and what collection
//! brings in.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Object, OperationGroup, Right};
use crate::ipam::usage::{UtilizationThreshold, thresholds};
use crate::wire::windows::dhcpm::ScopeInfo;
use crate::wire::windows::dnsp::ZoneInfo;

use super::address_types::AddressTypes;
use super::{
    Address, AddressChange, AddressKey, AddressQuery, DiscoveredRanges, NetworkType, NewAddress,
};
use super::{address_edit, addresses, discovered};

impl Ipam {
    /// `Add-IpamAddress`. Stores only; no server is touched.
    pub async fn add_ipam_address(
        &self,
        caller: &Caller,
        mut address: NewAddress,
    ) -> IpamResult<Address> {
        address.address_space = self.spelled(&address.address_space)?;
        let key = AddressKey {
            address_space: address.address_space.clone(),
            ip_address: address.ip_address,
            owner: address.owner.clone(),
        };
        self.authorize_address(caller, Action::Add, &key).await?;
        self.store.transaction(|tx| {
            let mut added = addresses::add(tx, address)?;
            let expiry = added.details.expiry_date;
            added.expiry_status = self.note_expiry(tx, &added.key, expiry)?;
            let done = format!("added the address {}", added.key);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(added)
        })
    }

    /// `Get-IpamAddress`: the records that match, by address and owner.
    pub async fn get_ipam_address(
        &self,
        caller: &Caller,
        query: &AddressQuery,
    ) -> IpamResult<Vec<Address>> {
        self.authorize(caller, Right::Read).await?;
        let mut found = self.store.read(|tx| addresses::list(tx, query))?;
        self.expiry_statuses(&mut found)?;
        found.retain(|address| {
            let wanted = query.expiry_status;
            wanted.is_none_or(|wanted| wanted == address.expiry_status)
        });
        Ok(found)
    }

    /// `Set-IpamAddress`. Stores only; no server is touched. A record that gets another address,
    /// owner or address space is edited where it is and where it goes.
    pub async fn set_ipam_address(
        &self,
        caller: &Caller,
        key: &AddressKey,
        changes: Vec<AddressChange>,
    ) -> IpamResult<Address> {
        self.authorize_address(caller, Action::Edit, key).await?;
        let goes = self
            .store
            .read(|tx| address_edit::goes(tx, key, &changes))?;
        if goes != *key {
            self.authorize_address(caller, Action::Edit, &goes).await?;
        }
        self.store.transaction(|tx| {
            let mut after = addresses::set(tx, key, changes)?;
            after.expiry_status = self.note_expiry(tx, &after.key, after.details.expiry_date)?;
            let done = match after.key == *key {
                true => format!("changed the address {key}"),
                false => format!("changed the address {key} to {}", after.key),
            };
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(after)
        })
    }

    /// The network type of each record: its own, its range's or its address space's (domain 5.3).
    pub fn network_types(&self, addresses: &[Address]) -> IpamResult<Vec<NetworkType>> {
        let mut types = AddressTypes::default();
        self.store.read(|tx| {
            let each = addresses.iter();
            each.map(|address| types.of(tx, address)).collect()
        })
    }

    /// The thresholds that say of each block and range whether it is under- or over-utilized.
    pub fn utilization_thresholds(&self) -> IpamResult<UtilizationThreshold> {
        self.store.read(thresholds)
    }

    /// `Remove-IpamAddress`: deletes the record only; what it put on servers stays there.
    pub async fn remove_ipam_address(&self, caller: &Caller, key: &AddressKey) -> IpamResult<()> {
        self.authorize_address(caller, Action::Delete, key).await?;
        self.store.transaction(|tx| {
            addresses::remove(tx, key)?;
            let done = format!("removed the address {key}");
            self.changed(tx, caller, Category::AddressSpace, done)
        })
    }

    /// Whether `caller` may do this with the record of an address, where its range is.
    async fn authorize_address(
        &self,
        caller: &Caller,
        action: Action,
        key: &AddressKey,
    ) -> IpamResult<()> {
        let object = Object::Address(key.clone());
        let demand = Demand::on(action, OperationGroup::Address, object);
        self.authorize(caller, demand).await.map(drop)
    }

    /// The scopes just collected from a DHCP server become its ranges: `MS DHCP` and the server's
    /// name. Scopes that are gone take their range with them.
    pub(crate) fn upsert_discovered_ranges(
        &self,
        server: &Fqdn,
        scopes: Vec<ScopeInfo>,
    ) -> IpamResult<DiscoveredRanges> {
        self.store
            .transaction(|tx| discovered::ranges_of(tx, server, scopes))
    }

    /// How many addresses of its scopes a DHCP server has just counted as used.
    pub(crate) fn update_ranges_in_use(
        &self,
        server: &Fqdn,
        scopes: &[ScopeInfo],
    ) -> IpamResult<()> {
        self.store
            .transaction(|tx| discovered::in_use_of(tx, server, scopes))
    }

    /// The zones just collected from a DNS server.
    pub(crate) fn upsert_discovered_zones(
        &self,
        server: &Fqdn,
        zones: Vec<ZoneInfo>,
    ) -> IpamResult<()> {
        self.store
            .transaction(|tx| discovered::zones_of(tx, server, zones))
    }
}
