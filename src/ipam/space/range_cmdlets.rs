//! The cmdlets of ranges, behind the gate of who may call them.

use ipnet::IpNet;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Object, Operation, OperationGroup, Right};

use super::{AddressKey, NewRange, Range, RangeChange, RangeKey, RangeQuery, SubnetKey};
use super::{range_edit, range_list, range_network, ranges};

impl Ipam {
    /// `Add-IpamRange`. Whoever asks for a subnet to be made must be allowed to add it.
    pub async fn add_ipam_range(&self, caller: &Caller, mut range: NewRange) -> IpamResult<Range> {
        range.address_space = self.spelled(&range.address_space)?;
        let add = Operation(Action::Add, OperationGroup::Range);
        let mut demand = vec![(add, range.object())];
        let subnet = SubnetKey {
            address_space: range.address_space.clone(),
            network_id: range.network_id,
        };
        demand.extend(self.to_be_made(range.create_subnet_if_not_found, subnet)?);
        self.authorize(caller, Demand::Operations(demand)).await?;
        self.store.transaction(|tx| {
            let added = ranges::add(tx, range)?;
            let done = format!("added the range {}", added.key);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(added)
        })
    }

    /// `Get-IpamRange`: the ranges that match, by start address.
    pub async fn get_ipam_range(
        &self,
        caller: &Caller,
        query: &RangeQuery,
    ) -> IpamResult<Vec<Range>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| range_list::list(tx, query))
    }

    /// `Set-IpamRange`. A range that moves is edited where it is and where it goes.
    pub async fn set_ipam_range(
        &self,
        caller: &Caller,
        key: &RangeKey,
        changes: Vec<RangeChange>,
        create_subnet_if_not_found: bool,
    ) -> IpamResult<Range> {
        let edit = Operation(Action::Edit, OperationGroup::Range);
        let mut demand = vec![(edit, self.range_object(key)?)];
        if let Some(mut goes) = self.store.read(|tx| range_edit::goes(tx, key, &changes))? {
            goes.address_space = self.spelled(&goes.address_space)?;
            let subnet = SubnetKey {
                address_space: goes.address_space.clone(),
                network_id: goes.network_id,
            };
            demand.push((edit, goes.object()));
            demand.extend(self.to_be_made(create_subnet_if_not_found, subnet)?);
        }
        self.authorize(caller, Demand::Operations(demand)).await?;
        self.store.transaction(|tx| {
            let changed = range_edit::set(tx, key, changes, create_subnet_if_not_found)?;
            let done = match changed.key == *key {
                true => format!("changed the range {key}"),
                false => format!("changed the range {key} to {}", changed.key),
            };
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(changed)
        })
    }

    /// `Remove-IpamRange`; addresses become unmapped or, if asked for, are deleted with it. Gives
    /// the addresses deleted.
    pub async fn remove_ipam_range(
        &self,
        caller: &Caller,
        key: &RangeKey,
        delete_mapped_addresses: bool,
    ) -> IpamResult<Vec<AddressKey>> {
        let object = self.range_object(key)?;
        let mut demand = vec![(
            Operation(Action::Delete, OperationGroup::Range),
            object.clone(),
        )];
        if delete_mapped_addresses {
            demand.push((Operation(Action::Delete, OperationGroup::Address), object));
        }
        self.authorize(caller, Demand::Operations(demand)).await?;
        self.store.transaction(|tx| {
            let removed = ranges::remove(tx, key, delete_mapped_addresses)?;
            let done = format!("removed the range {key}");
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(removed)
        })
    }

    /// What it takes to make a subnet that is asked for and not there.
    fn to_be_made(&self, asked: bool, key: SubnetKey) -> IpamResult<Option<(Operation, Object)>> {
        if !asked || self.store.read(|tx| super::subnet_exists(tx, &key))? {
            return Ok(None);
        }
        let add = Operation(Action::Add, OperationGroup::Subnet);
        Ok(Some((add, Object::Subnet(key))))
    }

    /// A range as an object of access; one that is not stored is where its addresses would be.
    pub(in crate::ipam) fn range_object(&self, key: &RangeKey) -> IpamResult<Object> {
        let stored = self.store.read(|tx| range_network(tx, key))?;
        let whole = IpNet::from(key.span.first());
        Ok(Object::Range {
            key: key.clone(),
            network_id: stored.unwrap_or(whole),
        })
    }
}
