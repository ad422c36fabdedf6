//! The console's *Access Control* node: roles, access scopes, access policies (domain 9.9).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::rbac::{AccessRole, Grant, NewPolicy, RoleChange, ScopePath, operations_of};
use crate::ipam::{ErrorId, IpamError};
use crate::step::cmdlet::access_scope::{AccessObject, object_scope};
use crate::step::cmdlet::common::Session;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, parameter};

use super::access_tables as tables;

/// Reads words of operations and of groups of them.
fn operations(
    words: &[String],
) -> Result<std::collections::BTreeSet<crate::ipam::rbac::Operation>, StepError> {
    operations_of(words.iter().map(String::as_str))
        .map_err(|error| IpamError::new(ErrorId::IpamApiInvalidParameter, error.to_string()).into())
}

/// Add User Role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddAccessRole {
    /// At most 255 characters.
    pub name: String,
    /// At most 4000 characters.
    #[serde(default)]
    pub description: String,
    /// `add DHCP reservation`, or `DHCP reservation` for everything about reservations.
    pub operations: Vec<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddAccessRole {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let role = AccessRole {
            name: self.name.clone(),
            description: self.description.clone(),
            built_in: false,
            operations: operations(&self.operations)?,
        };
        let added = session.ipam.add_access_role(&session.caller, role).await?;
        stage.table(tables::roles(&[added]));
        Ok(())
    }
}

/// Edit User Role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EditAccessRole {
    pub name: String,
    pub description: Option<String>,
    /// In place of those it had.
    pub operations: Option<Vec<String>>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for EditAccessRole {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let change = RoleChange {
            description: self.description.clone(),
            operations: match &self.operations {
                Some(words) => Some(operations(words)?),
                None => None,
            },
        };
        let Session { ipam, caller, .. } = &session;
        let role = ipam.set_access_role(caller, &self.name, change).await?;
        stage.table(tables::roles(&[role]));
        Ok(())
    }
}

/// A role by its name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveAccessRole {
    pub name: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveAccessRole {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        ipam.remove_access_role(caller, &self.name).await?;
        stage.say(format!("role {} deleted", self.name));
        Ok(())
    }
}

/// Add Access Scope.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddAccessScope {
    /// The scope it is added below; `\Global` by default.
    pub parent: Option<String>,
    /// At most 255 characters, without `/` and `\`.
    pub label: String,
    #[serde(default)]
    pub description: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddAccessScope {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let parent = match &self.parent {
            Some(path) => parameter(path)?,
            None => ScopePath::global(),
        };
        let Session { ipam, caller, .. } = &session;
        let added = ipam
            .add_access_scope(caller, &parent, &self.label, &self.description)
            .await?;
        stage.say(format!("access scope {} added", added.path));
        Ok(())
    }
}

/// Edit Access Scope.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EditAccessScope {
    /// `\Global\Europe`.
    pub path: String,
    pub description: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for EditAccessScope {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        let changed = ipam
            .set_access_scope(caller, &parameter(&self.path)?, &self.description)
            .await?;
        stage.table(tables::scopes(&[changed]));
        Ok(())
    }
}

/// Delete Access Scope.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveAccessScope {
    /// `\Global\Europe`.
    pub path: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveAccessScope {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        let path = parameter(&self.path)?;
        let removed = ipam.remove_access_scope(caller, &path).await?;
        for path in &removed.scopes {
            stage.say(format!("access scope {path} deleted"));
        }
        for account in &removed.policies {
            stage.say(format!("policy of {account} gives nothing there any more"));
        }
        for object in &removed.objects {
            stage.say(format!("{object} is in {} now", removed.moved_to));
        }
        Ok(())
    }
}

/// One thing a policy gives.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Given {
    pub role: String,
    /// `\Global\Europe`.
    pub scope: String,
}

fn grants(given: &[Given]) -> Result<Vec<Grant>, StepError> {
    let grant = |given: &Given| {
        Ok(Grant {
            role: given.role.clone(),
            scope: parameter(&given.scope)?,
        })
    };
    given.iter().map(grant).collect()
}

/// Add Access Policy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddAccessPolicy {
    /// The user or group.
    pub account: String,
    #[serde(default)]
    pub description: String,
    /// Roles, each with the access scope it is given for.
    pub gives: Vec<Given>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddAccessPolicy {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let policy = NewPolicy {
            account: self.account.clone(),
            description: self.description.clone(),
            grants: grants(&self.gives)?,
        };
        let added = session
            .ipam
            .add_access_policy(&session.caller, policy)
            .await?;
        stage.table(tables::policies(&[added]));
        Ok(())
    }
}

/// Edit Access Policy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EditAccessPolicy {
    pub account: String,
    /// In place of what it gave.
    pub gives: Vec<Given>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for EditAccessPolicy {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let grants = grants(&self.gives)?;
        let Session { ipam, caller, .. } = &session;
        let changed = ipam
            .set_access_policy(caller, &self.account, &grants)
            .await?;
        stage.table(tables::policies(&[changed]));
        Ok(())
    }
}

/// Delete Access Policy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveAccessPolicy {
    pub account: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveAccessPolicy {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        ipam.remove_access_policy(caller, &self.account).await?;
        stage.say(format!("policy of {} deleted", self.account));
        Ok(())
    }
}

/// Shows roles, access scopes and policies.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowAccessControl {
    /// Instead: the access scope of this object.
    pub of: Option<AccessObject>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowAccessControl {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
        if let Some(object) = &self.of {
            object.mentions(to);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        if let Some(object) = &self.of {
            let object = object.object(stage, &session).await?;
            let now = ipam.get_object_access_scope(caller, &object).await?;
            stage.table(object_scope(&object, &now));
            return Ok(());
        }
        let roles = ipam.get_access_role(caller).await?;
        let scopes = ipam.get_access_scope(caller).await?;
        let policies = ipam.get_access_policy(caller).await?;
        stage.table(tables::roles(&roles));
        stage.table(tables::scopes(&scopes));
        stage.table(tables::policies(&policies));
        Ok(())
    }
}
