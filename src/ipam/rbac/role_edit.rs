//! Adding, editing and deleting roles.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::store::Tx;
use crate::ipam::store::access_rows::AccessKind;

use super::demand::Demand;
use super::object::Object;
use super::operation::{Action, OperationGroup};
use super::right::Right;
use super::role::{AccessRole, RoleChange};
use super::rows;

/// Characters of the longest name and of the longest description (domain 9.9).
const NAME_MAX: usize = 255;
pub(super) const DESCRIPTION_MAX: usize = 4000;

/// Roles, policies and the tree of scopes belong to no scope but `\Global`.
pub(super) fn edit_access(action: Action, group: OperationGroup) -> Demand {
    Demand::on(action, group, Object::global())
}

pub(super) fn check_description(text: &str) -> IpamResult<()> {
    let length = text.chars().count();
    if length > DESCRIPTION_MAX {
        return Err(IpamError::parameter(format!(
            "the description has {length} characters; {DESCRIPTION_MAX} are allowed"
        )));
    }
    Ok(())
}

fn check(role: &AccessRole) -> IpamResult<()> {
    let length = role.name.chars().count();
    if !(1..=NAME_MAX).contains(&length) {
        return Err(IpamError::parameter(format!(
            "the role's name has {length} characters; 1 to {NAME_MAX} are allowed"
        )));
    }
    if role.operations.is_empty() {
        return Err(IpamError::parameter(format!(
            "the role `{}` has no operation; name at least one",
            role.name
        )));
    }
    check_description(&role.description)
}

/// The role of this name, in any case.
pub(super) fn known_role(tx: &Tx<'_>, name: &str) -> IpamResult<AccessRole> {
    let mut roles = rows::roles(tx)?.into_iter();
    roles
        .find(|role| role.name.to_lowercase() == name.to_lowercase())
        .ok_or_else(|| IpamError::not_found(format!("there is no role `{name}`")))
}

/// The role of this name, provided that it is a custom one.
fn custom_role(tx: &Tx<'_>, name: &str) -> IpamResult<AccessRole> {
    let role = known_role(tx, name)?;
    if role.built_in {
        return Err(IpamError::new(
            ErrorId::IpamApiCannotUpdateOrDeleteBuiltInRole,
            format!("`{}` is built in; add a role of your own", role.name),
        ));
    }
    Ok(role)
}

impl Ipam {
    /// The roles, by name.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_access_role(&self, caller: &Caller) -> IpamResult<Vec<AccessRole>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(rows::roles)
    }

    /// *Add User Role*. Whatever `role` says, it is a custom one.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for a name that is taken or too long, a description over 4000
    /// characters, or no operation.
    pub async fn add_access_role(
        &self,
        caller: &Caller,
        role: AccessRole,
    ) -> IpamResult<AccessRole> {
        let demand = edit_access(Action::Add, OperationGroup::AccessPolicy);
        self.authorize(caller, demand).await?;
        let role = AccessRole {
            built_in: false,
            ..role
        };
        check(&role)?;
        self.store.transaction(|tx| {
            if known_role(tx, &role.name).is_ok() {
                return Err(IpamError::parameter(format!(
                    "there is a role `{}` already",
                    role.name
                )));
            }
            rows::put_role(tx, &role)?;
            let done = format!("added the role {}", role.name);
            self.changed(tx, caller, Category::AccessControl, done)
        })?;
        Ok(role)
    }

    /// *Edit User Role* of a custom role. Policies that name it give from now on what it has now.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound`, `IpamApiCannotUpdateOrDeleteBuiltInRole`, and what adding refuses.
    pub async fn set_access_role(
        &self,
        caller: &Caller,
        name: &str,
        change: RoleChange,
    ) -> IpamResult<AccessRole> {
        let demand = edit_access(Action::Edit, OperationGroup::AccessPolicy);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let mut role = custom_role(tx, name)?;
            role.description = change.description.unwrap_or(role.description);
            role.operations = change.operations.unwrap_or(role.operations);
            check(&role)?;
            rows::put_role(tx, &role)?;
            let done = format!("changed the role {}", role.name);
            self.changed(tx, caller, Category::AccessControl, done)?;
            Ok(role)
        })
    }

    /// *Delete User Role* of a custom role that no policy names.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound`, `IpamApiCannotUpdateOrDeleteBuiltInRole`, and
    /// `IpamApiAccessRoleInUse` with the policies.
    pub async fn remove_access_role(&self, caller: &Caller, name: &str) -> IpamResult<()> {
        let demand = edit_access(Action::Delete, OperationGroup::AccessPolicy);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let role = custom_role(tx, name)?;
            let users: Vec<String> = rows::policies(tx)?
                .into_iter()
                .filter(|policy| policy.grants.iter().any(|grant| grant.role == role.name))
                .map(|policy| policy.account)
                .collect();
            if !users.is_empty() {
                return Err(IpamError::new(
                    ErrorId::IpamApiAccessRoleInUse,
                    format!(
                        "the policies of `{}` give `{}`; change them first",
                        users.join("`, `"),
                        role.name
                    ),
                ));
            }
            rows::delete(tx, AccessKind::Role, &role.name)?;
            let done = format!("deleted the role {}", role.name);
            self.changed(tx, caller, Category::AccessControl, done)
        })
    }
}
