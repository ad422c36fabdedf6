//! What holds of any estate after any step.

use std::fmt;

use crate::base::{Fqdn, Sid};
use crate::estate::{Estate, Host, LinkTarget, Role};

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A group that holds itself.
    GroupCycle { group: Sid },
    /// A group member that does not exist.
    UnknownMember { group: Sid, member: Sid },
    /// A trustee of a GPO that does not exist.
    UnknownTrustee { gpo: String, trustee: Sid },
    /// A GPO link to an organisational unit that does not exist.
    UnknownLink { gpo: String, ou: String },
    /// A service that runs on a host that is off.
    RunningWhileDown { host: Fqdn, service: String },
    /// A host whose computer account is missing.
    NoAccount { host: Fqdn },
    /// An authorised DHCP server that is no host with that role.
    AuthorisedNonServer { host: Fqdn },
    /// A restarted service whose groups were never loaded.
    NoStartupGroups { host: Fqdn },
    /// A firewall rule of a GPO that is not applied there.
    StrayPolicyRule { host: Fqdn, rule: String },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::GroupCycle { group } => write!(f, "group `{group}` holds itself"),
            Violation::UnknownMember { group, member } => {
                write!(f, "group `{group}` holds `{member}`, which does not exist")
            }
            Violation::UnknownTrustee { gpo, trustee } => {
                write!(
                    f,
                    "`{gpo}` is filtered to `{trustee}`, which does not exist"
                )
            }
            Violation::UnknownLink { gpo, ou } => {
                write!(f, "`{gpo}` is linked to `{ou}`, which does not exist")
            }
            Violation::RunningWhileDown { host, service } => {
                write!(f, "service `{service}` runs on `{host}`, which is off")
            }
            Violation::NoAccount { host } => write!(f, "`{host}` has no computer account"),
            Violation::AuthorisedNonServer { host } => {
                write!(f, "`{host}` is authorised but has no DHCP role")
            }
            Violation::NoStartupGroups { host } => {
                write!(
                    f,
                    "the DHCP Server service of `{host}` never loaded its groups"
                )
            }
            Violation::StrayPolicyRule { host, rule } => {
                write!(
                    f,
                    "`{host}` has rule `{rule}` of a policy that is not applied there"
                )
            }
        }
    }
}

/// Everything that is wrong with the estate's own consistency; empty if nothing is.
pub fn violations(estate: &Estate) -> Vec<Violation> {
    let mut found = Vec::new();
    groups(estate, &mut found);
    policies(estate, &mut found);
    for host in estate.hosts() {
        machine(estate, host, &mut found);
    }
    for domain in estate.domains().filter(|domain| domain.is_forest_root()) {
        for server in estate.authorised_dhcp_servers(&domain.name) {
            let known = estate.host(&server.name);
            if !known.is_some_and(|host| host.has_role(Role::Dhcp)) {
                found.push(Violation::AuthorisedNonServer { host: server.name });
            }
        }
    }
    found
}

fn groups(estate: &Estate, found: &mut Vec<Violation>) {
    for group in estate.principals().iter() {
        let mut open: Vec<&Sid> = group.members().into_iter().flatten().collect();
        for member in &open {
            if estate.principal(member).is_none() {
                found.push(Violation::UnknownMember {
                    group: group.sid.clone(),
                    member: (*member).clone(),
                });
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        while let Some(member) = open.pop() {
            if *member == group.sid {
                found.push(Violation::GroupCycle {
                    group: group.sid.clone(),
                });
                break;
            }
            if seen.insert(member) {
                let below = estate.principal(member).and_then(|p| p.members());
                open.extend(below.into_iter().flatten());
            }
        }
    }
}

fn policies(estate: &Estate, found: &mut Vec<Violation>) {
    for domain in estate.domains() {
        for gpo in domain.gpos() {
            for trustee in gpo.filter.iter().chain(&gpo.deny) {
                // Well-known identities have no account in any domain.
                let of_domain = trustee.as_str().starts_with("S-1-5-21-");
                if of_domain && estate.principal(trustee).is_none() {
                    found.push(Violation::UnknownTrustee {
                        gpo: gpo.name.clone(),
                        trustee: trustee.clone(),
                    });
                }
            }
            for target in gpo.links.keys() {
                if let LinkTarget::Ou(ou) = target
                    && domain.ou(ou).is_none()
                {
                    found.push(Violation::UnknownLink {
                        gpo: gpo.name.clone(),
                        ou: ou.clone(),
                    });
                }
            }
        }
    }
}

fn machine(estate: &Estate, host: &Host, found: &mut Vec<Violation>) {
    let account = host.membership.as_ref().map(|m| &m.sid);
    if account.is_some_and(|sid| estate.host_of_account(sid) != Some(host)) {
        found.push(Violation::NoAccount {
            host: host.fqdn.clone(),
        });
    }
    for (name, service) in host.services() {
        if !host.up && service.is_running() {
            found.push(Violation::RunningWhileDown {
                host: host.fqdn.clone(),
                service: name.to_owned(),
            });
        }
    }
    let dhcp = host.service(crate::estate::service::name::DHCP_SERVER);
    if dhcp.is_some_and(|service| service.startup_groups.is_none()) {
        found.push(Violation::NoStartupGroups {
            host: host.fqdn.clone(),
        });
    }
    for rule in host.firewall.made() {
        let policy = rule.policy.as_ref();
        if policy.is_some_and(|gpo| !host.policy.applied.contains(gpo)) {
            found.push(Violation::StrayPolicyRule {
                host: host.fqdn.clone(),
                rule: rule.name.clone(),
            });
        }
    }
}
