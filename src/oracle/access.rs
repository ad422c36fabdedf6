//! What the four checks and service monitoring must say about one server.
//!
//! Each is judged in the order reachability, firewall, identity, access list, existence
//! (domain 4.11). Everything that is missing is listed, not only what is met first; the stage
//! names what is met first.

use std::collections::BTreeSet;

use crate::base::{Moment, Sid};
use crate::estate::service::name;
use crate::estate::{Estate, Host, Purpose, Role, Ticket};
use crate::wire::windows::Interface;
use crate::wire::windows::scm::ServiceState;

use super::acl;
use super::missing::Missing;
use super::reach;

/// Whom the oracle is asked about, where and when.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub estate: &'a Estate,
    pub server: &'a Host,
    /// The roles the server is managed in; only these are checked (domain 3.2).
    pub roles: &'a BTreeSet<Role>,
    /// What the caller shows; `None` if it could not log on.
    pub ticket: Option<&'a Ticket>,
    pub at: Moment,
}

/// The stage of an access at which it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Reachability,
    Firewall,
    Identity,
    AccessList,
    Existence,
}

/// What one check must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Unblocked,
    Blocked {
        stage: Stage,
        /// In order of the stages; never empty.
        missing: Vec<Missing>,
    },
    NotApplicable,
}

impl Verdict {
    /// What is missing; nothing unless blocked.
    pub fn missing(&self) -> &[Missing] {
        match self {
            Verdict::Blocked { missing, .. } => missing,
            _ => &[],
        }
    }

    pub fn is_blocked(&self) -> bool {
        matches!(self, Verdict::Blocked { .. })
    }

    pub fn is_unblocked(&self) -> bool {
        matches!(self, Verdict::Unblocked)
    }
}

/// What Server Availability must say for one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    State(ServiceState),
    NotReachable {
        stage: Stage,
        missing: Vec<Missing>,
    },
    /// The server is reached but has no such service.
    NoSuchService,
    NotApplicable,
}

/// What every check must say about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub dhcp_rpc: Verdict,
    pub dhcp_audit_share: Verdict,
    pub dns_rpc: Verdict,
    pub event_log: Verdict,
    pub dhcp_availability: Availability,
    pub dns_availability: Availability,
}

impl Expected {
    /// The four checks with the purpose each stands for.
    pub fn checks(&self) -> [(Purpose, &Verdict); 4] {
        [
            (Purpose::DhcpRpc, &self.dhcp_rpc),
            (Purpose::DhcpAuditShare, &self.dhcp_audit_share),
            (Purpose::DnsRpc, &self.dns_rpc),
            (Purpose::EventLog, &self.event_log),
        ]
    }

    /// Blocked if any applicable check is (domain 3.6).
    pub fn is_blocked(&self) -> bool {
        self.checks()
            .iter()
            .any(|(_, verdict)| verdict.is_blocked())
    }
}

/// Judges every check.
pub fn expected(question: &Question<'_>) -> Expected {
    let managed = |role: Role| question.roles.contains(&role);
    let when = |applies: bool, judge: fn(&Question<'_>) -> Verdict| {
        if applies {
            judge(question)
        } else {
            Verdict::NotApplicable
        }
    };
    let monitored = [Role::Dhcp, Role::Dns, Role::DomainController, Role::Nps];
    Expected {
        dhcp_rpc: when(managed(Role::Dhcp), dhcp_rpc),
        dhcp_audit_share: when(managed(Role::Dhcp), dhcp_audit_share),
        dns_rpc: when(managed(Role::Dns), dns_rpc),
        event_log: when(monitored.into_iter().any(managed), event_log),
        dhcp_availability: availability(question, Role::Dhcp, name::DHCP_SERVER),
        dns_availability: availability(question, Role::Dns, name::DNS),
    }
}

/// Collects what is missing, stage by stage.
#[derive(Default)]
pub(super) struct Findings {
    missing: Vec<(Stage, Missing)>,
}

impl Findings {
    pub(super) fn add(&mut self, stage: Stage, missing: Missing) {
        if !self.missing.iter().any(|(_, known)| *known == missing) {
            self.missing.push((stage, missing));
        }
    }

    fn split(mut self) -> Option<(Stage, Vec<Missing>)> {
        self.missing.sort_by_key(|(stage, _)| *stage);
        let first = self.missing.first()?.0;
        Some((first, self.missing.into_iter().map(|(_, m)| m).collect()))
    }

    fn verdict(self) -> Verdict {
        match self.split() {
            Some((stage, missing)) => Verdict::Blocked { stage, missing },
            None => Verdict::Unblocked,
        }
    }
}

fn dhcp_rpc(question: &Question<'_>) -> Verdict {
    let mut found = Findings::default();
    reach::role(question, Role::Dhcp, &mut found);
    reach::service(question, name::DHCP_SERVER, &mut found);
    reach::rpc(
        question,
        Interface::DhcpManagement,
        Purpose::DhcpRpc,
        &mut found,
    );
    acl::identity(question, &mut found);
    acl::dhcp_groups(question, &mut found);
    found.verdict()
}

fn dhcp_audit_share(question: &Question<'_>) -> Verdict {
    let mut found = Findings::default();
    reach::role(question, Role::Dhcp, &mut found);
    reach::service(question, name::SERVER, &mut found);
    // SMB is asked for on its own port, and as the NetBIOS session that the seed document lists.
    reach::smb(question, 445, "file-sharing-smb-in", &mut found);
    reach::smb(question, 139, "file-sharing-nb-session-in", &mut found);
    acl::identity(question, &mut found);
    acl::audit_share(question, &mut found);
    found.verdict()
}

fn dns_rpc(question: &Question<'_>) -> Verdict {
    let mut found = Findings::default();
    reach::role(question, Role::Dns, &mut found);
    reach::service(question, name::DNS, &mut found);
    reach::rpc(
        question,
        Interface::DnsManagement,
        Purpose::DnsRpc,
        &mut found,
    );
    acl::identity(question, &mut found);
    acl::dns_server(question, &mut found);
    found.verdict()
}

fn event_log(question: &Question<'_>) -> Verdict {
    let mut found = Findings::default();
    let dhcp = question.roles.contains(&Role::Dhcp);
    if dhcp && !question.server.os.has_dhcp_operational_log() {
        found.add(Stage::Existence, Missing::OsTooOld);
    }
    reach::service(question, name::EVENT_LOG, &mut found);
    reach::rpc(question, Interface::EventLog, Purpose::EventLog, &mut found);
    acl::identity(question, &mut found);
    acl::event_log(question, &mut found);
    // A role the server does not have has no channel there either. Every machine has the
    // Security log that DC and NPS are read from.
    for role in [Role::Dhcp, Role::Dns] {
        if question.roles.contains(&role) && !question.server.has_role(role) {
            found.add(Stage::Existence, Missing::RoleNotInstalled(role));
        }
    }
    found.verdict()
}

fn availability(question: &Question<'_>, role: Role, service: &'static str) -> Availability {
    if !question.roles.contains(&role) {
        return Availability::NotApplicable;
    }
    let mut found = Findings::default();
    reach::host(question, &mut found);
    reach::rpc(
        question,
        Interface::ServiceControl,
        Purpose::ServiceMonitoring,
        &mut found,
    );
    acl::identity(question, &mut found);
    let Some(known) = question.server.service(service) else {
        return match found.split() {
            Some((stage, missing)) => Availability::NotReachable { stage, missing },
            None => Availability::NoSuchService,
        };
    };
    acl::service(question, service, &mut found);
    match found.split() {
        Some((stage, missing)) => Availability::NotReachable { stage, missing },
        None => Availability::State(known.state),
    }
}

/// Whom to grant settings to, so that `ticket`'s holder has them: the group IPAMUG of its domain
/// or forest where there is one, else the account itself (domain 4.1).
pub fn grantee(estate: &Estate, ticket: &Ticket) -> Sid {
    let groups = estate.principals().iter().filter(|principal| {
        principal.display.eq_ignore_ascii_case("IPAMUG") && principal.scope().is_some()
    });
    let mut carried: Vec<_> = groups
        .filter(|group| {
            estate
                .domain(&group.domain)
                .is_some_and(|domain| domain.forest == ticket.forest)
        })
        .collect();
    carried.sort_by_key(|group| {
        (
            !ticket.groups.contains(&group.sid),
            group.domain != ticket.domain,
        )
    });
    let first = carried.first();
    first.map_or_else(|| ticket.sid.clone(), |group| group.sid.clone())
}
