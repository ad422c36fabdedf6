//! Computers and their accounts: deleted, made again, known by a further name, upgraded.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::estate::Os;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, parameter};

/// The host whose computer account is deleted in its domain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DeleteComputerAccount(pub String);

impl Arguments for DeleteComputerAccount {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0)?;
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        estate.delete_computer_account(&host, at)?;
        Ok(())
    }
}

/// The host that joins its domain again, with a new account, and restarts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct JoinDomain(pub String);

impl Arguments for JoinDomain {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0)?;
        let at = stage.lab.now();
        stage.lab.estate_mut().join_domain(&host, at)?;
        stage.lab.restart_host(&host)?;
        Ok(())
    }
}

/// A further name of a computer in the directory, as `netdom computername /add` makes it. DNS
/// needs a record of its own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddComputerName {
    pub host: String,
    /// In full: `newname.corp.example`.
    pub name: String,
}

impl Arguments for AddComputerName {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let name = parameter(&self.name)?;
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        estate.add_computer_name(&host, name, at)?;
        Ok(())
    }
}

/// A later Windows Server on a host, which restarts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UpgradeOs {
    pub host: String,
    /// As under `os` of a host: `2008 R2`, `2022`.
    pub os: String,
}

impl Arguments for UpgradeOs {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let wanted = format!("Windows Server {}", self.os);
        let found = Os::ALL.into_iter().find(|os| os.name() == wanted);
        let unknown = || StepError::Impossible(format!("there is no `{wanted}`"));
        let os = found.ok_or_else(unknown)?;
        let at = stage.lab.now();
        stage.lab.estate_mut().upgrade_os(&host, os, at)?;
        stage.lab.restart_host(&host)?;
        Ok(())
    }
}
