//! The step that makes each setting of the table, as an administrator knows it, and the one that
//! undoes it: each changes that setting and no other.

use std::collections::{BTreeMap, BTreeSet};

use ipamlab::estate::{Kind, Need, Role, SETTINGS, Setting};
use ipamlab::lab::{self, Lab};
use ipamlab::scenario::load::load_text;
use ipamlab::step::ScriptStep;
use ipamlab::step::stage::Stage;

use super::world::{SERVERS, applicable, fqdn, group, take_shipped_grants, without_row_7};

/// The step that makes a setting on a server for IPAMUG, and the one that undoes it.
pub fn steps_of(setting: &Setting, server: &str) -> [String; 2] {
    let who = "CORP\\IPAMUG";
    let pair = |make: &str, undo: &str, arguments: String| {
        [make, undo].map(|step| format!("{step}: {{ {arguments} }}"))
    };
    match setting.kind {
        Kind::FirewallRule(rule) => pair(
            "enable-firewall-rule",
            "disable-firewall-rule",
            format!("host: {server}, rules: [\"{rule}\"]"),
        ),
        Kind::LocalGroup(group) => pair(
            "add-local-group-member",
            "remove-local-group-member",
            format!("host: {server}, group: {group}, member: {who}"),
        ),
        Kind::DomainGroup(group) => pair(
            "add-domain-group-member",
            "remove-domain-group-member",
            format!("group: CORP\\{group}, member: {who}"),
        ),
        Kind::AuditShare => [
            format!("new-share: {{ host: {server}, name: dhcpaudit, read: [{who}] }}"),
            format!("remove-share: {{ host: {server}, name: dhcpaudit }}"),
        ],
        Kind::SharePermission => pair(
            "grant-share-access",
            "revoke-share-access",
            format!("host: {server}, name: dhcpaudit, account: {who}"),
        ),
        Kind::FolderPermission => pair(
            "grant-folder-access",
            "revoke-folder-access",
            format!("host: {server}, account: {who}"),
        ),
        Kind::DnsAcl => pair(
            "grant-dns-read",
            "revoke-dns-read",
            format!("domain: corp.example, account: {who}"),
        ),
        Kind::DnsEventLogAcl => pair(
            "grant-event-log-access",
            "revoke-event-log-access",
            format!("host: {server}, account: {who}"),
        ),
        Kind::ServiceAcl(service) => pair(
            "grant-service-access",
            "revoke-service-access",
            format!("host: {server}, service: {service}, account: {who}"),
        ),
    }
}

/// A scenario of prepared servers with these steps.
pub fn scenario(steps: &[String]) -> String {
    let word = |role: &Role| match role {
        Role::DomainController => "dc",
        Role::Dns => "dns",
        Role::Dhcp => "dhcp",
        Role::Nps => "nps",
        Role::Ipam => "ipam",
        Role::Sql => "sql",
    };
    let mut text =
        "scenario: One setting\nestate:\n  domains:\n    corp.example:\n      hosts:\n".to_owned();
    text += "        ipam1: { address: 10.0.0.9, roles: [ipam] }\n";
    for (number, (name, roles)) in SERVERS.iter().enumerate() {
        let roles: Vec<&str> = roles.iter().map(word).collect();
        let (roles, last) = (roles.join(", "), 20 + number);
        text += &format!(
            "        {name}: {{ address: 10.0.0.{last}, roles: [{roles}], prepared: true }}\n"
        );
    }
    text += "steps:\n";
    for step in steps {
        text += &format!("  - {step}\n");
    }
    text
}

/// Which settings of a server are made.
fn made(lab: &Lab, server: &str) -> BTreeMap<&'static str, bool> {
    let (settings, trustee) = (applicable(lab, server), group(lab));
    let estate = lab.estate();
    let host = estate.host(&fqdn(server)).unwrap();
    let made = settings.into_iter();
    made.map(|s| (s.id, s.is_present(&estate, host, &trustee)))
        .collect()
}

/// The settings that differ between two views.
fn flipped(
    before: &BTreeMap<&'static str, bool>,
    after: &BTreeMap<&'static str, bool>,
) -> BTreeSet<&'static str> {
    let differs = |id: &&&str| before[**id] != after[**id];
    before.keys().filter(differs).copied().collect()
}

async fn carry_out(stage: &mut Stage<'_>, step: &ScriptStep) {
    let done = step.step.apply(stage).await;
    done.unwrap_or_else(|error| panic!("{:?}: {error}", step.words));
}

/// What a setting takes along when it is undone: a permission goes with its share.
fn taken_along(setting: &Setting) -> BTreeSet<&'static str> {
    match setting.kind {
        Kind::AuditShare => BTreeSet::from([setting.id, "dhcpaudit-share-permission"]),
        _ => BTreeSet::from([setting.id]),
    }
}

#[test]
fn every_setting_has_a_step_that_makes_it_and_one_that_undoes_it_and_no_other() {
    let mut tried = BTreeSet::new();
    for (server, _) in SERVERS {
        let settings = lab::run(super::world::prepared(), async |lab| {
            applicable(lab, server)
        });
        for setting in settings.unwrap() {
            let [make, undo] = steps_of(setting, server);
            let required = setting.need == Need::Required;
            // An alternative is not there yet, so it is made first.
            let order = if required { [undo, make] } else { [make, undo] };
            let mut loaded = load_text(scenario(&order));
            loaded.build_estate();
            assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
            let scenario = loaded.scenario.unwrap();
            let steps = scenario.steps;
            let views = lab::run(scenario.lab, async |lab| {
                take_shipped_grants(lab);
                without_row_7(lab, server, setting);
                let mut stage = Stage::new(lab, None);
                let mut views = vec![(made(lab, server), lab.grants().unwrap())];
                for step in &steps {
                    carry_out(&mut stage, step).await;
                    views.push((made(lab, server), lab.grants().unwrap()));
                }
                views
            });
            let views = views.unwrap();
            let id = setting.id;
            let along = taken_along(setting);
            assert_eq!(
                flipped(&views[0].0, &views[1].0),
                along,
                "{server} {order:?}"
            );
            assert_eq!(views[1].0[id], !required, "{server} {order:?}");
            assert_eq!(views[0].0, views[2].0, "{server}: {order:?} is undone");
            hold_the_oracle(server, setting, &views[0].1, &views[1].1);
            let lacks = |number: usize| &views[number].1.servers[&fqdn(server)].lacks;
            assert_eq!(lacks(0), lacks(2), "{server} {order:?}");
            tried.insert(id);
        }
    }
    let all: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.id).collect();
    assert_eq!(tried, all);
}

/// The oracle misses what was undone, or no longer misses what was made.
fn hold_the_oracle(
    server: &str,
    setting: &Setting,
    before: &ipamlab::oracle::Grants,
    after: &ipamlab::oracle::Grants,
) {
    let ids = |grants: &ipamlab::oracle::Grants| -> BTreeSet<String> {
        let lacks = &grants.servers[&fqdn(server)].lacks;
        lacks.keys().cloned().collect()
    };
    let (before, after) = (ids(before), ids(after));
    let mut changed: BTreeSet<&str> = before
        .symmetric_difference(&after)
        .map(String::as_str)
        .collect();
    // Whoever administers the machine administers DHCP there.
    if setting.id == "dns-administrators" {
        changed.remove("dhcp-administrators");
    }
    assert_eq!(changed, BTreeSet::from([setting.id]), "{server}");
}
