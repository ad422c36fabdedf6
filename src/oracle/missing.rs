//! What stands between an identity and a check, and what an administrator does about each.

use std::fmt;
use std::time::Duration;

use crate::base::{Fqdn, Sid};
use crate::estate::{Estate, Host, Role, Setting};

use super::by_policy::by_policy;

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The server is switched off.
    HostDown,
    /// The server does not have a role it is managed in.
    RoleNotInstalled(Role),
    /// The service that would answer does not run.
    ServiceNotRunning(&'static str),
    /// An enabled blocking rule beats every allowing one.
    BlockedByRule(String),
    /// Nobody logged on.
    NoTicket,
    /// The server's forest does not trust the account's.
    NoTrust { trusting: String, trusted: Fqdn },
    /// The directory grants the account what its ticket does not carry yet (A14).
    TicketRenewal,
    /// The group that was granted everything does not hold the account.
    GroupMembership { group: Sid, account: Sid },
    /// The service started before its groups were changed (A4).
    ServiceRestart(&'static str),
    /// The DNS service has not read the directory's access list since it changed (A13).
    DnsPolling { wait: Duration },
    /// The release lacks what the check reads (A16).
    OsTooOld,
    /// The setting of that name is not there for the identity.
    Setting(&'static Setting),
}

impl Missing {
    /// The setting's name, or the name of the condition.
    pub fn id(&self) -> &'static str {
        match self {
            Missing::HostDown => "host-down",
            Missing::RoleNotInstalled(_) => "role-not-installed",
            Missing::ServiceNotRunning(_) => "service-not-running",
            Missing::BlockedByRule(_) => "blocking-rule",
            Missing::NoTicket => "no-ticket",
            Missing::NoTrust { .. } => "no-trust",
            Missing::TicketRenewal => "ticket-renewal",
            Missing::GroupMembership { .. } => "group-membership",
            Missing::ServiceRestart(_) => "service-restart",
            Missing::DnsPolling { .. } => "dns-polling",
            Missing::OsTooOld => "os-too-old",
            Missing::Setting(setting) => setting.id,
        }
    }

    /// The name that Windows shows, where there is one, then the name in ipamlab.
    pub fn name(&self) -> String {
        match self {
            Missing::Setting(setting) => format!("{} ({})", setting.describe(), setting.id),
            Missing::NoTicket => format!("log-on of the IPAM server ({self})"),
            other => other.to_string(),
        }
    }

    /// What to do about it: a command where there is one, else a sentence. `trustee` is whom to
    /// grant settings to.
    pub fn remedy(&self, estate: &Estate, host: &Host, trustee: &Sid) -> String {
        match self {
            Missing::HostDown => format!("start {}", host.fqdn),
            Missing::RoleNotInstalled(role) => {
                format!("clear the role {role} of the server in IPAM, or install it")
            }
            Missing::ServiceNotRunning(service) => format!("Start-Service {service}"),
            Missing::BlockedByRule(rule) => {
                let made = host.firewall.made().iter();
                let policy = made
                    .filter(|known| known.name == *rule)
                    .find_map(|known| known.policy.as_deref());
                match policy {
                    Some(gpo) => format!("take rule `{rule}` out of Group Policy object `{gpo}`"),
                    None => format!("netsh advfirewall firewall delete rule name=\"{rule}\""),
                }
            }
            Missing::NoTicket => {
                "refresh its access status: the IPAM server logs on as it asks".to_owned()
            }
            Missing::NoTrust { trusting, trusted } => {
                format!("netdom trust {trusting} /d:{trusted} /add")
            }
            Missing::TicketRenewal => "klist purge -li 0x3e4".to_owned(),
            Missing::GroupMembership { group, account } => {
                let short = |sid| {
                    let name = estate.name_of(sid);
                    name.rsplit_once('\\')
                        .map_or(name.clone(), |(_, name)| name.to_owned())
                };
                let (group, account) = (short(group), short(account));
                format!("Add-ADGroupMember -Identity {group} -Members {account}")
            }
            Missing::ServiceRestart(service) => format!("Restart-Service {service}"),
            Missing::DnsPolling { wait } => {
                format!("wait {} s, or Restart-Service DNS", wait.as_secs())
            }
            Missing::OsTooOld => "upgrade to Windows Server 2008 R2 or later".to_owned(),
            Missing::Setting(setting) => setting.command(estate, host, trustee),
        }
    }

    /// What makes Group Policy set it, where it is a setting and the host has a domain.
    pub fn remedy_by_policy(&self, estate: &Estate, host: &Host) -> Option<String> {
        match self {
            Missing::Setting(setting) => by_policy(estate, host, setting),
            _ => None,
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::RoleNotInstalled(role) => write!(f, "{}: {role}", self.id()),
            Missing::ServiceNotRunning(name) | Missing::ServiceRestart(name) => {
                write!(f, "{}: {name}", self.id())
            }
            Missing::BlockedByRule(rule) => write!(f, "{}: {rule}", self.id()),
            Missing::NoTrust { trusting, trusted } => {
                write!(f, "{}: {trusting} does not trust {trusted}", self.id())
            }
            Missing::DnsPolling { wait } => write!(f, "{}: {} s", self.id(), wait.as_secs()),
            _ => f.write_str(self.id()),
        }
    }
}
