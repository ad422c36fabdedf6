//! Start Server Discovery, Refresh Server Access Status, Retrieve Server Data (domain 1.5).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// Runs ServerDiscovery now.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StartServerDiscovery {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for StartServerDiscovery {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

/// Servers by name, as the console's selection has them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Selection(pub Vec<String>);

impl Arguments for Selection {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(&self.0);
    }
}

/// Runs all data collection tasks now.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetrieveAllServerData {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RetrieveAllServerData {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }
}

/// Runs the scheduled tasks whose time has come.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RunDueTasks {}

impl Arguments for RunDueTasks {}
