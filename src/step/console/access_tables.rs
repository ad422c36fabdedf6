//! Roles, access scopes and policies as the console lists them.

use crate::ipam::rbac::{AccessPolicy, AccessRole, AccessScope};
use crate::lab::observation::Table;

pub fn roles(roles: &[AccessRole]) -> Table {
    let mut table = Table::new("roles", &["role", "built-in", "operations"]);
    for role in roles {
        let built_in = if role.built_in { "yes" } else { "no" };
        table.row(vec![
            role.name.clone(),
            built_in.to_owned(),
            role.words().join(", "),
        ]);
    }
    table
}

pub fn scopes(scopes: &[AccessScope]) -> Table {
    let mut table = Table::new("access scopes", &["access scope", "description"]);
    for scope in scopes {
        table.row(vec![scope.path.to_string(), scope.description.clone()]);
    }
    table
}

/// One row for everything that a policy gives.
pub fn policies(policies: &[AccessPolicy]) -> Table {
    let mut table = Table::new("access policies", &["account", "role", "access scope"]);
    for policy in policies {
        for grant in &policy.grants {
            table.row(vec![
                policy.account.clone(),
                grant.role.clone(),
                grant.scope.to_string(),
            ]);
        }
    }
    table
}
