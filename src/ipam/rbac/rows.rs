//! Roles, scopes, policies and objects' scopes as rows of the store.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::base::Sid;
use crate::ipam::configuration::integrity;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::Tx;
use crate::ipam::store::access_rows::{self, AccessKind, AccessRow};

use super::operation::{Operation, operations_of};
use super::policy::{AccessPolicy, Grant};
use super::role::AccessRole;
use super::scope::{AccessScope, ScopePath};

/// Members in alphabetical order: equal content has equal text, which is what is hashed.
#[derive(Serialize, Deserialize)]
struct RoleBody {
    built_in: bool,
    description: String,
    operations: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct ScopeBody {
    description: String,
}

#[derive(Serialize, Deserialize)]
struct PolicyBody {
    description: String,
    grants: Vec<Grant>,
    sid: Sid,
}

#[derive(Serialize, Deserialize)]
struct ObjectBody {
    scope: ScopePath,
}

fn unreadable(row: &AccessRow, why: impl std::fmt::Display) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        format!(
            "the {} `{}` in the database is none: {why}",
            row.kind, row.name
        ),
    )
}

fn body<T: DeserializeOwned>(row: &AccessRow) -> IpamResult<T> {
    serde_json::from_str(&row.body).map_err(|error| unreadable(row, error))
}

fn text(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("these types hold nothing JSON cannot write")
}

/// Writes one row with its hash.
fn put(tx: &Tx<'_>, kind: AccessKind, name: &str, body: String) -> IpamResult<()> {
    let mut row = AccessRow {
        kind,
        name: name.to_owned(),
        body,
        hash: String::new(),
    };
    row.hash = integrity::seal(tx, &row)?;
    access_rows::put(tx, &row)
}

fn role_of(row: &AccessRow) -> IpamResult<AccessRole> {
    let kept: RoleBody = body(row)?;
    let words = kept.operations.iter().map(String::as_str);
    let operations: BTreeSet<Operation> =
        operations_of(words).map_err(|error| unreadable(row, error))?;
    Ok(AccessRole {
        name: row.name.clone(),
        description: kept.description,
        built_in: kept.built_in,
        operations,
    })
}

/// The roles, by name.
pub(super) fn roles(tx: &Tx<'_>) -> IpamResult<Vec<AccessRole>> {
    let rows = access_rows::of_kind(tx, AccessKind::Role)?;
    rows.iter().map(role_of).collect()
}

pub(super) fn put_role(tx: &Tx<'_>, role: &AccessRole) -> IpamResult<()> {
    put_role_text(tx, &role.name, role_text(role))
}

/// A role as its row holds it.
pub(super) fn role_text(role: &AccessRole) -> String {
    text(&RoleBody {
        built_in: role.built_in,
        description: role.description.clone(),
        operations: role.words(),
    })
}

/// Writes a role from [`role_text`].
pub(super) fn put_role_text(tx: &Tx<'_>, name: &str, text: String) -> IpamResult<()> {
    put(tx, AccessKind::Role, name, text)
}

fn scope_of(row: &AccessRow) -> IpamResult<AccessScope> {
    let kept: ScopeBody = body(row)?;
    Ok(AccessScope {
        path: row.name.parse().map_err(|error| unreadable(row, error))?,
        description: kept.description,
    })
}

/// The scopes, each after the one above it.
pub(super) fn scopes(tx: &Tx<'_>) -> IpamResult<Vec<AccessScope>> {
    let rows = access_rows::of_kind(tx, AccessKind::AccessScope)?;
    rows.iter().map(scope_of).collect()
}

pub(super) fn put_scope(tx: &Tx<'_>, scope: &AccessScope) -> IpamResult<()> {
    let body = ScopeBody {
        description: scope.description.clone(),
    };
    put(
        tx,
        AccessKind::AccessScope,
        &scope.path.to_string(),
        text(&body),
    )
}

fn policy_of(row: &AccessRow) -> IpamResult<AccessPolicy> {
    let kept: PolicyBody = body(row)?;
    Ok(AccessPolicy {
        account: row.name.clone(),
        sid: kept.sid,
        description: kept.description,
        grants: kept.grants,
    })
}

/// The policies, by account.
pub(super) fn policies(tx: &Tx<'_>) -> IpamResult<Vec<AccessPolicy>> {
    let rows = access_rows::of_kind(tx, AccessKind::Policy)?;
    rows.iter().map(policy_of).collect()
}

pub(super) fn put_policy(tx: &Tx<'_>, policy: &AccessPolicy) -> IpamResult<()> {
    let body = PolicyBody {
        description: policy.description.clone(),
        grants: policy.grants.clone(),
        sid: policy.sid.clone(),
    };
    put(tx, AccessKind::Policy, &policy.account, text(&body))
}

/// The scope set on the object of this key.
pub(super) fn object_scope(tx: &Tx<'_>, key: &str) -> IpamResult<Option<ScopePath>> {
    let row = access_rows::one(tx, AccessKind::Object, key)?;
    let kept = row.as_ref().map(body::<ObjectBody>).transpose()?;
    Ok(kept.map(|kept| kept.scope))
}

/// Every object that has a scope of its own, by key.
pub(super) fn object_scopes(tx: &Tx<'_>) -> IpamResult<Vec<(String, ScopePath)>> {
    let rows = access_rows::of_kind(tx, AccessKind::Object)?;
    rows.iter()
        .map(|row| Ok((row.name.clone(), body::<ObjectBody>(row)?.scope)))
        .collect()
}

pub(super) fn put_object_scope(tx: &Tx<'_>, key: &str, scope: &ScopePath) -> IpamResult<()> {
    let body = ObjectBody {
        scope: scope.clone(),
    };
    put(tx, AccessKind::Object, key, text(&body))
}

/// Removes a row; whether it was there.
pub(super) fn delete(tx: &Tx<'_>, kind: AccessKind, name: &str) -> IpamResult<bool> {
    access_rows::delete(tx, kind, name)
}
