//! Who and what a change can be about: the rules, services, groups and accounts of a run.
//!
//! A scene tells what differs from a fresh host; the menus also offer what does not.

use crate::lab::Lab;
use crate::lab::scene::HostView;

/// Accounts that a menu offers; nobody scrolls through more.
const ACCOUNTS_MAX: usize = 2000;

/// What there is to change, as it stood when the run ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cast {
    pub actors: Vec<Actor>,
    /// Users, computers and groups of the domains: `CORP\IPAMUG`.
    pub accounts: Vec<String>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// In full.
    pub host: String,
    /// Predefined firewall rules, and whether each was enabled.
    pub rules: Vec<(String, bool)>,
    pub services: Vec<String>,
    /// Local groups.
    pub groups: Vec<String>,
}

impl Cast {
    /// The cast of a run that has ended.
    pub fn of(lab: &Lab) -> Cast {
        let estate = lab.estate();
        let actors = estate.hosts().map(|host| Actor {
            host: host.fqdn.to_string(),
            rules: (host.firewall.predefined())
                .map(|(rule, enabled)| (rule.name.to_owned(), enabled))
                .collect(),
            services: host.services().map(|(name, _)| name.to_owned()).collect(),
            groups: (estate.local_groups(host).iter())
                .map(|(name, _)| name.to_owned())
                // A scene does not tell the members of these.
                .filter(|name| !["Administrators", "Users"].contains(&name.as_str()))
                .collect(),
        });
        let accounts = estate.principals().iter().map(|one| one.down_level());
        let accounts = accounts.take(ACCOUNTS_MAX);
        Cast {
            actors: actors.collect(),
            accounts: accounts.collect(),
        }
    }

    /// A host by its full name.
    pub fn actor(&self, host: &str) -> Option<&Actor> {
        self.actors.iter().find(|actor| actor.host == host)
    }
}

/// Whether a firewall rule was enabled in a scene, when at the end it was `at_end` and the host
/// looked like `last`. A scene tells only of rules that are not as shipped.
pub fn rule_enabled(rule: &str, now: &HostView, last: Option<&HostView>, at_end: bool) -> bool {
    let said = |host: &HostView| {
        let about = format!("firewall rule {rule} ");
        let fact = host.facts.iter().find_map(|fact| fact.strip_prefix(&about));
        fact.map(|state| state == "enabled")
    };
    let shipped = match last.and_then(said) {
        Some(_) => !at_end,
        None => at_end,
    };
    said(now).unwrap_or(shipped)
}
