//! In which scope an object is, and putting it into another.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::inventory::{ServerRole, known};
use crate::ipam::space::{
    block_exists, range_network, scope_exists, space_exists, space_spelled, subnet_exists,
    zone_servers,
};
use crate::ipam::store::Tx;
use crate::ipam::store::access_rows::AccessKind;

use super::demand::Demand;
use super::object::Object;
use super::operation::{Action, Operation, OperationGroup};
use super::right::Right;
use super::rows;
use super::scope::ScopePath;
use super::scope_edit::known_scope;

/// The scope an object is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectScope {
    pub path: ScopePath,
    /// Taken from the parent, or from `\Global` where there is none.
    pub inherited: bool,
}

/// Parameters of `Set-IpamAccessScope`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeChange {
    /// `-AccessScopePath`.
    Path(ScopePath),
    /// `-IsInheritedAccessScope`: the parent's scope again.
    Inherited,
}

/// The scope of an object: its own, else that of the nearest object above it that has one.
pub(super) fn scope_of(tx: &Tx<'_>, object: &Object) -> IpamResult<ObjectScope> {
    if let Object::Scope(path) = object {
        return Ok(ObjectScope {
            path: path.clone(),
            inherited: false,
        });
    }
    let own = |object: &Object| match object.key() {
        Some(key) => rows::object_scope(tx, &key),
        None => Ok(None),
    };
    if let Some(path) = own(object)? {
        return Ok(ObjectScope {
            path,
            inherited: false,
        });
    }
    let mut above = object.parent(tx)?;
    while let Some(object) = above {
        if let Some(path) = own(&object)? {
            return Ok(ObjectScope {
                path,
                inherited: true,
            });
        }
        above = object.parent(tx)?;
    }
    Ok(ObjectScope {
        path: ScopePath::global(),
        inherited: true,
    })
}

/// Forgets the scope set on an object that is removed: another with its key begins anew.
pub(crate) fn forget_object(tx: &Tx<'_>, object: &Object) -> IpamResult<()> {
    match object.key() {
        Some(key) => rows::delete(tx, AccessKind::Object, &key).map(drop),
        None => Ok(()),
    }
}

/// The scope set on an object goes with it when its key changes.
pub(crate) fn move_object(tx: &Tx<'_>, from: &Object, to: &Object) -> IpamResult<()> {
    let (Some(from), Some(to)) = (from.key(), to.key()) else {
        return Ok(());
    };
    match rows::object_scope(tx, &from)? {
        Some(scope) if from != to => {
            rows::delete(tx, AccessKind::Object, &from)?;
            rows::put_object_scope(tx, &to, &scope)
        }
        _ => Ok(()),
    }
}

/// The object with the stored spelling of its address space, by which it is kept.
fn spelled(tx: &Tx<'_>, object: &Object) -> IpamResult<Object> {
    let mut object = object.clone();
    let space = match &mut object {
        Object::AddressSpace(name) => Some(name),
        Object::Block(key) => Some(&mut key.address_space),
        Object::Subnet(key) => Some(&mut key.address_space),
        Object::Range { key, .. } => Some(&mut key.address_space),
        _ => None,
    };
    if let Some(space) = space {
        *space = space_spelled(tx, space)?;
    }
    Ok(object)
}

/// Refuses an object that IPAM does not know.
fn check_known(tx: &Tx<'_>, object: &Object) -> IpamResult<()> {
    let has_role = |name, role: ServerRole| known(tx, name).map(|it| it.roles.contains(&role));
    let is_known = match object {
        Object::Scope(_) | Object::Address(_) => {
            return Err(IpamError::parameter(format!(
                "`{object}` cannot be put into an access scope"
            )));
        }
        Object::AddressSpace(name) if name.is_default() => {
            return Err(IpamError::parameter(format!(
                "the address space `{name}` is in no access scope: put blocks into one"
            )));
        }
        Object::AddressSpace(name) => space_exists(tx, name)?,
        Object::Subnet(key) => subnet_exists(tx, key)?,
        Object::Block(key) => block_exists(tx, key)?,
        Object::Range { key, .. } => range_network(tx, key)?.is_some(),
        Object::DhcpServer(name) => has_role(name, ServerRole::Dhcp)?,
        Object::DnsServer(name) => has_role(name, ServerRole::Dns)?,
        Object::DhcpScope { server, scope } => scope_exists(tx, server, *scope)?,
        // Records are not collected; one that is yet to be made can be put into a scope.
        Object::DnsZone { zone, .. } | Object::DnsRecord { zone, .. } => {
            !zone_servers(tx, zone)?.is_empty()
        }
    };
    match is_known {
        true => Ok(()),
        false => Err(IpamError::not_found(format!(
            "there is no {object} in IPAM; add it, or retrieve its server's data"
        ))),
    }
}

impl Ipam {
    /// In which access scope an object is, as its row in the console shows it.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an object that IPAM does not know.
    pub async fn get_object_access_scope(
        &self,
        caller: &Caller,
        object: &Object,
    ) -> IpamResult<ObjectScope> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            let object = &spelled(tx, object)?;
            check_known(tx, object)?;
            scope_of(tx, object)
        })
    }

    /// `Set-IpamAccessScope`. The caller needs the operation both where the object is and where
    /// it goes; otherwise whoever may sort one scope could take objects out of reach of others,
    /// or into their own.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an object or a scope that there is not.
    pub async fn set_ipam_access_scope(
        &self,
        caller: &Caller,
        object: &Object,
        change: ScopeChange,
    ) -> IpamResult<ObjectScope> {
        let object = &self.store.read(|tx| spelled(tx, object))?;
        let target = match &change {
            ScopeChange::Path(path) => Object::Scope(path.clone()),
            ScopeChange::Inherited => {
                let above = self.store.read(|tx| object.parent(tx))?;
                above.unwrap_or_else(Object::global)
            }
        };
        let set = Operation(Action::Set, OperationGroup::AccessScope);
        let demand = Demand::Operations(vec![(set, object.clone()), (set, target)]);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            check_known(tx, object)?;
            let key = object.key().unwrap_or_default();
            match &change {
                ScopeChange::Path(path) => {
                    let scope = known_scope(tx, path)?;
                    rows::put_object_scope(tx, &key, &scope.path)?;
                }
                ScopeChange::Inherited => {
                    rows::delete(tx, AccessKind::Object, &key)?;
                }
            }
            let now = scope_of(tx, object)?;
            let done = format!("put the {object} into the access scope {}", now.path);
            self.changed(tx, caller, Category::AccessControl, done)?;
            Ok(now)
        })
    }
}
