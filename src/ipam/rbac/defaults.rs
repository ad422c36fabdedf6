//! What provisioning puts into the database: the built-in roles and the root of the scopes.

use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::role::BuiltInRole;
use super::rows::{put_role, put_scope};
use super::scope::{AccessScope, ScopePath};

/// Creates the default roles and the scope `\Global`; gives how many roles there are
/// (domain 2.2 step 4). Repeating it changes nothing.
pub(crate) fn create_default_roles(tx: &Tx<'_>) -> IpamResult<usize> {
    for role in BuiltInRole::ALL {
        put_role(tx, &role.role())?;
    }
    let root = AccessScope {
        path: ScopePath::global(),
        description: String::new(),
    };
    put_scope(tx, &root)?;
    Ok(BuiltInRole::ALL.len())
}
