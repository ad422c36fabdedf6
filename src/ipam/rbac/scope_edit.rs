//! Adding and deleting access scopes.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::store::Tx;
use crate::ipam::store::access_rows::AccessKind;

use super::operation::{Action, OperationGroup};
use super::right::Right;
use super::role_edit::{check_description, edit_access};
use super::rows;
use super::scope::{AccessScope, ScopePath};

/// What deleting a scope took along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedScopes {
    /// The scope and those below it.
    pub scopes: Vec<ScopePath>,
    /// Accounts whose policies lost what they gave in these scopes.
    pub policies: Vec<String>,
    /// Objects that were in one of them, and are in `moved_to` now.
    pub objects: Vec<String>,
    pub moved_to: ScopePath,
}

/// The scope at this path, spelled as it was added.
pub(super) fn known_scope(tx: &Tx<'_>, path: &ScopePath) -> IpamResult<AccessScope> {
    let mut scopes = rows::scopes(tx)?.into_iter();
    scopes
        .find(|scope| scope.path == *path)
        .ok_or_else(|| IpamError::not_found(format!("there is no access scope `{path}`")))
}

impl Ipam {
    /// The access scopes, each after the one above it.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_access_scope(&self, caller: &Caller) -> IpamResult<Vec<AccessScope>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(rows::scopes)
    }

    /// *Add Access Scope* below `parent`.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` when there is no such parent; `IpamApiInvalidParameter` for a label
    /// that is taken, empty, over 255 characters, or has `/` or `\`.
    pub async fn add_access_scope(
        &self,
        caller: &Caller,
        parent: &ScopePath,
        label: &str,
        description: &str,
    ) -> IpamResult<AccessScope> {
        let demand = edit_access(Action::Add, OperationGroup::AccessScope);
        self.authorize(caller, demand).await?;
        check_description(description)?;
        self.store.transaction(|tx| {
            let parent = known_scope(tx, parent)?;
            let path = parent.path.child(label);
            let path = path.map_err(|error| IpamError::parameter(error.to_string()))?;
            if known_scope(tx, &path).is_ok() {
                return Err(IpamError::parameter(format!(
                    "there is an access scope `{path}` already"
                )));
            }
            let scope = AccessScope {
                path,
                description: description.to_owned(),
            };
            rows::put_scope(tx, &scope)?;
            let done = format!("added the access scope {}", scope.path);
            self.changed(tx, caller, Category::AccessControl, done)?;
            Ok(scope)
        })
    }

    /// *Edit Access Scope*: its description. A label stays what it is.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound`, `IpamApiInvalidParameter`.
    pub async fn set_access_scope(
        &self,
        caller: &Caller,
        path: &ScopePath,
        description: &str,
    ) -> IpamResult<AccessScope> {
        let demand = edit_access(Action::Edit, OperationGroup::AccessScope);
        self.authorize(caller, demand).await?;
        check_description(description)?;
        self.store.transaction(|tx| {
            let scope = AccessScope {
                description: description.to_owned(),
                ..known_scope(tx, path)?
            };
            rows::put_scope(tx, &scope)?;
            let done = format!("changed the access scope {}", scope.path);
            self.changed(tx, caller, Category::AccessControl, done)?;
            Ok(scope)
        })
    }

    /// *Delete Access Scope*, with those below it (domain 9.9).
    ///
    /// The sources do not say what becomes of whatever points there. Nobody may gain a right by
    /// it, so policies lose what they gave in the scopes that go, and objects move to the scope
    /// above: whoever may act on them there could before. Were they to inherit instead, their
    /// parent's administrators would get them.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound`; `IpamApiCannotDeleteGlobalAccessScope`.
    pub async fn remove_access_scope(
        &self,
        caller: &Caller,
        path: &ScopePath,
    ) -> IpamResult<RemovedScopes> {
        let demand = edit_access(Action::Delete, OperationGroup::AccessScope);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let removed = remove(tx, path)?;
            for path in &removed.scopes {
                let done = format!("deleted the access scope {path}");
                self.changed(tx, caller, Category::AccessControl, done)?;
            }
            Ok(removed)
        })
    }
}

fn remove(tx: &Tx<'_>, path: &ScopePath) -> IpamResult<RemovedScopes> {
    let gone = known_scope(tx, path)?.path;
    let Some(moved_to) = gone.parent() else {
        return Err(IpamError::new(
            ErrorId::IpamApiCannotDeleteGlobalAccessScope,
            format!("`{gone}` cannot be deleted; everything is in it or below"),
        ));
    };
    let mut removed = RemovedScopes {
        scopes: Vec::new(),
        policies: Vec::new(),
        objects: Vec::new(),
        moved_to,
    };
    for scope in rows::scopes(tx)? {
        if gone.covers(&scope.path) {
            rows::delete(tx, AccessKind::AccessScope, &scope.path.to_string())?;
            removed.scopes.push(scope.path);
        }
    }
    for mut policy in rows::policies(tx)? {
        let before = policy.grants.len();
        policy.grants.retain(|grant| !gone.covers(&grant.scope));
        if policy.grants.len() == before {
            continue;
        }
        match policy.grants.is_empty() {
            true => rows::delete(tx, AccessKind::Policy, &policy.account).map(drop)?,
            false => rows::put_policy(tx, &policy)?,
        }
        removed.policies.push(policy.account);
    }
    for (object, scope) in rows::object_scopes(tx)? {
        if gone.covers(&scope) {
            rows::put_object_scope(tx, &object, &removed.moved_to)?;
            removed.objects.push(object);
        }
    }
    Ok(removed)
}
