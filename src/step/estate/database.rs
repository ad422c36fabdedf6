//! The IPAM database under the hands of somebody with a SQL tool, who goes past IPAM.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::store::access_rows::AccessKind;
use crate::ipam::store::by_hand::HandEdit;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};

/// What a row describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    Role,
    AccessScope,
    Policy,
    /// The key of the hashes over roles, scopes and policies.
    SecretKey,
    /// The server's configuration.
    Configuration,
}

/// One edit of one row. For a role, access scope or policy either `replace` and `with`, or
/// `delete`; for the secret key `delete`; for the configuration `port`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EditDatabaseRow {
    pub kind: RowKind,
    /// Name of the role, path of the access scope, account of the policy.
    pub name: Option<String>,
    /// Text in the row.
    pub replace: Option<String>,
    /// What stands there afterwards.
    pub with: Option<String>,
    /// Deletes the row.
    #[serde(default)]
    pub delete: bool,
    /// The port to write into the configuration, whether it is one or not.
    pub port: Option<i64>,
}

impl EditDatabaseRow {
    fn edit(&self) -> Option<HandEdit> {
        let kind = match self.kind {
            RowKind::Role => AccessKind::Role,
            RowKind::AccessScope => AccessKind::AccessScope,
            RowKind::Policy => AccessKind::Policy,
            RowKind::SecretKey => {
                let alone = self.delete && self.name.is_none() && self.port.is_none();
                return (alone && self.replace.is_none()).then_some(HandEdit::DeleteSecretKey);
            }
            RowKind::Configuration => {
                let alone = !self.delete && self.name.is_none() && self.replace.is_none();
                return self.port.filter(|_| alone).map(HandEdit::SetPort);
            }
        };
        let name = self.name.clone()?;
        match (&self.replace, &self.with, self.delete, self.port) {
            (Some(text), Some(by), false, None) => Some(HandEdit::Replace {
                kind,
                name,
                text: text.clone(),
                by: by.clone(),
            }),
            (None, None, true, None) => Some(HandEdit::DeleteRow { kind, name }),
            _ => None,
        }
    }
}

impl Arguments for EditDatabaseRow {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let edit = self.edit().ok_or_else(|| {
            StepError::Impossible(
                "this edits nothing: give `name` with `replace` and `with`, or with \
                 `delete: true`; for `kind: secret-key` only `delete: true`; for \
                 `kind: configuration` only `port`"
                    .to_owned(),
            )
        })?;
        let ipam = stage.lab.ipam_on(&stage.aim.server);
        let ipam = ipam.ok_or_else(|| no_server(stage))?;
        ipam.edit_database_by_hand(&edit)?;
        Ok(())
    }
}

/// Copies the rows that say who may do what.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct BackUpAccessRows(pub String);

impl Arguments for BackUpAccessRows {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let ipam = stage.lab.ipam_on(&stage.aim.server);
        let ipam = ipam.ok_or_else(|| no_server(stage))?;
        let rows = ipam.back_up_access_rows()?;
        stage.say(format!("{} rows", rows.len()));
        stage.backups.insert(self.0.clone(), rows);
        Ok(())
    }
}

/// Puts the rows of a backup back, and nothing else of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RestoreAccessRows(pub String);

impl Arguments for RestoreAccessRows {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let rows = stage.backups.get(&self.0).ok_or_else(|| {
            let name = &self.0;
            StepError::Impossible(format!(
                "there is no backup `{name}`: make it with `back-up-access-rows: {name}`"
            ))
        })?;
        let ipam = stage.lab.ipam_on(&stage.aim.server);
        let ipam = ipam.ok_or_else(|| no_server(stage))?;
        ipam.restore_access_rows(rows)?;
        Ok(())
    }
}

fn no_server(stage: &Stage<'_>) -> StepError {
    StepError::Impossible(format!("`{}` is no IPAM server", stage.aim.server))
}
