//! The gate of an operation whose objects only its input names, such as the rows of a file.

use std::collections::BTreeSet;

use crate::base::{AccountName, Sid};
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::Tx;

use super::demand::Demand;
use super::gate::is_member;
use super::grant::granted;
use super::object::Object;
use super::object_scope::scope_of;
use super::operation::{Action, Operation, OperationGroup};
use super::right::Right;

/// What a caller may do with objects of one kind, to be asked object by object.
#[derive(Debug, Clone)]
pub(crate) enum Permit {
    /// Everything, everywhere: the local groups give it, or nobody is asked.
    Everywhere,
    /// What the policies give.
    ByPolicy {
        account: AccountName,
        token: BTreeSet<Sid>,
        group: OperationGroup,
    },
}

impl Permit {
    /// The same caller's permit for objects of another kind, given by the same local groups.
    pub(crate) fn of(&self, other: OperationGroup) -> Permit {
        let mut permit = self.clone();
        if let Permit::ByPolicy { group, .. } = &mut permit {
            *group = other;
        }
        permit
    }

    /// Refuses an action on an object that the caller may not do.
    ///
    /// # Errors
    /// `IpamApiAccessDenied`.
    pub(crate) fn check(
        &self,
        tx: &Tx<'_>,
        action: Action,
        object: impl FnOnce() -> Object,
    ) -> IpamResult<()> {
        let Permit::ByPolicy {
            account,
            token,
            group,
        } = self
        else {
            return Ok(());
        };
        let object = object();
        let demand = Demand::on(action, *group, object.clone());
        if granted(tx, token, &demand)? {
            return Ok(());
        }
        let (operation, scope) = (Operation(action, *group), scope_of(tx, &object)?.path);
        Err(IpamError::new(
            ErrorId::IpamApiAccessDenied,
            format!(
                "`{account}` may not `{operation}` in `{scope}`; that takes a policy for that \
                 scope with a role that may"
            ),
        ))
    }
}

impl Ipam {
    /// The gate of an operation on objects of `group` that are named one after the other.
    pub(crate) async fn authorize_each(
        &self,
        caller: &Caller,
        group: OperationGroup,
    ) -> IpamResult<Permit> {
        // Whoever may do anything to anything may read.
        self.authorize(caller, Right::Read).await?;
        let member = self.membership(caller).await?;
        if is_member(&member.groups, group.groups()) {
            return Ok(Permit::Everywhere);
        }
        Ok(Permit::ByPolicy {
            account: caller.account.clone(),
            token: member.token,
            group,
        })
    }
}
