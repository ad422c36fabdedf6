//! The cmdlets of address spaces, behind the gate of who may call them.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Object, OperationGroup, Right};

use super::{AddressSpace, AddressSpaceChange, AddressSpaceName, AddressSpaceQuery};
use super::{NewAddressSpace, space_edit, space_spelled};

impl Ipam {
    /// `Add-IpamAddressSpace`.
    pub async fn add_ipam_address_space(
        &self,
        caller: &Caller,
        space: NewAddressSpace,
    ) -> IpamResult<AddressSpace> {
        self.authorize(caller, on(Action::Add, &space.name)).await?;
        self.store.transaction(|tx| {
            let added = space_edit::add(tx, space)?;
            let done = format!("added the address space {}", added.name);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(added)
        })
    }

    /// `Get-IpamAddressSpace`: those that match, `Default` first.
    pub async fn get_ipam_address_space(
        &self,
        caller: &Caller,
        query: &AddressSpaceQuery,
    ) -> IpamResult<Vec<AddressSpace>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| space_edit::list(tx, query))
    }

    /// `Set-IpamAddressSpace`.
    pub async fn set_ipam_address_space(
        &self,
        caller: &Caller,
        name: &AddressSpaceName,
        change: AddressSpaceChange,
    ) -> IpamResult<AddressSpace> {
        let name = self.spelled(name)?;
        self.authorize(caller, on(Action::Edit, &name)).await?;
        self.store.transaction(|tx| {
            let changed = space_edit::set(tx, &name, change)?;
            let done = match changed.name == name {
                true => format!("changed the address space {name}"),
                false => format!("renamed the address space {name} to {}", changed.name),
            };
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(changed)
        })
    }

    /// `Remove-IpamAddressSpace`. Nothing may be left in it.
    pub async fn remove_ipam_address_space(
        &self,
        caller: &Caller,
        name: &AddressSpaceName,
    ) -> IpamResult<AddressSpace> {
        let name = self.spelled(name)?;
        self.authorize(caller, on(Action::Delete, &name)).await?;
        self.store.transaction(|tx| {
            let removed = space_edit::remove(tx, &name)?;
            let done = format!("removed the address space {name}");
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(removed)
        })
    }

    /// The stored spelling of a name. One that there is not stays as it is, and is refused by
    /// whoever looks for it, after the caller's right is known.
    pub(in crate::ipam) fn spelled(&self, name: &AddressSpaceName) -> IpamResult<AddressSpaceName> {
        self.store.read(|tx| space_spelled(tx, name))
    }
}

fn on(action: Action, name: &AddressSpaceName) -> Demand {
    let object = Object::AddressSpace(name.clone());
    Demand::on(action, OperationGroup::AddressSpace, object)
}
