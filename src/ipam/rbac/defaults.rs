//! What provisioning puts into the database: the built-in roles and the root of the scopes.

use std::sync::LazyLock;

use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::role::BuiltInRole;
use super::rows::{put_role_text, put_scope, role_text};
use super::scope::{AccessScope, ScopePath};

/// The rows of the built-in roles: the same on every server, so they are written out once.
static ROLES: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let roles = BuiltInRole::ALL.iter();
    roles
        .map(|role| (role.name(), role_text(&role.role())))
        .collect()
});

/// Creates the default roles and the scope `\Global`; gives how many roles there are
/// (domain 2.2 step 4). Repeating it changes nothing.
pub(crate) fn create_default_roles(tx: &Tx<'_>) -> IpamResult<usize> {
    for (name, text) in ROLES.iter() {
        put_role_text(tx, name, text.clone())?;
    }
    let root = AccessScope {
        path: ScopePath::global(),
        description: String::new(),
    };
    put_scope(tx, &root)?;
    Ok(ROLES.len())
}
