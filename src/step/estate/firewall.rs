//! Firewall rules of a host, by display name.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::estate::{InboundRule, Ports};
use crate::net::Transport;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

/// Predefined inbound rules of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FirewallRules {
    pub host: String,
    /// Display names: `DHCP Server (RPC-In)`.
    pub rules: Vec<String>,
}

impl FirewallRules {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}

/// Enables predefined rules.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct EnableFirewallRule(pub FirewallRules);

impl Arguments for EnableFirewallRule {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0.host)?;
        let at = stage.lab.now();
        for rule in &self.0.rules {
            if !stage
                .lab
                .estate_mut()
                .enable_firewall_rule(&host, rule, at)?
            {
                stage.say(format!("{rule} was enabled already"));
            }
        }
        Ok(())
    }
}

/// Disables predefined rules.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DisableFirewallRule(pub FirewallRules);

impl Arguments for DisableFirewallRule {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0.host)?;
        let at = stage.lab.now();
        for rule in &self.0.rules {
            if !stage
                .lab
                .estate_mut()
                .disable_firewall_rule(&host, rule, at)?
            {
                stage.say(format!("{rule} was disabled already"));
            }
        }
        Ok(())
    }
}

/// A new inbound block rule, which beats every allow rule.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddBlockRule {
    pub host: String,
    /// Its display name.
    pub name: String,
    pub protocol: BlockedProtocol,
    /// A local port; every one by default.
    pub port: Option<u16>,
}

impl Arguments for AddBlockRule {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let rule = blocking(&self.name, self.protocol, self.port);
        let at = stage.lab.now();
        stage.lab.estate_mut().add_firewall_rule(&host, rule, at)?;
        Ok(())
    }
}

/// An inbound block rule that a GPO brings along.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewBlockRule {
    /// Its display name.
    pub name: String,
    pub protocol: BlockedProtocol,
    /// A local port; every one by default.
    pub port: Option<u16>,
}

impl NewBlockRule {
    pub fn rule(&self) -> InboundRule {
        blocking(&self.name, self.protocol, self.port)
    }
}

fn blocking(name: &str, protocol: BlockedProtocol, port: Option<u16>) -> InboundRule {
    let transport = match protocol {
        BlockedProtocol::Tcp => Transport::Tcp,
        BlockedProtocol::Udp => Transport::Udp,
        BlockedProtocol::Icmp => Transport::Icmp,
    };
    let ports = port.map_or(Ports::Any, |port| Ports::List(vec![port]));
    InboundRule::block(name, transport, ports)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BlockedProtocol {
    Tcp,
    Udp,
    Icmp,
}
