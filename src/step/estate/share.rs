//! Shares of a host.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

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
}
