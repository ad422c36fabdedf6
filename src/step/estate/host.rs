//! Hosts as machines: policy refresh, restart, power, ping, tickets.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

/// A host by its short name or in full.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OneHost(pub String);

impl OneHost {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0);
    }
}

/// Refreshes Group Policy on a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Gpupdate(pub OneHost);

impl Arguments for Gpupdate {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0.0)?;
        let at = stage.lab.now();
        stage.lab.estate_mut().gpupdate(&host, at)?;
        Ok(())
    }
}

/// Restarts a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RestartHost(pub OneHost);

impl Arguments for RestartHost {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0.0)?;
        stage.lab.restart_host(&host)?;
        Ok(())
    }
}

/// Switches a host off.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct HostDown(pub OneHost);

impl Arguments for HostDown {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0.0)?;
        stage.lab.set_host_up(&host, false)?;
        Ok(())
    }
}

/// Switches a host on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct HostUp(pub OneHost);

impl Arguments for HostUp {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0.0)?;
        stage.lab.set_host_up(&host, true)?;
        Ok(())
    }
}

/// Whether addresses answer ping from now on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetPing {
    /// A host by name, or a device by its address.
    pub host: String,
    pub answers: bool,
}

impl Arguments for SetPing {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        if self.host.parse::<std::net::IpAddr>().is_err() {
            to.host(&self.host);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        if let Ok(address) = self.host.parse::<IpAddr>() {
            stage.lab.network().set_answers_ping(address, self.answers);
            return Ok(());
        }
        // On Windows the firewall decides about echo requests.
        let host = stage.host(&self.host)?;
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        for rule in ECHO_RULES {
            match self.answers {
                true => estate.enable_firewall_rule(&host, rule, at)?,
                false => estate.disable_firewall_rule(&host, rule, at)?,
            };
        }
        Ok(())
    }
}

const ECHO_RULES: [&str; 2] = [
    "File and Printer Sharing (Echo Request - ICMPv4-In)",
    "File and Printer Sharing (Echo Request - ICMPv6-In)",
];

/// Purges the tickets of the IPAM server's scheduled tasks, as `klist -li 0x3e4 purge` does.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PurgeTickets {
    /// The IPAM server; the one the console is connected to by default.
    pub host: Option<String>,
}

impl Arguments for PurgeTickets {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        if let Some(host) = &self.host {
            to.ipam_server(host);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = match &self.host {
            Some(host) => stage.host(host)?,
            None => stage.aim.server.clone(),
        };
        stage.lab.purge_tickets_on(&host);
        Ok(())
    }
}
