//! Adding, editing and deleting policies.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::store::Tx;
use crate::ipam::store::access_rows::AccessKind;
use crate::wire::windows::Win32Error;

use super::operation::{Action, OperationGroup};
use super::policy::{AccessPolicy, Grant, NewPolicy};
use super::right::Right;
use super::role_edit::{check_description, edit_access, known_role};
use super::rows;
use super::scope_edit::known_scope;

/// The grants with roles and scopes spelled as they were added, each once.
fn checked(tx: &Tx<'_>, grants: &[Grant]) -> IpamResult<Vec<Grant>> {
    if grants.is_empty() {
        return Err(IpamError::parameter(
            "the policy gives nothing; name a role and an access scope",
        ));
    }
    let mut known: Vec<Grant> = Vec::new();
    for grant in grants {
        let grant = Grant {
            role: known_role(tx, &grant.role)?.name,
            scope: known_scope(tx, &grant.scope)?.path,
        };
        if !known.contains(&grant) {
            known.push(grant);
        }
    }
    Ok(known)
}

fn known_policy(tx: &Tx<'_>, account: &str) -> IpamResult<AccessPolicy> {
    let mut policies = rows::policies(tx)?.into_iter();
    policies
        .find(|policy| policy.account.to_lowercase() == account.to_lowercase())
        .ok_or_else(|| IpamError::not_found(format!("there is no policy of `{account}`")))
}

impl Ipam {
    /// The policies, by account.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_access_policy(&self, caller: &Caller) -> IpamResult<Vec<AccessPolicy>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(rows::policies)
    }

    /// *Add Access Policy* for a user or group that the directory knows.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an account, role or scope that there is not;
    /// `IpamApiInvalidParameter` for an account that has a policy, or no grant;
    /// `IpamApiDirectoryQueryFailed` when no controller answers.
    pub async fn add_access_policy(
        &self,
        caller: &Caller,
        policy: NewPolicy,
    ) -> IpamResult<AccessPolicy> {
        let demand = edit_access(Action::Add, OperationGroup::AccessPolicy);
        self.authorize(caller, demand).await?;
        check_description(&policy.description)?;
        let found = self.principal(caller, &policy.account).await;
        let (sid, account) = found.map_err(|error| match error.error {
            Win32Error::ERROR_DS_NO_SUCH_OBJECT => IpamError::not_found(format!(
                "the directory knows no user or group `{}`",
                policy.account
            )),
            _ => IpamError::new(
                ErrorId::IpamApiDirectoryQueryFailed,
                format!(
                    "the directory cannot be asked for `{}`: {error}",
                    policy.account
                ),
            ),
        })?;
        self.store.transaction(|tx| {
            if rows::policies(tx)?.iter().any(|known| known.sid == sid) {
                return Err(IpamError::parameter(format!(
                    "`{account}` has a policy already; edit it"
                )));
            }
            let policy = AccessPolicy {
                account,
                sid,
                description: policy.description,
                grants: checked(tx, &policy.grants)?,
            };
            rows::put_policy(tx, &policy)?;
            let done = format!("added the access policy of {}", policy.account);
            self.changed(tx, caller, Category::AccessControl, done)?;
            Ok(policy)
        })
    }

    /// *Edit Access Policy*: `grants` in place of those it had.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an account without a policy, or a role or scope that there is
    /// not; `IpamApiInvalidParameter` for no grant.
    pub async fn set_access_policy(
        &self,
        caller: &Caller,
        account: &str,
        grants: &[Grant],
    ) -> IpamResult<AccessPolicy> {
        let demand = edit_access(Action::Edit, OperationGroup::AccessPolicy);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let mut policy = known_policy(tx, account)?;
            policy.grants = checked(tx, grants)?;
            rows::put_policy(tx, &policy)?;
            let done = format!("changed the access policy of {}", policy.account);
            self.changed(tx, caller, Category::AccessControl, done)?;
            Ok(policy)
        })
    }

    /// *Delete Access Policy*.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an account without a policy.
    pub async fn remove_access_policy(&self, caller: &Caller, account: &str) -> IpamResult<()> {
        let demand = edit_access(Action::Delete, OperationGroup::AccessPolicy);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let policy = known_policy(tx, account)?;
            rows::delete(tx, AccessKind::Policy, &policy.account)?;
            let done = format!("deleted the access policy of {}", policy.account);
            self.changed(tx, caller, Category::AccessControl, done)
        })
    }
}
