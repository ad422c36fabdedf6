//! Shares of a host.

use schemars::JsonSchema;
use serde::Deserialize;

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
