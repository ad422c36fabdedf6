//! The cmdlets of subnets, behind the gate of who may call them.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Object, Operation, OperationGroup, Right};

use super::{NewSubnet, RemovedSubnet, Subnet, SubnetChange, SubnetKey, SubnetQuery};
use super::{ranges, subnet_edit, subnets};

impl Ipam {
    /// `Add-IpamSubnet`.
    pub async fn add_ipam_subnet(
        &self,
        caller: &Caller,
        mut subnet: NewSubnet,
    ) -> IpamResult<Subnet> {
        subnet.address_space = self.spelled(&subnet.address_space)?;
        let object = Object::Subnet(subnet.key());
        let demand = Demand::on(Action::Add, OperationGroup::Subnet, object);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let added = subnets::add(tx, subnet)?;
            let done = format!("added the subnet {}", added.key);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(added)
        })
    }

    /// `Get-IpamSubnet`: the subnets that match, by network, larger ones first.
    pub async fn get_ipam_subnet(
        &self,
        caller: &Caller,
        query: &SubnetQuery,
    ) -> IpamResult<Vec<Subnet>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| subnets::list(tx, query))
    }

    /// `Set-IpamSubnet`. A subnet that moves is edited where it is and where it goes.
    pub async fn set_ipam_subnet(
        &self,
        caller: &Caller,
        key: &SubnetKey,
        mut change: SubnetChange,
    ) -> IpamResult<Subnet> {
        let mut goes = key.clone();
        if let Some(space) = &mut change.new_address_space {
            *space = self.spelled(space)?;
            goes.address_space = space.clone();
        }
        goes.network_id = change.new_network_id.unwrap_or(goes.network_id);
        let edit = Operation(Action::Edit, OperationGroup::Subnet);
        let mut demand = vec![(edit, Object::Subnet(key.clone()))];
        if goes != *key {
            demand.push((edit, Object::Subnet(goes)));
        }
        self.authorize(caller, Demand::Operations(demand)).await?;
        self.store.transaction(|tx| {
            let changed = subnet_edit::set(tx, key, change)?;
            let done = match changed.key == *key {
                true => format!("changed the subnet {key}"),
                false => format!("changed the subnet {key} to {}", changed.key),
            };
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(changed)
        })
    }

    /// `Remove-IpamSubnet`, with its ranges and their addresses if asked for.
    pub async fn remove_ipam_subnet(
        &self,
        caller: &Caller,
        key: &SubnetKey,
        delete_associated_ranges: bool,
        delete_associated_addresses: bool,
    ) -> IpamResult<RemovedSubnet> {
        let delete = |group| Operation(Action::Delete, group);
        let mut demand = vec![(delete(OperationGroup::Subnet), Object::Subnet(key.clone()))];
        if delete_associated_ranges {
            for range in self.store.read(|tx| ranges::stored_of_subnet(tx, key))? {
                demand.push((delete(OperationGroup::Range), range.object()));
                if delete_associated_addresses {
                    demand.push((delete(OperationGroup::Address), range.object()));
                }
            }
        }
        self.authorize(caller, Demand::Operations(demand)).await?;
        let (with_ranges, with_addresses) = (delete_associated_ranges, delete_associated_addresses);
        self.store.transaction(|tx| {
            let removed = subnet_edit::remove(tx, key, with_ranges, with_addresses)?;
            for range in &removed.ranges {
                let done = format!("removed the range {range}");
                self.changed(tx, caller, Category::AddressSpace, done)?;
            }
            let done = format!("removed the subnet {key}");
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(removed)
        })
    }
}
