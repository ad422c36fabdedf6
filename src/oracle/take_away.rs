//! Grants beyond what the checks need, and how each is exchanged for what they need (A20,
//! domain 12.5): an administrators' group where a group of readers would do.

use std::collections::BTreeSet;

use crate::base::Sid;
use crate::estate::defaults::group;
use crate::estate::service::name;
use crate::estate::{Estate, Host, Need, Setting, setting};

use super::grants::{ADMINISTRATORS, Grantee, restart, restart_after};

/// How a grant is taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeAway {
    /// What an administrator types on the server, in order; what the grant stood in for comes
    /// first. Empty where the grant comes through a group that holds others too.
    pub commands: Vec<String>,
    /// The group the account is in, where it is not the account or the group of IPAM servers.
    pub through: Option<String>,
}

/// The group a grant beyond the checks' needs consists of.
fn group_of(estate: &Estate, host: &Host, id: &str) -> Option<(&'static str, Option<Sid>)> {
    let local = |name: &'static str| {
        let groups = estate.local_groups(host);
        (name, groups.get(name).map(|group| group.sid.clone()))
    };
    Some(match id {
        ADMINISTRATORS => local(group::ADMINISTRATORS),
        "dhcp-administrators" => local(group::DHCP_ADMINISTRATORS),
        "dns-admins" => {
            let found = estate.find_principal(group::DNS_ADMINS, host.domain());
            (group::DNS_ADMINS, found.ok().map(|group| group.sid.clone()))
        }
        _ => return None,
    })
}

/// How `id` is taken away, if it is a grant beyond the checks' needs and `token` has it by being
/// in its own group.
pub(super) fn take_away(
    who: &Grantee<'_>,
    host: &Host,
    token: &BTreeSet<Sid>,
    id: &str,
) -> Option<(&'static str, TakeAway)> {
    let key = [ADMINISTRATORS, "dhcp-administrators", "dns-admins"];
    let key = *key.iter().find(|key| **key == id)?;
    let (group, sid) = group_of(who.estate, host, id)?;
    let sid = sid.filter(|sid| token.contains(sid))?;
    let members = members_of(who.estate, host, group, &sid);
    let held: Vec<&Sid> = members.intersection(token).collect();
    let own = [&who.trustee, &who.ticket.sid];
    if let Some(other) = held.iter().find(|member| !own.contains(member)) {
        let through = Some(who.estate.name_of(other));
        let commands = Vec::new();
        return Some((key, TakeAway { commands, through }));
    }
    let mut without = token.clone();
    without.remove(&sid);
    let mut commands = Vec::new();
    let mut restarted = BTreeSet::new();
    for setting in stood_in_for(who, host, token, &without) {
        commands.push(setting.command(who.estate, host, &who.trustee));
        restarted.extend(restart_after(setting.id));
    }
    for member in held {
        let member = who.estate.name_of(member);
        commands.push(format!("net localgroup \"{group}\" /delete \"{member}\""));
    }
    let service = host.service(name::DHCP_SERVER);
    if id != "dns-admins" && service.is_some() {
        restarted.insert(name::DHCP_SERVER);
    }
    commands.extend(restarted.into_iter().map(restart));
    let through = None;
    Some((key, TakeAway { commands, through }))
}

/// All that a token has only with the group it is to lose.
fn stood_in_for<'a>(
    who: &'a Grantee<'_>,
    host: &'a Host,
    token: &'a BTreeSet<Sid>,
    without: &'a BTreeSet<Sid>,
) -> impl Iterator<Item = &'static Setting> + 'a {
    setting::applicable(host, &host.roles)
        .filter(|setting| setting.need == Need::Required)
        .filter(|setting| who.grants(host, token, setting) && !who.grants(host, without, setting))
}

fn members_of(estate: &Estate, host: &Host, name: &str, sid: &Sid) -> BTreeSet<Sid> {
    if let Some(group) = estate
        .principals()
        .get(sid)
        .and_then(|group| group.members())
    {
        return group.clone();
    }
    let groups = estate.local_groups(host);
    groups
        .get(name)
        .map(|g| g.members.clone())
        .unwrap_or_default()
}
