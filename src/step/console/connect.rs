//! Connect to IPAM Server (domain 1.5).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::remote::Channel;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Aim, Stage, StepResult};

/// Connects the console to an IPAM server. What follows goes there: console actions,
/// expectations, and cmdlets that name no other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConnectIpamServer {
    pub server: String,
    /// The host the console is on; the server itself by default.
    pub from: Option<String>,
    /// The management port this host connects to from now on; 48885 to begin with.
    pub port: Option<u16>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ConnectIpamServer {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.ipam_server(&self.server).hosts(&self.from);
        to.account(self.as_user.as_ref());
        if self.from.is_none() && self.port.is_some() {
            let remedy = "add `from`, or remove it";
            to.problem("port", "a console on the server needs no `port`", remedy);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let aim = Aim {
            server: stage.host(&self.server)?,
            from: self
                .from
                .as_ref()
                .map(|host| stage.host(host))
                .transpose()?,
        };
        if let Some(from) = &aim.from {
            let client = stage.console(from)?;
            if let Some(port) = self.port {
                client.set_port(&aim.server, port);
            }
            // The person signs in anew, with the groups of now.
            client.sign_off();
        }
        let user = self.as_user.as_ref();
        stage.session_on(&aim, user, Channel::Both).await?;
        stage.say(match &aim.from {
            Some(from) => format!("{from} is connected to {}", aim.server),
            None => format!("connected to {}", aim.server),
        });
        stage.aim = aim;
        Ok(())
    }
}
