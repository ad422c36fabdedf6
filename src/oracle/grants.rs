//! What a set-up grants the IPAM server on every server, whatever way it was granted.
//!
//! A grant counts when the account has it by any path: itself, through IPAMUG, through a group
//! that stands in for the one a setting names. So a set-up by Group Policy and one by hand can be
//! held against each other. Start from [`Grants::of`]; [`super::compare`] tells two apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fqdn, Moment, Sid};
use crate::estate::service::name;
use crate::estate::{Estate, Host, Kind, Need, Purpose, Role, Setting, Ticket, setting};

use super::access::{Availability, Expected, Question, expected, grantee};
use super::missing::Missing;
use super::take_away::{TakeAway, take_away};
use super::{acl, reach};

/// The name of a membership that no setting asks for: an administrator of the whole machine (A20).
pub const ADMINISTRATORS: &str = "administrators";

/// What one estate grants one IPAM server at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants {
    /// `CORP\ipam1$`.
    pub account: String,
    /// What stands between the account and all it was granted, by name.
    pub account_lacks: BTreeMap<String, Lack>,
    /// Every host with a role that IPAM manages.
    pub servers: BTreeMap<Fqdn, ServerGrants>,
}

/// What is granted on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerGrants {
    pub roles: BTreeSet<Role>,
    /// What each check and each service must say, in words.
    pub access: Vec<(&'static str, String)>,
    /// Names of all that can be granted on a server of these roles.
    pub possible: BTreeSet<String>,
    /// What of it is not granted, and what else is in the way, by name.
    pub lacks: BTreeMap<String, Lack>,
    /// What is granted beyond the needs of the checks, and how it is taken away.
    pub beyond: BTreeMap<&'static str, TakeAway>,
}

/// One thing a server does not grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// As Windows shows it, then the name in ipamlab.
    pub name: String,
    pub setting: Option<&'static Setting>,
    /// Whether the checks get by without it.
    pub optional: bool,
    /// What an administrator types on the server to have it, in order.
    pub commands: Vec<String>,
}

/// Who is granted, in one estate.
pub(super) struct Grantee<'a> {
    pub(super) estate: &'a Estate,
    /// The account as it would log on now, and as a member of its group.
    pub(super) ticket: Ticket,
    /// Whom commands grant to: the group of the IPAM servers, or the account.
    pub(super) trustee: Sid,
    pub(super) at: Moment,
}

impl Grants {
    /// What `fresh`, a log-on of the account as it would be now, is granted. `shown` is the
    /// ticket that the account shows in fact, if it has one.
    pub fn of(estate: &Estate, fresh: &Ticket, shown: Option<&Ticket>, at: Moment) -> Grants {
        let group = grantee(estate, fresh);
        let mut account_lacks = BTreeMap::new();
        let mut member = Grantee {
            estate,
            ticket: fresh.clone(),
            trustee: group.clone(),
            at,
        };
        if group != fresh.sid && !fresh.groups.contains(&group) {
            let mut joined = fresh.clone();
            joined.groups.insert(group.clone());
            if estate.hosts().any(|h| differs(estate, h, fresh, &joined)) {
                let missing = Missing::GroupMembership {
                    group,
                    account: fresh.sid.clone(),
                };
                account_lacks.insert(missing.id().to_owned(), of_account(&missing, &member));
                member.ticket = joined;
            } else {
                member.trustee = fresh.sid.clone();
            }
        }
        let outdated = |shown: &Ticket| {
            let mut hosts = estate.hosts();
            hosts.any(|host| differs(estate, host, shown, &member.ticket))
        };
        if account_lacks.is_empty() && shown.is_some_and(outdated) {
            let missing = Missing::TicketRenewal;
            account_lacks.insert(missing.id().to_owned(), of_account(&missing, &member));
        }
        let servers = estate.hosts().filter_map(|host| {
            let roles = managed_roles(host);
            (!roles.is_empty()).then(|| (host.fqdn.clone(), member.server(host, roles, shown)))
        });
        Grants {
            account: fresh.account.to_string(),
            servers: servers.collect(),
            account_lacks,
        }
    }
}

/// The roles of a host that IPAM manages; IPAM itself is none of them.
fn managed_roles(host: &Host) -> BTreeSet<Role> {
    let roles = host.roles.iter().copied();
    roles.filter(|role| *role != Role::Ipam).collect()
}

/// Whether the second ticket opens a setting of the host that the first one does not.
fn differs(estate: &Estate, host: &Host, first: &Ticket, second: &Ticket) -> bool {
    let roles = managed_roles(host);
    let (first, second) = (estate.token_on(host, first), estate.token_on(host, second));
    let mut settings = setting::applicable(host, &roles);
    settings.any(|s| !s.is_held(estate, host, &first) && s.is_held(estate, host, &second))
}

/// What is missing of the account itself. It is mended on the IPAM server or on a controller.
fn of_account(missing: &Missing, who: &Grantee<'_>) -> Lack {
    let estate = who.estate;
    let home = estate.hosts().find(|host| {
        let membership = host.membership.as_ref();
        membership.is_some_and(|m| m.sid == who.ticket.sid)
    });
    let remedy = home.map(|host| missing.remedy(estate, host, &who.trustee));
    let mut commands: Vec<String> = remedy.into_iter().collect();
    if matches!(missing, Missing::GroupMembership { .. }) {
        let renewal = home.map(|h| Missing::TicketRenewal.remedy(estate, h, &who.trustee));
        commands.extend(renewal);
    }
    Lack {
        name: missing.name(),
        setting: None,
        optional: false,
        commands,
    }
}

impl Grantee<'_> {
    fn server(&self, host: &Host, roles: BTreeSet<Role>, shown: Option<&Ticket>) -> ServerGrants {
        let token = self.estate.token_on(host, &self.ticket);
        let mut possible = BTreeSet::new();
        let mut lacks = BTreeMap::new();
        for setting in setting::applicable(host, &roles) {
            possible.insert(setting.id.to_owned());
            if !self.grants(host, &token, setting) {
                lacks.insert(setting.id.to_owned(), self.lack_of(host, setting));
            }
        }
        // On a standalone DNS server it is a setting; elsewhere nothing asks for it.
        let asked = possible.contains("dns-administrators");
        if !asked {
            possible.insert(ADMINISTRATORS.to_owned());
            if !acl::is_administrator(&token) {
                lacks.insert(ADMINISTRATORS.to_owned(), self.lack_of_administrators(host));
            }
        }
        let judge = |ticket: &Ticket| {
            expected(&Question {
                estate: self.estate,
                server: host,
                roles: &roles,
                ticket: Some(ticket),
                at: self.at,
            })
        };
        for missing in conditions(&judge(&self.ticket)) {
            let remedy = missing.remedy(self.estate, host, &self.trustee);
            let (key, lack) = (condition_key(&missing), Lack::condition(&missing, remedy));
            lacks.insert(key, lack);
        }
        let beyond = possible.iter().filter(|id| !lacks.contains_key(*id));
        let beyond = beyond.filter_map(|id| take_away(self, host, &token, id));
        ServerGrants {
            access: words(&judge(shown.unwrap_or(&self.ticket))),
            beyond: beyond.collect(),
            possible,
            lacks,
            roles,
        }
    }

    /// Whether a token has what the setting gives, by the setting or by what stands in for it.
    pub(super) fn grants(&self, host: &Host, token: &BTreeSet<Sid>, setting: &Setting) -> bool {
        let held = |id: &str| {
            let other = setting::find(id);
            other.is_some_and(|other| other.is_held(self.estate, host, token))
        };
        if setting.is_held(self.estate, host, token) {
            return true;
        }
        let administrator = acl::is_administrator(token);
        match setting.id {
            "dhcp-users" => administrator || held("dhcp-administrators"),
            "dns-acl" => administrator || held("dns-admins"),
            "dhcp-administrators" | "dns-admins" | "event-log-readers" => administrator,
            // Nobody asks who may read a share that is not there or leads nowhere.
            "dhcpaudit-share-permission" => !held("dhcpaudit-share"),
            _ => matches!(setting.kind, Kind::FirewallRule(_)) && reach::is_open(host, setting),
        }
    }

    fn lack_of(&self, host: &Host, setting: &'static Setting) -> Lack {
        let mut commands = vec![setting.command(self.estate, host, &self.trustee)];
        commands.extend(restart_after(setting.id).map(restart));
        Lack {
            name: Missing::Setting(setting).name(),
            setting: Some(setting),
            optional: setting.need != Need::Required,
            commands,
        }
    }

    fn lack_of_administrators(&self, host: &Host) -> Lack {
        let setting = setting::find("dns-administrators");
        let command = setting.map(|s| s.command(self.estate, host, &self.trustee));
        Lack {
            name: format!("membership in the local group `Administrators` ({ADMINISTRATORS})"),
            setting: None,
            optional: true,
            commands: command.into_iter().collect(),
        }
    }
}

impl Lack {
    fn condition(missing: &Missing, remedy: String) -> Lack {
        Lack {
            name: missing.name(),
            setting: None,
            optional: false,
            commands: vec![remedy],
        }
    }
}

/// The service that counts a setting from its next start on (domain 4.3). A DNS service would
/// also poll.
pub(super) fn restart_after(id: &str) -> Option<&'static str> {
    match id {
        "dhcp-users" | "dhcp-administrators" => Some(name::DHCP_SERVER),
        "dns-acl" => Some(name::DNS),
        _ => None,
    }
}

pub(super) fn restart(service: &str) -> String {
    format!("Restart-Service {service}")
}

/// What is in the way besides settings, and besides what is of the account.
fn conditions(expected: &Expected) -> Vec<Missing> {
    let checks = expected.checks();
    let verdicts = checks.iter().flat_map(|(_, verdict)| verdict.missing());
    let services = [&expected.dhcp_availability, &expected.dns_availability];
    let services = services.into_iter().flat_map(|service| match service {
        Availability::NotReachable { missing, .. } => missing.as_slice(),
        _ => &[],
    });
    let mut found: Vec<Missing> = Vec::new();
    for missing in verdicts.chain(services) {
        let of_account = matches!(
            missing,
            Missing::NoTicket | Missing::TicketRenewal | Missing::GroupMembership { .. }
        );
        let is_setting = matches!(missing, Missing::Setting(_));
        if !of_account && !is_setting && !found.contains(missing) {
            found.push(missing.clone());
        }
    }
    found
}

/// What a condition is called; how long a wait still is does not matter.
fn condition_key(missing: &Missing) -> String {
    match missing {
        Missing::DnsPolling { .. } => missing.id().to_owned(),
        other => other.to_string(),
    }
}

/// What checks and services say, as consoles write it.
fn words(expected: &Expected) -> Vec<(&'static str, String)> {
    let mut words = Vec::new();
    for (purpose, verdict) in expected.checks() {
        let heading = heading(purpose);
        let status = match verdict {
            super::Verdict::NotApplicable => continue,
            super::Verdict::Blocked { .. } => "Blocked",
            super::Verdict::Unblocked => "Unblocked",
        };
        words.push((heading, status.to_owned()));
    }
    let services = [
        ("DHCP service", &expected.dhcp_availability),
        ("DNS service", &expected.dns_availability),
    ];
    for (heading, service) in services {
        let status = match service {
            Availability::NotApplicable => continue,
            Availability::State(state) => format!("{state:?}"),
            Availability::NoSuchService => "not installed".to_owned(),
            Availability::NotReachable { .. } => "Not Reachable".to_owned(),
        };
        words.push((heading, status));
    }
    words
}

/// A check as the console and the transcript call it.
pub fn heading(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::DhcpRpc => "DHCP RPC",
        Purpose::DhcpAuditShare => "DHCP audit share",
        Purpose::DnsRpc => "DNS RPC",
        Purpose::EventLog => "Event log",
        Purpose::ServiceMonitoring => "Server availability",
    }
}
