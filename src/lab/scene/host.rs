//! Domains and hosts as an onlooker sees them.

use crate::base::Sid;
use crate::estate::{Domain, Estate, Host, LinkTarget};
use crate::wire::windows::scm::ServiceState;

use super::{DomainView, EstateView, HostView};

/// The whole estate.
pub(super) fn estate(estate: &Estate) -> EstateView {
    let hosts_of = |domain: Option<&Domain>| -> Vec<HostView> {
        let name = domain.map(|domain| &domain.name);
        let members = estate.hosts().filter(|host| host.domain() == name);
        members.map(|member| host(estate, member)).collect()
    };
    let domains = estate.domains().map(|domain| DomainView {
        name: domain.name.to_string(),
        forest: domain.forest.to_string(),
        trusts: trusts(estate, domain),
        policies: policies(domain),
        hosts: hosts_of(Some(domain)),
    });
    EstateView {
        domains: domains.collect(),
        workgroup: hosts_of(None),
    }
}

/// The forests that the forest of `domain` trusts; only its root is asked.
fn trusts(estate: &Estate, domain: &Domain) -> Vec<String> {
    let others = estate.domains().filter(|other| {
        domain.is_forest_root() && other.is_forest_root() && other.name != domain.name
    });
    others
        .filter(|other| estate.trusts_forest(&domain.forest, &other.forest))
        .map(|other| other.forest.to_string())
        .collect()
}

fn policies(domain: &Domain) -> Vec<String> {
    let told = domain.gpos().map(|gpo| {
        let links = gpo.links.keys().map(|target| match target {
            LinkTarget::DomainRoot => "the domain".to_owned(),
            LinkTarget::Ou(path) => path.clone(),
        });
        let links: Vec<String> = links.collect();
        match links.is_empty() {
            true => format!("{}, linked nowhere", gpo.name),
            false => format!("{}, linked to {}", gpo.name, links.join(", ")),
        }
    });
    told.collect()
}

fn host(estate: &Estate, host: &Host) -> HostView {
    let reachable = |address| host.firewall.admits_echo(address);
    HostView {
        name: host.fqdn.to_string(),
        addresses: host.addresses.clone(),
        roles: host.roles.iter().map(ToString::to_string).collect(),
        up: host.up,
        answers_ping: host.up && host.answers_ping && host.addresses.iter().copied().any(reachable),
        facts: facts(estate, host),
    }
}

fn facts(estate: &Estate, host: &Host) -> Vec<String> {
    let mut facts = Vec::new();
    for (rule, enabled) in host.firewall.predefined() {
        let shipped = |role| host.has_role(role);
        if enabled != rule.enabled.holds(shipped, host.answers_ping) {
            let now = if enabled { "enabled" } else { "disabled" };
            facts.push(format!("firewall rule {} {now}", rule.name));
        }
    }
    for rule in host.firewall.made() {
        let now = if rule.enabled { "" } else { ", disabled" };
        facts.push(format!("firewall rule {} made{now}", rule.name));
    }
    for (name, service) in host.services() {
        if service.state != ServiceState::Running {
            facts.push(format!("service {name} {:?}", service.state));
        }
    }
    for share in host.shares() {
        let readers = share.readers.iter();
        let readers: Vec<String> = readers.map(|sid| account(estate, sid)).collect();
        facts.push(format!("share {}: {}", share.name, readers.join(", ")));
    }
    for (name, group) in estate.local_groups(host).iter() {
        // These have the members that a join to the domain brings, everywhere.
        if group.members.is_empty() || ["Administrators", "Users"].contains(&name) {
            continue;
        }
        let members = group.members.iter();
        let members: Vec<String> = members.map(|sid| account(estate, sid)).collect();
        facts.push(format!("group {name}: {}", members.join(", ")));
    }
    facts
}

/// An account as people write it; one that no domain knows as its identifier.
fn account(estate: &Estate, sid: &Sid) -> String {
    let known = estate.principal(sid);
    known.map_or_else(|| sid.to_string(), |known| known.down_level())
}
