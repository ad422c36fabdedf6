//! The console's actions on logical groups, behind the gate of who may do them.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::inventory::AddressFamily;
use crate::ipam::rbac::{Action, Demand, Object, OperationGroup, Right};
use crate::ipam::store::Tx;

pub use super::edit::GroupChange;
use super::group::{GroupKind, LogicalGroup};
use super::level::Level;
use super::members::members;
use super::view::{CurrentView, Detail};
use super::{edit, rows, view};

impl Ipam {
    /// *Add Group*: objects of one kind, by fields in the order of the levels of its tree.
    ///
    /// # Errors
    /// `IpamApiLogicalGroupAlreadyExists`, `IpamApiObjectNotFound` for an unknown field,
    /// `IpamApiInvalidParameter` for a name or a criterion that cannot be one, and for none.
    pub async fn add_logical_group(
        &self,
        caller: &Caller,
        kind: GroupKind,
        name: &str,
        criteria: &[String],
    ) -> IpamResult<LogicalGroup> {
        let done = format!("added the logical group {name}");
        self.change_groups(caller, Action::Add, done, |tx| {
            edit::add(tx, kind, name, criteria)
        })
        .await
    }

    /// *Edit Group*.
    ///
    /// # Errors
    /// As adding, `IpamApiObjectNotFound` for an unknown group, and
    /// `IpamApiCannotUpdateOrDeleteBuiltInLogicalGroup` for what a built-in one keeps.
    pub async fn edit_logical_group(
        &self,
        caller: &Caller,
        name: &str,
        change: &GroupChange,
    ) -> IpamResult<LogicalGroup> {
        let done = format!("changed the logical group {name}");
        self.change_groups(caller, Action::Edit, done, |tx| {
            edit::edit(tx, name, change)
        })
        .await
    }

    /// *Delete* of a group. Gives what was deleted; no object changes.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound`, `IpamApiCannotUpdateOrDeleteBuiltInLogicalGroup`.
    pub async fn remove_logical_group(
        &self,
        caller: &Caller,
        name: &str,
    ) -> IpamResult<LogicalGroup> {
        let done = format!("removed the logical group {name}");
        self.change_groups(caller, Action::Delete, done, |tx| edit::remove(tx, name))
            .await
    }

    /// The logical groups: the built-in ones, then the others by name.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_logical_group(&self, caller: &Caller) -> IpamResult<Vec<LogicalGroup>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            let groups = rows::groups(tx)?.into_iter();
            groups.map(|group| edit::shown(tx, group)).collect()
        })
    }

    /// The tree of a group in one family: its levels, how many objects are in each and, if asked
    /// for, which.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown group.
    pub async fn get_logical_group_members(
        &self,
        caller: &Caller,
        name: &str,
        family: AddressFamily,
        detail: Detail,
    ) -> IpamResult<(LogicalGroup, Level)> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            let group = edit::known(tx, name)?;
            let tree = members(tx, &group.name, family, detail)?;
            Ok((edit::shown(tx, group)?, tree))
        })
    }

    /// The *Current view* of the node IP Address Blocks in one family.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_address_space_view(
        &self,
        caller: &Caller,
        current: CurrentView,
        family: AddressFamily,
        detail: Detail,
    ) -> IpamResult<Level> {
        self.authorize(caller, Right::Read).await?;
        self.store
            .read(|tx| view::view(tx, current, family, detail))
    }

    /// One change of groups behind the gate, in one transaction with its event. Groups are in no
    /// access scope but `\Global`.
    async fn change_groups<T>(
        &self,
        caller: &Caller,
        action: Action,
        done: String,
        work: impl FnOnce(&Tx<'_>) -> IpamResult<T>,
    ) -> IpamResult<T> {
        let demand = Demand::on(action, OperationGroup::LogicalGroup, Object::global());
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let result = work(tx)?;
            self.changed(tx, caller, Category::CustomFields, done)?;
            Ok(result)
        })
    }
}
