//! Two set-ups held against each other: "equivalent", or the smallest set of settings that
//! differ, each with the command that closes it where it is missing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::Fqdn;
use crate::estate::{Role, Setting};

use super::grants::{Grants, Lack, ServerGrants};

/// One of the two set-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Side {
    A,
    B,
}

/// What two set-ups do not both grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Difference {
    pub equivalent: bool,
    /// What stands between an IPAM server's account and its grants on one side only.
    pub account: Vec<Gap>,
    /// Servers that both have and that grant different things.
    pub servers: Vec<ServerDifference>,
    pub only_in_a: Vec<Fqdn>,
    pub only_in_b: Vec<Fqdn>,
}

/// What one server does not grant on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServerDifference {
    /// Its name in A.
    pub server: Fqdn,
    pub server_in_b: Fqdn,
    /// The roles in A and in B, where they differ.
    pub roles: Option<[String; 2]>,
    pub access: Vec<AccessDifference>,
    pub gaps: Vec<Gap>,
}

/// A check that says different things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccessDifference {
    pub check: &'static str,
    pub a: String,
    pub b: String,
}

/// One setting, or one condition, that only one side has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Gap {
    /// The setting's name in ipamlab, or that of the condition.
    pub id: String,
    /// As Windows shows it.
    pub name: String,
    pub missing_on: Side,
    /// What closes it, on the side where it is missing.
    pub commands: Vec<String>,
    /// Whether the side that has it grants more than the checks need.
    pub more_than_needed: bool,
    /// What closes it on the side that has it, by taking away what is more than needed.
    pub or_take_away: Vec<String>,
    /// The group through which the other side has it, which holds others too.
    pub through: Option<String>,
    #[serde(skip)]
    pub setting: Option<&'static Setting>,
}

/// Which server of A is which of B, where they are not called the same.
pub type Pairs = BTreeMap<Fqdn, Fqdn>;

impl Difference {
    /// Holds two set-ups against each other.
    pub fn between(a: &Grants, b: &Grants, pairs: &Pairs) -> Difference {
        let mapped: BTreeSet<&Fqdn> = pairs.values().collect();
        let partner = |server: &Fqdn| -> Option<Fqdn> {
            let of_the_same_name = || (!mapped.contains(server)).then(|| server.clone());
            let named = pairs.get(server).cloned().or_else(of_the_same_name);
            named.filter(|name| b.servers.contains_key(name))
        };
        let mut servers = Vec::new();
        let mut only_in_a = Vec::new();
        let mut met = BTreeSet::new();
        for (name, grants) in &a.servers {
            let Some(other) = partner(name) else {
                only_in_a.push(name.clone());
                continue;
            };
            servers.extend(server(name, grants, &other, &b.servers[&other]));
            met.insert(other);
        }
        let unmet = b.servers.keys().filter(|name| !met.contains(*name));
        let mut account = Vec::new();
        one_sided(&a.account_lacks, &b.account_lacks, |id, side, lack| {
            account.push(gap(id, side, lack, None));
        });
        let only_in_b: Vec<Fqdn> = unmet.cloned().collect();
        Difference {
            equivalent: account.is_empty()
                && servers.is_empty()
                && only_in_a.is_empty()
                && only_in_b.is_empty(),
            account,
            servers,
            only_in_a,
            only_in_b,
        }
    }

    /// Holds two servers of one set-up against each other.
    pub fn of_servers(grants: &Grants, first: &Fqdn, second: &Fqdn) -> Difference {
        let only = |server: &Fqdn| {
            let mut grants = grants.clone();
            grants.servers.retain(|name, _| name == server);
            grants
        };
        let pairs = Pairs::from([(first.clone(), second.clone())]);
        Difference::between(&only(first), &only(second), &pairs)
    }

    /// Every gap, of the account and of the servers.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        let of_servers = self.servers.iter().flat_map(|server| &server.gaps);
        self.account.iter().chain(of_servers)
    }

    /// What people read: a headline, then what differs, server by server.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.headline()];
        if !self.account.is_empty() {
            lines.push("IPAM server".to_owned());
            self.account.iter().for_each(|gap| gap.lines(&mut lines));
        }
        for server in &self.servers {
            server.lines(&mut lines);
        }
        for (side, servers) in [("A", &self.only_in_a), ("B", &self.only_in_b)] {
            let only = servers.iter().map(|name| format!("{name}: only in {side}"));
            lines.extend(only);
        }
        lines
    }

    fn headline(&self) -> String {
        if self.equivalent {
            return "equivalent".to_owned();
        }
        let mut parts = Vec::new();
        let mut count = |number: usize, one: &str, many: &str| {
            if number > 0 {
                let what = if number == 1 { one } else { many };
                parts.push(format!("{number} {what}"));
            }
        };
        count(self.gaps().count(), "setting", "settings");
        let roles = self.servers.iter().filter(|s| s.roles.is_some()).count();
        count(roles, "server with other roles", "servers with other roles");
        let alone = self.only_in_a.len() + self.only_in_b.len();
        count(alone, "server on one side only", "servers on one side only");
        format!("different: {}", parts.join(", "))
    }
}

/// Tells of everything that is missing on one side only.
fn one_sided(
    a: &BTreeMap<String, Lack>,
    b: &BTreeMap<String, Lack>,
    mut tell: impl FnMut(&str, Side, &Lack),
) {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for name in names {
        match (a.get(name), b.get(name)) {
            (Some(lack), None) => tell(name, Side::A, lack),
            (None, Some(lack)) => tell(name, Side::B, lack),
            _ => {}
        }
    }
}

fn server(
    name: &Fqdn,
    a: &ServerGrants,
    other: &Fqdn,
    b: &ServerGrants,
) -> Option<ServerDifference> {
    let mut gaps = Vec::new();
    one_sided(&a.lacks, &b.lacks, |id, side, lack| {
        let holder = if side == Side::A { b } else { a };
        // What the other side has as an administrator only is closed as that is.
        let implied = lack.optional && !holder.beyond.contains_key(id);
        // Where the roles differ, a setting may mean nothing on the other side.
        let meant = lack.setting.is_none() || holder.possible.contains(id);
        if meant && !implied {
            gaps.push(gap(id, side, lack, Some(holder)));
        }
    });
    let access = a.access.iter().filter_map(|(check, said)| {
        let (_, other) = b.access.iter().find(|(known, _)| known == check)?;
        (said != other).then(|| AccessDifference {
            check,
            a: said.clone(),
            b: other.clone(),
        })
    });
    let access: Vec<AccessDifference> = access.collect();
    let roles = (a.roles != b.roles).then(|| [words(&a.roles), words(&b.roles)]);
    if gaps.is_empty() && access.is_empty() && roles.is_none() {
        return None;
    }
    Some(ServerDifference {
        server: name.clone(),
        server_in_b: other.clone(),
        roles,
        access,
        gaps,
    })
}

fn gap(id: &str, side: Side, lack: &Lack, holder: Option<&ServerGrants>) -> Gap {
    let beyond = holder.and_then(|holder| holder.beyond.get(id));
    Gap {
        id: id.to_owned(),
        name: lack.name.clone(),
        missing_on: side,
        commands: lack.commands.clone(),
        more_than_needed: lack.optional,
        or_take_away: beyond.map(|b| b.commands.clone()).unwrap_or_default(),
        through: beyond.and_then(|b| b.through.clone()),
        setting: lack.setting,
    }
}

fn words(roles: &BTreeSet<Role>) -> String {
    let roles: Vec<String> = roles.iter().map(Role::to_string).collect();
    roles.join(", ")
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

impl Gap {
    fn lines(&self, lines: &mut Vec<String>) {
        let (side, other) = (self.missing_on, self.missing_on.other());
        let more = match self.more_than_needed {
            true => format!("; {other:?} grants more than the checks need"),
            false => String::new(),
        };
        lines.push(format!("  missing on {side:?}: {}{more}", self.name));
        let command = |command: &String| format!("      {command}");
        lines.extend(self.commands.iter().map(command));
        if !self.or_take_away.is_empty() {
            lines.push(format!("    or take it away on {other:?}:"));
            lines.extend(self.or_take_away.iter().map(command));
        }
        if let Some(group) = &self.through {
            lines.push(format!("    {other:?} has it as a member of {group}"));
        }
    }
}

impl ServerDifference {
    fn lines(&self, lines: &mut Vec<String>) {
        let (name, other) = (&self.server, &self.server_in_b);
        lines.push(match name == other {
            true => name.to_string(),
            false => format!("{name} in A, {other} in B"),
        });
        if let Some([a, b]) = &self.roles {
            lines.push(format!("  roles: {a} in A, {b} in B"));
        }
        for AccessDifference { check, a, b } in &self.access {
            lines.push(format!("  {check}: {a} in A, {b} in B"));
        }
        self.gaps.iter().for_each(|gap| gap.lines(lines));
    }
}
