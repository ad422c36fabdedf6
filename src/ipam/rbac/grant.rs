//! What the policies give a caller.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Sid;
use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::demand::Demand;
use super::object_scope::scope_of;
use super::operation::Operation;
use super::policy::Grant;
use super::right::Right;
use super::rows;
use super::scope::ScopePath;

/// The local groups of the IPAM server that a caller is in, and every SID of its token there.
#[derive(Debug, Default)]
pub(super) struct Membership {
    pub groups: BTreeSet<String>,
    /// Empty when there is no policy to hold it against.
    pub token: BTreeSet<Sid>,
}

/// Whether the policies of `token` give what `demand` asks for and the groups did not.
pub(super) fn granted(tx: &Tx<'_>, token: &BTreeSet<Sid>, demand: &Demand) -> IpamResult<bool> {
    let policies = rows::policies(tx)?;
    let grants: Vec<Grant> = policies
        .into_iter()
        .filter(|policy| token.contains(&policy.sid))
        .flat_map(|policy| policy.grants)
        .collect();
    let wanted = match demand {
        // Nobody can work on what the console does not show.
        Demand::Right(Right::Read) => return Ok(!grants.is_empty()),
        Demand::Right(_) => return Ok(false),
        Demand::Operations(_) if grants.is_empty() => return Ok(false),
        Demand::Operations(wanted) => wanted,
    };
    let roles: BTreeMap<String, BTreeSet<Operation>> = rows::roles(tx)?
        .into_iter()
        .map(|role| (role.name, role.operations))
        .collect();
    let has = |grant: &Grant, operation: Operation, scope: &ScopePath| {
        grant.scope.covers(scope)
            && roles
                .get(&grant.role)
                .is_some_and(|operations| operations.contains(&operation))
    };
    for (operation, object) in wanted {
        let scope = scope_of(tx, object)?.path;
        if !grants.iter().any(|grant| has(grant, *operation, &scope)) {
            return Ok(false);
        }
    }
    Ok(true)
}
