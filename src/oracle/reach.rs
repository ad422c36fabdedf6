//! Reachability and firewall: does the call arrive at all?

use crate::estate::setting::{self, Kind, SETTINGS};
use crate::estate::{Arrival, Decision, Host, Purpose, Role, Setting, Transport, program};
use crate::wire::windows::Interface;

use super::access::{Findings, Question, Stage};
use super::missing::Missing;

/// Any port of the dynamic range stands for all of them.
const DYNAMIC: u16 = 60_000;
const ENDPOINT_MAPPER: u16 = 135;

pub(super) fn host(question: &Question<'_>, found: &mut Findings) {
    if !question.server.up {
        found.add(Stage::Reachability, Missing::HostDown);
    }
}

/// The role must be on the host, or nothing listens there.
pub(super) fn role(question: &Question<'_>, role: Role, found: &mut Findings) {
    if !question.server.has_role(role) {
        found.add(Stage::Reachability, Missing::RoleNotInstalled(role));
    }
}

/// The host is up and the service answers.
pub(super) fn service(question: &Question<'_>, service: &'static str, found: &mut Findings) {
    host(question, found);
    let known = question.server.service(service);
    if question.server.up && known.is_some_and(|service| !service.answers()) {
        found.add(Stage::Reachability, Missing::ServiceNotRunning(service));
    }
}

/// Both halves of a remote procedure call: the endpoint mapper on its port, the interface on a
/// dynamic one.
pub(super) fn rpc(
    question: &Question<'_>,
    interface: Interface,
    purpose: Purpose,
    found: &mut Findings,
) {
    let listener = match interface {
        Interface::DhcpManagement => program::DHCP_SERVER,
        Interface::DnsManagement => program::DNS,
        Interface::EventLog => program::EVENT_LOG,
        Interface::ServiceControl => program::SERVICES,
        _ => return,
    };
    let firewall = &question.server.firewall;
    // Rows 2, 6, 10 and 13 of domain 4.2 each name an interface rule and an endpoint mapper rule.
    let rules = |mapper: bool| {
        SETTINGS.iter().find(|setting| {
            let Kind::FirewallRule(rule) = setting.kind else {
                return false;
            };
            setting.purpose == purpose && is_mapper_rule(rule) == mapper
        })
    };
    let exists = |rule: &str| firewall.names().any(|name| name == rule);
    for (port, program, mapper) in [
        (ENDPOINT_MAPPER, program::RPCSS, true),
        (DYNAMIC, listener, false),
    ] {
        let arrival = Arrival {
            transport: Transport::Tcp,
            port,
            program,
        };
        let refused = mapper && !firewall.admits_interface_lookup(interface);
        let missing = match firewall.decide(&arrival) {
            Decision::BlockedBy { rule } => Some(Missing::BlockedByRule(rule.to_owned())),
            decision if !decision.is_allowed() || refused => rules(mapper).map(Missing::Setting),
            _ => None,
        };
        // Where the role's rules do not exist the role is what is missing.
        let rule = rules(mapper).and_then(|s| match s.kind {
            Kind::FirewallRule(rule) => Some(rule),
            _ => None,
        });
        if let Some(missing) = missing.filter(|_| rule.is_none_or(exists)) {
            found.add(Stage::Firewall, missing);
        }
    }
}

/// Whether what a firewall rule of the table lets in gets in, by that rule or by another.
pub(super) fn is_open(host: &Host, setting: &Setting) -> bool {
    let Kind::FirewallRule(rule) = setting.kind else {
        return false;
    };
    let interface = match setting.purpose {
        Purpose::DhcpRpc => Some((Interface::DhcpManagement, program::DHCP_SERVER)),
        Purpose::DnsRpc => Some((Interface::DnsManagement, program::DNS)),
        Purpose::EventLog => Some((Interface::EventLog, program::EVENT_LOG)),
        Purpose::ServiceMonitoring => Some((Interface::ServiceControl, program::SERVICES)),
        Purpose::DhcpAuditShare => None,
    };
    let mapped = interface.filter(|_| is_mapper_rule(rule));
    let (port, program) = match (interface, setting.id) {
        (None, "file-sharing-nb-session-in") => (139, program::SYSTEM),
        (None, _) => (445, program::SYSTEM),
        (Some(_), _) if mapped.is_some() => (ENDPOINT_MAPPER, program::RPCSS),
        (Some((_, listener)), _) => (DYNAMIC, listener),
    };
    let arrival = Arrival {
        transport: Transport::Tcp,
        port,
        program,
    };
    let looked_up = mapped.is_none_or(|(known, _)| host.firewall.admits_interface_lookup(known));
    looked_up && host.firewall.decide(&arrival).is_allowed()
}

fn is_mapper_rule(rule: &str) -> bool {
    let upper = rule.to_ascii_uppercase();
    upper.contains("EPMAP") || upper.contains("RPCSS") || upper.contains("ENDPOINT MAPPER")
}

pub(super) fn smb(question: &Question<'_>, port: u16, setting: &'static str, found: &mut Findings) {
    let arrival = Arrival {
        transport: Transport::Tcp,
        port,
        program: program::SYSTEM,
    };
    match question.server.firewall.decide(&arrival) {
        Decision::BlockedBy { rule } => {
            found.add(Stage::Firewall, Missing::BlockedByRule(rule.to_owned()));
        }
        Decision::NoRule => {
            let setting = setting::find(setting).map(Missing::Setting);
            found.add(Stage::Firewall, setting.unwrap_or(Missing::HostDown));
        }
        Decision::Allowed { .. } | Decision::Unfiltered => {}
    }
}
