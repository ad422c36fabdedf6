//! Shares of a host.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::estate::sid;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};

/// A new share, as `net share name=path /grant:account,read` makes it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewShare {
    pub host: String,
    /// `dhcpaudit`.
    pub name: String,
    /// Its folder; that of the DHCP audit log by default.
    pub path: Option<String>,
    /// Accounts that may read.
    #[serde(default)]
    pub read: Vec<String>,
}

impl Arguments for NewShare {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let at = stage.lab.now();
        let log_path = || {
            let estate = stage.lab.estate();
            let machine = estate.host(&host)?;
            machine
                .registry
                .get(crate::estate::registry::DHCP_LOG_FILE_PATH)
                .map(str::to_owned)
        };
        let path = self.path.clone().or_else(log_path).ok_or_else(|| {
            StepError::Impossible(format!(
                "`{host}` has no DHCP audit log to share; give `path`"
            ))
        })?;
        stage
            .lab
            .estate_mut()
            .add_share(&host, &self.name, &path, at)?;
        for account in &self.read {
            let trustee = stage.sid(account)?;
            stage
                .lab
                .estate_mut()
                .grant_share(&host, &self.name, &trustee, at)?;
        }
        stage.say(format!("{} shares {path}", self.name));
        Ok(())
    }
}

/// A share of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveShare {
    pub host: String,
    pub name: String,
}

impl Arguments for RemoveShare {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let at = stage.lab.now();
        stage.lab.estate_mut().remove_share(&host, &self.name, at)?;
        Ok(())
    }
}

/// Read access to a share for an account.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShareAccess {
    pub host: String,
    pub name: String,
    pub account: String,
}

impl Arguments for ShareAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, trustee) = (stage.host(&self.host)?, stage.sid(&self.account)?);
        let at = stage.lab.now();
        if !stage
            .lab
            .estate_mut()
            .grant_share(&host, &self.name, &trustee, at)?
        {
            stage.say(format!("{} may read it already", self.account));
        }
        Ok(())
    }
}

/// Read access to a share, taken away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RevokeShareAccess(pub ShareAccess);

impl Arguments for RevokeShareAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, trustee) = (stage.host(&self.0.host)?, stage.sid(&self.0.account)?);
        let at = stage.lab.now();
        stage
            .lab
            .estate_mut()
            .revoke_share(&host, &self.0.name, &trustee, at)?;
        Ok(())
    }
}

/// Read permission (NTFS) for an account on the folder of the DHCP audit log.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FolderAccess {
    pub host: String,
    pub account: String,
    /// The folder; that of the DHCP audit log by default.
    pub path: Option<String>,
}

impl FolderAccess {
    fn set(&self, granted: bool, stage: &Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let trustee = match self.account.as_str() {
            // Whom Windows lets read the folder as shipped.
            "BUILTIN\\Users" => sid::well_known(sid::USERS),
            account => stage.sid(account)?,
        };
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        let log = estate
            .host(&host)
            .map(|host| host.dhcp_log_folder().to_owned());
        let path = self.path.clone().or(log).unwrap_or_default();
        match granted {
            true => estate.grant_ntfs(&host, &path, &trustee, at).map(|_| ())?,
            false => estate.revoke_ntfs(&host, &path, &trustee, at)?,
        }
        Ok(())
    }
}

/// Lets an account read a folder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct GrantFolderAccess(pub FolderAccess);

impl Arguments for GrantFolderAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        self.0.set(true, stage)
    }
}

/// Takes an account's permission on a folder away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RevokeFolderAccess(pub FolderAccess);

impl Arguments for RevokeFolderAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        self.0.set(false, stage)
    }
}
