//! Menus that write the commonest changes as steps, from what the run has.

use crate::lab::scene::{HostView, Scene};

use super::cast::{Actor, Cast, rule_enabled};

/// A menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    pub title: String,
    pub entries: Vec<Entry>,
    /// The one chosen.
    pub at: usize,
    /// The menu it was opened from.
    pub before: Option<Box<Menu>>,
}

/// A line of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub label: String,
    pub choice: Choice,
}

/// What comes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The host to change, for this kind of change.
    Kind(Kind),
    /// What of this host to change.
    Host(Kind, String),
    /// Who becomes a member of, or leaves, this group of a host.
    Group { host: String, group: String },
    /// The step is written; a person may still edit it.
    Step(String),
}

/// The kinds of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    FirewallRule,
    GroupMember,
    Ping,
    Service,
    Power,
    Policy,
}

const KINDS: &[(Kind, &str)] = &[
    (Kind::FirewallRule, "a firewall rule of a host"),
    (Kind::GroupMember, "a member of a local group"),
    (Kind::Ping, "whether a host answers ping"),
    (Kind::Service, "a service of a host"),
    (Kind::Power, "a host on or off"),
    (Kind::Policy, "group policy, refreshed now"),
];

impl Menu {
    /// The first one.
    pub fn kinds() -> Menu {
        let entries = KINDS.iter().map(|(kind, label)| Entry {
            label: (*label).to_owned(),
            choice: Choice::Kind(*kind),
        });
        Menu {
            title: "change a fact".to_owned(),
            entries: entries.collect(),
            at: 0,
            before: None,
        }
    }

    /// Moves the choice.
    pub fn step_by(&mut self, by: isize) {
        let last = self.entries.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    /// The menu that follows the chosen entry; `None` where the entry is a step.
    pub fn follow(&self, run: &Stage<'_>) -> Option<Menu> {
        let entry = self.entries.get(self.at)?;
        let (title, entries) = match &entry.choice {
            Choice::Kind(kind) => ("of which host?", run.hosts(*kind)),
            Choice::Host(kind, host) => ("what of it?", run.things(*kind, host)),
            Choice::Group { host, group } => ("who?", run.members(host, group)),
            Choice::Step(_) => return None,
        };
        Some(Menu {
            title: format!("{}: {title}", entry.label),
            entries,
            at: 0,
            before: Some(Box::new(self.clone())),
        })
    }
}

/// What menus are made from.
pub struct Stage<'a> {
    pub scene: &'a Scene,
    /// The scene at the end of the run, when the cast was taken.
    pub last: &'a Scene,
    pub cast: &'a Cast,
}

fn step(label: impl Into<String>, text: String) -> Entry {
    Entry {
        label: label.into(),
        choice: Choice::Step(text),
    }
}

/// A value in flow style; quoted where a plain one would be read as something else.
fn value(text: &str) -> String {
    let plain = |one: char| one.is_alphanumeric() || " ()-._$\\/".contains(one);
    let sound = text.chars().all(plain)
        && text.starts_with(char::is_alphanumeric)
        && !text.ends_with(' ')
        // Numbers and truth values would be taken for such.
        && text.parse::<f64>().is_err()
        && !["true", "false", "null", "yes", "no"].contains(&text.to_lowercase().as_str());
    match sound {
        true => text.to_owned(),
        // In single quotes everything but the quote stands for itself.
        false => format!("'{}'", text.replace('\'', "''")),
    }
}

impl Stage<'_> {
    fn host(&self, name: &str) -> Option<&HostView> {
        self.scene.estate.hosts().find(|host| host.name == name)
    }

    fn hosts(&self, kind: Kind) -> Vec<Entry> {
        let offered = self.scene.estate.hosts().filter(|host| match kind {
            Kind::Ping | Kind::Power => true,
            Kind::Service => self.actor(host).is_some_and(|one| !one.services.is_empty()),
            Kind::FirewallRule => self.actor(host).is_some_and(|one| !one.rules.is_empty()),
            Kind::GroupMember => self.actor(host).is_some_and(|one| !one.groups.is_empty()),
            Kind::Policy => !self.scene.estate.workgroup.contains(host),
        });
        let entry = |host: &HostView| {
            let roles = match host.roles.is_empty() {
                true => String::new(),
                false => format!(" ({})", host.roles.join(", ")),
            };
            let name = &host.name;
            let state = match (host.up, host.answers_ping) {
                (false, _) => "off",
                (true, true) => "answers ping",
                (true, false) => "silent to ping",
            };
            let label = format!("{name}{roles}");
            // What needs no further question is a step at once, named by what it changes to.
            let quoted = value(name);
            match kind {
                Kind::Ping => {
                    let answers = !host.answers_ping;
                    let text = format!("set-ping: {{ host: {quoted}, answers: {answers} }}");
                    step(format!("{label}: {state}"), text)
                }
                Kind::Power if host.up => {
                    step(format!("{label}: on"), format!("host-down: {quoted}"))
                }
                Kind::Power => step(format!("{label}: off"), format!("host-up: {quoted}")),
                Kind::Policy => step(label, format!("gpupdate: {quoted}")),
                Kind::FirewallRule | Kind::GroupMember | Kind::Service => Entry {
                    label,
                    choice: Choice::Host(kind, name.clone()),
                },
            }
        };
        offered.map(entry).collect()
    }

    fn actor(&self, host: &HostView) -> Option<&Actor> {
        self.cast.actor(&host.name)
    }

    fn things(&self, kind: Kind, name: &str) -> Vec<Entry> {
        let Some((host, actor)) = self.host(name).zip(self.cast.actor(name)) else {
            return Vec::new();
        };
        match kind {
            Kind::FirewallRule => self.rules(host, actor),
            Kind::Service => services(host, actor),
            Kind::GroupMember => {
                let groups = actor.groups.iter().map(|group| Entry {
                    label: group.clone(),
                    choice: Choice::Group {
                        host: name.to_owned(),
                        group: group.clone(),
                    },
                });
                groups.collect()
            }
            Kind::Ping | Kind::Power | Kind::Policy => Vec::new(),
        }
    }

    fn rules(&self, host: &HostView, actor: &Actor) -> Vec<Entry> {
        let last = self.last.estate.hosts().find(|one| one.name == host.name);
        let entry = |(rule, at_end): &(String, bool)| {
            let enabled = rule_enabled(rule, host, last, *at_end);
            let (now, verb) = match enabled {
                true => ("enabled", "disable"),
                false => ("disabled", "enable"),
            };
            let (name, quoted) = (value(&host.name), value(rule));
            let text = format!("{verb}-firewall-rule: {{ host: {name}, rules: [{quoted}] }}");
            step(format!("{rule}: {now}"), text)
        };
        actor.rules.iter().map(entry).collect()
    }

    fn members(&self, host: &str, group: &str) -> Vec<Entry> {
        let about = format!("group {group}: ");
        let facts = self.host(host).map(|host| host.facts.as_slice());
        let facts = facts.unwrap_or_default().iter();
        let told = facts.filter_map(|fact| fact.strip_prefix(&about)).next();
        let present: Vec<&str> = told
            .map(|told| told.split(", ").collect())
            .unwrap_or_default();
        let entry = |account: &String| {
            let (state, verb) = match present.contains(&account.as_str()) {
                true => ("a member", "remove"),
                false => ("no member", "add"),
            };
            let (host, group, member) = (value(host), value(group), value(account));
            let arguments = format!("{{ host: {host}, group: {group}, member: {member} }}");
            let text = format!("{verb}-local-group-member: {arguments}");
            step(format!("{account}: {state}"), text)
        };
        // Members first: they are the ones a change is mostly about.
        let (mut members, others): (Vec<_>, Vec<_>) =
            (self.cast.accounts.iter()).partition(|account| present.contains(&account.as_str()));
        members.extend(others);
        members.into_iter().map(entry).collect()
    }
}

fn services(host: &HostView, actor: &Actor) -> Vec<Entry> {
    let mut entries = Vec::new();
    for service in &actor.services {
        let about = format!("service {service} ");
        let told = host.facts.iter().find_map(|fact| fact.strip_prefix(&about));
        let verbs = match told {
            None => &["stop", "restart"][..],
            Some("Paused") => &["resume", "stop"],
            Some(_) => &["start"],
        };
        let state = told.unwrap_or("Running");
        for verb in verbs {
            let arguments = format!(
                "{{ host: {}, service: {} }}",
                value(&host.name),
                value(service)
            );
            let label = format!("{service}: {state}; {verb} it");
            entries.push(step(label, format!("{verb}-service: {arguments}")));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn a_value_is_quoted_where_yaml_would_read_something_else() {
        assert_eq!(value("DHCP Server (RPC-In)"), "DHCP Server (RPC-In)");
        assert_eq!(value("CORP\\ipam1$"), "CORP\\ipam1$");
        assert_eq!(value("MSSQL$MICROSOFT##WID"), "'MSSQL$MICROSOFT##WID'");
        assert_eq!(value("a: b, c"), "'a: b, c'");
        assert_eq!(value("it's"), "'it''s'");
        assert_eq!(value("no"), "'no'");
        assert_eq!(value("12"), "'12'");
        assert_eq!(value(""), "''");
    }
}
