//! A machine's own folders, and hardening that refuses changes even to its administrators.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::estate::Hardening;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};

/// Makes a folder on a host.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewFolder {
    pub host: String,
    /// `D:\IPAM`.
    pub path: String,
}

impl Arguments for NewFolder {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.host)?, stage.lab.now());
        stage.lab.estate_mut().make_folder(&host, &self.path, at)?;
        Ok(())
    }
}

/// Shows the files of a folder of a host.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowFolder {
    pub host: String,
    pub path: String,
}

impl Arguments for ShowFolder {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let files = {
            let estate = stage.lab.estate();
            let folder = estate.host(&host).and_then(|host| host.folder(&self.path));
            let documents = estate.host(&host).into_iter();
            let documents = documents.flat_map(|host| host.documents_in(&self.path));
            let documents: Vec<String> = documents.map(|one| one.name.clone()).collect();
            folder.map(|files| files.keys().cloned().chain(documents).collect::<Vec<_>>())
        };
        let Some(files) = files else {
            return Err(StepError::Impossible(format!(
                "`{host}` has no folder `{}`",
                self.path
            )));
        };
        let listed = match files.as_slice() {
            [] => "no file".to_owned(),
            files => files.join(", "),
        };
        stage.say(format!("{}: {listed}", self.path));
        Ok(())
    }
}

/// Deletes a file of a folder of a host.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveFile {
    pub host: String,
    pub path: String,
    pub file: String,
}

impl Arguments for RemoveFile {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.host)?, stage.lab.now());
        let of = (self.path.as_str(), self.file.as_str());
        let written = stage.lab.estate_mut().write_file(&host, of, None, at)?;
        match written {
            true => Ok(()),
            false => Err(StepError::Impossible(format!(
                "`{host}` has no folder `{}`",
                self.path
            ))),
        }
    }
}

/// What a security product or template refuses on a host, and what it lets through again.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HardenHost {
    pub host: String,
    #[serde(default)]
    pub refuse: BTreeSet<Hardening>,
    #[serde(default)]
    pub allow: BTreeSet<Hardening>,
}

impl Arguments for HardenHost {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.host)?, stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        for change in &self.refuse {
            estate.harden(&host, *change, true, at)?;
        }
        for change in &self.allow {
            estate.harden(&host, *change, false, at)?;
        }
        Ok(())
    }
}
