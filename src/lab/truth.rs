//! Where engine and oracle are held against each other.

use std::collections::BTreeSet;

use crate::base::Fqdn;
use crate::estate::{Estate, Host, Role, Ticket};
use crate::ipam::access::{AccessReport, AccessStatus, Availability, CheckKind};
use crate::ipam::inventory::ServerRole;
use crate::net::{DropReason, Fate, Packet};
use crate::oracle::{self, Expected, Grants, Missing, Question, Verdict};
use crate::wire::windows::scm::ServiceState;

use super::observation::Observation;
use super::running::Lab;

/// Faults after which the network and the estate differ about what runs, which is what they are
/// for. The oracle knows the estate only.
const UNKNOWN_TO_THE_ESTATE: &[&str] = &["crash", "host-down", "service-stopped"];

impl Lab {
    /// Holds what the first engine found of each server against what the estate says it must
    /// find; see [`Lab::judge_on`].
    pub fn judge(&self, reports: &[AccessReport], since: u64) -> Vec<Observation> {
        self.judge_on(self.engine_host(), reports, since)
    }

    /// Holds what the engine on `ipam` found of each server against what the estate says that
    /// it must find with the account of its host.
    ///
    /// `since` is how many packets had been sent before the checks began. A server whose packets
    /// a declared fault took is not judged, and the transcript says so.
    pub fn judge_on(&self, ipam: &Fqdn, reports: &[AccessReport], since: u64) -> Vec<Observation> {
        let ticket = self.ticket_on(ipam);
        let faults = self.network.faults();
        let disturbed = faults
            .iter()
            .any(|fault| fault.fired > 0 && UNKNOWN_TO_THE_ESTATE.contains(&fault.kind));
        let lost: Vec<Packet> = match faults.is_empty() {
            true => Vec::new(),
            false => self.lost_to_faults(usize::try_from(since).unwrap_or(usize::MAX)),
        };
        let mut seen = Vec::new();
        let estate = self.estate();
        for report in reports {
            let Some(host) = estate.host(&report.server) else {
                continue;
            };
            if disturbed || lost.iter().any(|packet| touches(host, packet)) {
                seen.push(Observation::line(format!(
                    "{}: not compared with the estate, a fault interfered",
                    report.server
                )));
                continue;
            }
            let roles = roles_of(report);
            let question = Question {
                estate: &estate,
                server: host,
                roles: &roles,
                ticket: ticket.as_ref(),
                at: self.now(),
            };
            compare(report, &oracle::expected(&question), &mut seen);
        }
        seen
    }

    /// What every check of a server must say now to the first engine, with the server's roles as
    /// given.
    pub fn expected_access(&self, server: &Fqdn, roles: &BTreeSet<Role>) -> Option<Expected> {
        self.expected_access_on(self.engine_host(), server, roles)
    }

    /// The same for the engine on `ipam`.
    pub fn expected_access_on(
        &self,
        ipam: &Fqdn,
        server: &Fqdn,
        roles: &BTreeSet<Role>,
    ) -> Option<Expected> {
        let ticket = self.ticket_on(ipam);
        let estate = self.estate();
        let question = Question {
            estate: &estate,
            server: estate.host(server)?,
            roles,
            ticket: ticket.as_ref(),
            at: self.now(),
        };
        Some(oracle::expected(&question))
    }

    /// What is granted to the first engine's account now, on every server; `None` where its host
    /// is in no domain, so that nothing can be granted to it.
    pub fn grants(&self) -> Option<Grants> {
        let shown = self.ticket_of_engine();
        let account = self.ipam().computer_account().account;
        let estate = self.estate();
        let fresh = estate.would_carry(&account)?;
        Some(Grants::of(&estate, &fresh, shown.as_ref(), self.now()))
    }

    /// The ticket the first engine's scheduled tasks show, as its host holds it.
    pub fn ticket_of_engine(&self) -> Option<Ticket> {
        self.ticket_on(self.engine_host())
    }

    /// The ticket the scheduled tasks of the engine on `ipam` show, as its host holds it.
    pub fn ticket_on(&self, ipam: &Fqdn) -> Option<Ticket> {
        let ipam = self.ipam_on(ipam)?;
        let handle = ipam.remote().ticket_of(&ipam.computer_account())?;
        self.estate().ticket(handle).cloned()
    }

    fn lost_to_faults(&self, since: usize) -> Vec<Packet> {
        let mut sent = self.network.capture_from(since);
        sent.retain(|packet| matches!(packet.fate, Fate::Dropped(DropReason::Fault(_))));
        sent
    }
}

fn touches(host: &Host, packet: &Packet) -> bool {
    host.addresses.contains(&packet.to.ip()) || host.addresses.contains(&packet.from.ip())
}

/// The estate's word for a role of the inventory.
fn role(role: ServerRole) -> Role {
    match role {
        ServerRole::Dc => Role::DomainController,
        ServerRole::Dns => Role::Dns,
        ServerRole::Dhcp => Role::Dhcp,
        ServerRole::Nps => Role::Nps,
    }
}

fn roles_of(report: &AccessReport) -> BTreeSet<Role> {
    report.roles.iter().copied().map(role).collect()
}

fn compare(report: &AccessReport, expected: &Expected, seen: &mut Vec<Observation>) {
    let verdicts = [
        (CheckKind::DhcpRpc, &expected.dhcp_rpc),
        (CheckKind::DhcpAuditShare, &expected.dhcp_audit_share),
        (CheckKind::DnsRpc, &expected.dns_rpc),
        (CheckKind::EventLog, &expected.event_log),
    ];
    for (kind, verdict) in verdicts {
        let found = report.checks.get(&kind).map(|result| result.status);
        let wanted = match verdict {
            Verdict::Unblocked => AccessStatus::Unblocked,
            Verdict::Blocked { .. } => AccessStatus::Blocked,
            Verdict::NotApplicable => AccessStatus::NotApplicable,
        };
        if found != Some(wanted) {
            let found = found.map_or_else(|| "nothing".to_owned(), |status| status.to_string());
            let what = format!("{}: {kind}", report.server);
            seen.push(disagreement(
                &what,
                &found,
                &wanted.to_string(),
                verdict.missing(),
            ));
        }
    }
    let services = [
        (ServerRole::Dhcp, &expected.dhcp_availability),
        (ServerRole::Dns, &expected.dns_availability),
    ];
    for (role, wanted) in services {
        let Some(wanted) = availability(wanted) else {
            continue;
        };
        let found = report.availability.get(&role).copied();
        if found != Some(wanted) {
            let found = found.map_or_else(|| "nothing".to_owned(), |found| found.to_string());
            let what = format!("{}: availability of {role}", report.server);
            seen.push(disagreement(&what, &found, &wanted.to_string(), &[]));
        }
    }
}

fn disagreement(what: &str, found: &str, wanted: &str, missing: &[Missing]) -> Observation {
    let mut detail: Vec<String> = missing
        .iter()
        .map(|missing| format!("missing: {missing}"))
        .collect();
    detail.insert(
        0,
        "the engine and the estate disagree; one of them is wrong".to_owned(),
    );
    Observation::Finding {
        what: format!("{what}: the engine says {found}, the estate says {wanted}"),
        detail,
    }
}

/// What the engine must show for a service; `None` where there is nothing to show.
fn availability(expected: &oracle::Availability) -> Option<Availability> {
    Some(match expected {
        oracle::Availability::NotApplicable => return None,
        oracle::Availability::NotReachable { .. } => Availability::NotReachable,
        oracle::Availability::NoSuchService => Availability::Unknown,
        oracle::Availability::State(state) => match state {
            ServiceState::Stopped => Availability::Stopped,
            ServiceState::StartPending => Availability::StartPending,
            ServiceState::StopPending => Availability::StopPending,
            ServiceState::Running => Availability::Running,
            ServiceState::ContinuePending => Availability::ContinuePending,
            ServiceState::PausePending => Availability::PausePending,
            ServiceState::Paused => Availability::Paused,
        },
    })
}

/// What must hold of the estate at any time, as findings where it does not.
pub(super) fn invariants(estate: &Estate) -> Vec<Observation> {
    let violations = oracle::violations(estate);
    violations
        .iter()
        .map(|violation| Observation::finding(violation.to_string()))
        .collect()
}
