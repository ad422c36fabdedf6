//! A host's inbound firewall: predefined rules that are on or off, made rules, blocking rules.

use std::net::IpAddr;

use crate::net::Transport;
use crate::wire::windows::Interface;

use super::host::{Os, Role};
use super::rules::{
    self, ENDPOINT_MAPPER_PORT, FIRST_DYNAMIC_PORT, PREDEFINED, Ports, PredefinedRule, StaticPorts,
};

/// A rule somebody made, or another Group Policy object brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundRule {
    pub name: String,
    pub enabled: bool,
    pub action: RuleAction,
    pub transport: Transport,
    pub ports: Ports,
    /// The program or service; `None` is any.
    pub program: Option<String>,
    /// The Group Policy object it came with; such a rule goes when the object no longer applies.
    pub policy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleAction {
    Allow,
    Block,
}

/// What the firewall says to one arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<'a> {
    /// An enabled rule allows it.
    Allowed { rule: &'a str },
    /// A blocking rule names it; block beats allow (domain 4.2).
    BlockedBy { rule: &'a str },
    /// No enabled rule allows it, and inbound is blocked by default.
    NoRule,
    /// The host has no Windows firewall.
    Unfiltered,
}

impl Decision<'_> {
    pub fn is_allowed(&self) -> bool {
        matches!(self, Decision::Allowed { .. } | Decision::Unfiltered)
    }
}

/// Prints as a capture gives the reason.
impl std::fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Decision::Allowed { rule } => write!(f, "rule `{rule}` allows it"),
            Decision::BlockedBy { rule } => write!(f, "rule `{rule}` blocks it"),
            Decision::NoRule => f.write_str("no enabled rule allows it"),
            Decision::Unfiltered => f.write_str("the host has no firewall"),
        }
    }
}

/// An arrival as the firewall sees it.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    pub transport: Transport,
    /// The local port; zero for ICMP.
    pub port: u16,
    pub program: &'a str,
}

/// The inbound firewall of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// Bits by place in [`PREDEFINED`].
    exist: u64,
    enabled: u64,
    /// Made rules, in order of making.
    pub(super) made: Vec<InboundRule>,
    /// False on a device that is no Windows machine.
    filtering: bool,
}

impl Firewall {
    /// As Windows ships it for the roles.
    pub(super) fn shipped(os: Os, roles: impl Fn(Role) -> bool, answers_ping: bool) -> Firewall {
        let (exist, enabled) = rules::baseline(os, roles, answers_ping);
        Firewall {
            exist,
            enabled,
            made: Vec::new(),
            filtering: os != Os::Device,
        }
    }

    /// Decides on an arrival.
    pub fn decide(&self, arrival: &Arrival<'_>) -> Decision<'_> {
        if !self.filtering {
            return Decision::Unfiltered;
        }
        if let Some(rule) = self.blocking(arrival) {
            return Decision::BlockedBy { rule };
        }
        let made = self
            .made
            .iter()
            .find(|rule| rule.enabled && rule.action == RuleAction::Allow && rule.matches(arrival));
        let allowing = self
            .predefined()
            .filter(|(_, enabled)| *enabled)
            .find(|(rule, _)| rule.matches(arrival))
            .map(|(rule, _)| rule.name)
            .or(made.map(|rule| rule.name.as_str()));
        allowing.map_or(Decision::NoRule, |rule| Decision::Allowed { rule })
    }

    /// The enabled blocking rule that takes this arrival.
    pub fn blocking(&self, arrival: &Arrival<'_>) -> Option<&str> {
        let block = self
            .made
            .iter()
            .find(|rule| rule.enabled && rule.action == RuleAction::Block && rule.matches(arrival));
        block.map(|rule| rule.name.as_str())
    }

    /// Whether the echo rule of the address family is enabled and none blocks it.
    pub fn admits_echo(&self, address: IpAddr) -> bool {
        let name = match address {
            IpAddr::V4(_) => "File and Printer Sharing (Echo Request - ICMPv4-In)",
            IpAddr::V6(_) => "File and Printer Sharing (Echo Request - ICMPv6-In)",
        };
        let echo = Arrival {
            transport: Transport::Icmp,
            port: 0,
            program: rules::program::SYSTEM,
        };
        !self.filtering || (self.is_enabled(name) && self.blocking(&echo).is_none())
    }

    /// Whether the endpoint mapper may answer for `interface`: the RPC-EPMap rule of the
    /// interface's own group is enabled.
    ///
    /// Deviation: Windows opens port 135 for whichever group's endpoint mapper rule is on, and
    /// one is enough for all. Domain 4.2 lists each role's own rule as required, and a
    /// provisioning check must be able to tell which one is missing.
    pub fn admits_interface_lookup(&self, interface: Interface) -> bool {
        let mut own = self.predefined().filter(|(rule, _)| {
            rule.interface == Some(interface)
                && matches!(rule.ports, StaticPorts::RpcEndpointMapper)
        });
        !self.filtering || own.any(|(_, enabled)| enabled)
    }

    /// The predefined rules that exist here, with whether each is enabled.
    pub fn predefined(&self) -> impl Iterator<Item = (&'static PredefinedRule, bool)> + '_ {
        PREDEFINED
            .iter()
            .enumerate()
            .filter(|(place, _)| self.exist & (1 << place) != 0)
            .map(|(place, rule)| (rule, self.enabled & (1 << place) != 0))
    }

    /// The rules somebody made.
    pub fn made(&self) -> &[InboundRule] {
        &self.made
    }

    /// Whether a rule of this name, predefined or made, is there and enabled.
    pub fn is_enabled(&self, name: &str) -> bool {
        let predefined =
            rules::find(name).is_some_and(|place| self.exist & self.enabled & (1 << place) != 0);
        predefined
            || self
                .made
                .iter()
                .any(|rule| rule.enabled && rule.name.eq_ignore_ascii_case(name))
    }

    /// Switches every rule of this name; `None` if there is none, else whether anything changed.
    pub(super) fn switch(&mut self, name: &str, on: bool) -> Option<bool> {
        let before = (self.enabled, self.made.clone());
        let mut known = false;
        if let Some(place) = rules::find(name).filter(|place| self.exist & (1 << place) != 0) {
            known = true;
            if on {
                self.enabled |= 1 << place;
            } else {
                self.enabled &= !(1 << place);
            }
        }
        for rule in &mut self.made {
            if rule.name.eq_ignore_ascii_case(name) {
                known = true;
                rule.enabled = on;
            }
        }
        known.then(|| before != (self.enabled, self.made.clone()))
    }

    /// Every name a rule of this host goes by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let predefined = self
            .predefined()
            .flat_map(|(rule, _)| std::iter::once(rule.name).chain(rule.aliases.iter().copied()));
        predefined.chain(self.made.iter().map(|rule| rule.name.as_str()))
    }
}

impl PredefinedRule {
    fn matches(&self, arrival: &Arrival<'_>) -> bool {
        self.transport == arrival.transport
            && self
                .program
                .is_none_or(|p| p.eq_ignore_ascii_case(arrival.program))
            && match self.ports {
                StaticPorts::Any => true,
                StaticPorts::List(list) => list.contains(&arrival.port),
                StaticPorts::RpcDynamic => arrival.port >= FIRST_DYNAMIC_PORT,
                StaticPorts::RpcEndpointMapper => arrival.port == ENDPOINT_MAPPER_PORT,
            }
    }
}

impl InboundRule {
    /// A blocking rule for a TCP or UDP port, whatever program listens.
    pub fn block(name: &str, transport: Transport, ports: Ports) -> InboundRule {
        InboundRule {
            name: name.to_owned(),
            enabled: true,
            action: RuleAction::Block,
            transport,
            ports,
            program: None,
            policy: None,
        }
    }

    fn matches(&self, arrival: &Arrival<'_>) -> bool {
        self.transport == arrival.transport
            && self
                .program
                .as_deref()
                .is_none_or(|p| p.eq_ignore_ascii_case(arrival.program))
            && match &self.ports {
                Ports::Any => true,
                Ports::List(list) => list.contains(&arrival.port),
                Ports::RpcDynamic => arrival.port >= FIRST_DYNAMIC_PORT,
                Ports::RpcEndpointMapper => arrival.port == ENDPOINT_MAPPER_PORT,
            }
    }
}
