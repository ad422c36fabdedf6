//! The shipped scenarios cover what they promise: every real-world problem of the domain
//! reference, every fault, every access setting and both outcomes of every check.
//!
//! Problems that cannot be covered yet are listed with the reason, and leave the list when they
//! are covered.

#[path = "catalogue/allocation.rs"]
mod allocation;
#[path = "catalogue/conflicts.rs"]
mod conflicts;
#[path = "catalogue/database.rs"]
mod database;
#[path = "catalogue/fields.rs"]
mod fields;
#[path = "catalogue/life.rs"]
mod life;
#[path = "catalogue/monitoring.rs"]
mod monitoring;
#[path = "catalogue/records.rs"]
mod records;
#[path = "catalogue/transfer.rs"]
mod transfer;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ipamlab::estate::{Kind, SETTINGS, Setting, rules};
use ipamlab::lab;
use ipamlab::net::fault::FAULTS;
use ipamlab::report::console;
use ipamlab::scenario::{load, load_text};
use ipamlab::step::{Play, Step, play};

/// Problems of domain 11.1 to 11.4: the letter and how many there are of it.
const PROBLEMS: &[(char, u32)] = &[('A', 21), ('P', 15), ('D', 8), ('S', 18)];

/// Problems without a scenario, and what the product lacks for one.
const NOT_YET: &[(&str, &str)] = &[];

/// Chapters of the domain reference and how many sections each has.
const CHAPTERS: &[u32] = &[3, 5, 9, 8, 11, 11, 4, 4, 8, 9, 0, 5, 29];

/// The documents the project started from.
const SEEDS: &[&str] = &[
    "invoke-ipamserverprovisioning",
    "ipam-provisioning",
    "managing-ip-address-space",
    "set-ipamconfiguration",
];

struct Told {
    path: PathBuf,
    covers: Vec<String>,
    steps: Vec<Step>,
}

fn told() -> Vec<Told> {
    let mut paths = Vec::new();
    below(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"),
        &mut paths,
    );
    paths.sort();
    let read = |path: PathBuf| {
        let scenario = load(&path).scenario.expect("a shipped scenario is valid");
        let steps = scenario.steps.into_iter().map(|script| script.step);
        Told {
            covers: scenario.lab.covers.clone(),
            steps: steps.collect(),
            path,
        }
    };
    paths.into_iter().map(read).collect()
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the scenarios are a folder") {
        let path = entry.expect("a listed entry is readable").path();
        if path.is_dir() {
            below(&path, found);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            found.push(path);
        }
    }
}

fn covered(scenarios: &[Told]) -> BTreeSet<&str> {
    let ids = scenarios.iter().flat_map(|told| &told.covers);
    ids.map(String::as_str).collect()
}

/// Whether `id` names a problem (`A5`), or a section (`4.2`; `12.7` is a row of that chapter).
fn is_of_domain(id: &str) -> bool {
    for (letter, count) in PROBLEMS {
        if let Some(number) = id.strip_prefix(*letter) {
            return number.parse().is_ok_and(|n: u32| (1..=*count).contains(&n));
        }
    }
    let (chapter, section) = id.split_once('.').unwrap_or((id, "1"));
    match (chapter.parse::<usize>(), section.parse::<u32>()) {
        (Ok(chapter), Ok(section)) if chapter < CHAPTERS.len() => {
            !id.contains('.') || (1..=CHAPTERS[chapter]).contains(&section)
        }
        _ => false,
    }
}

fn is_known(id: &str) -> bool {
    let Some((source, what)) = id.split_once(':') else {
        return false;
    };
    match source {
        "domain" => is_of_domain(what),
        "seed" => SEEDS.contains(&what),
        "rfc" => what.parse::<u32>().is_ok(),
        "fault" => FAULTS.iter().any(|fault| fault.name == what),
        _ => false,
    }
}

#[test]
fn every_problem_of_the_catalogue_has_a_scenario_or_a_reason() {
    let scenarios = told();
    let covered = covered(&scenarios);
    let reasons: BTreeMap<&str, &str> = NOT_YET.iter().copied().collect();
    let mut problems = Vec::new();
    for (letter, count) in PROBLEMS {
        for number in 1..=*count {
            let id = format!("{letter}{number}");
            let has_scenario = covered.contains(format!("domain:{id}").as_str());
            match (has_scenario, reasons.get(id.as_str())) {
                (false, None) => problems.push(format!("{id}: no scenario covers it")),
                (true, Some(why)) => problems.push(format!("{id} is covered, not `{why}`")),
                _ => {}
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn scenarios_cover_nothing_that_does_not_exist() {
    let mut problems = Vec::new();
    for told in told() {
        if told.covers.is_empty() {
            problems.push(format!("{}: covers nothing", told.path.display()));
        }
        for id in told.covers.iter().filter(|id| !is_known(id)) {
            problems.push(format!("{}: `{id}` is unknown", told.path.display()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for wrong in [
        "domain:A22",
        "domain:4.12",
        "domain:13",
        "seed:x",
        "fault:fire",
        "A1",
    ] {
        assert!(!is_known(wrong), "{wrong}");
    }
}

#[test]
fn every_fault_has_a_scenario() {
    let scenarios = told();
    let covered = covered(&scenarios);
    let missing = FAULTS.iter().map(|fault| format!("fault:{}", fault.name));
    let missing: Vec<String> = missing
        .filter(|id| !covered.contains(id.as_str()))
        .collect();
    assert!(missing.is_empty(), "no scenario covers {missing:?}");
}

#[test]
fn every_check_is_expected_both_blocked_and_unblocked() {
    let mut expected = BTreeSet::new();
    for step in told().iter().flat_map(|told| &told.steps) {
        if let Step::Expect(expect) = step {
            for (key, value) in expect.of_server() {
                expected.insert((key, value.to_lowercase()));
            }
        }
    }
    let checks = [
        "access",
        "dhcp-rpc",
        "dhcp-audit-share",
        "dns-rpc",
        "event-log",
    ];
    for check in checks {
        for outcome in ["blocked", "unblocked"] {
            let found = expected.contains(&(check, outcome.to_owned()));
            assert!(found, "no scenario expects {check}: {outcome}");
        }
    }
}

/// Whether a step changes a setting.
fn changes(step: &Step, setting: &Setting) -> bool {
    let rule = |names: &[String], wanted: &str| {
        names
            .iter()
            .any(|name| rules::find(name) == rules::find(wanted))
    };
    match (step, setting.kind) {
        (Step::EnableFirewallRule(step), Kind::FirewallRule(name)) => rule(&step.0.rules, name),
        (Step::DisableFirewallRule(step), Kind::FirewallRule(name)) => rule(&step.0.rules, name),
        (Step::AddLocalGroupMember(step), Kind::LocalGroup(name)) => step.0.group == name,
        (Step::RemoveLocalGroupMember(step), Kind::LocalGroup(name)) => step.0.group == name,
        (Step::AddDomainGroupMember(step), Kind::DomainGroup(name)) => step.0.group.ends_with(name),
        (Step::RemoveDomainGroupMember(step), Kind::DomainGroup(name)) => {
            step.0.group.ends_with(name)
        }
        (Step::NewShare(_) | Step::RemoveShare(_), Kind::AuditShare)
        | (Step::GrantShareAccess(_) | Step::RevokeShareAccess(_), Kind::SharePermission)
        | (Step::GrantFolderAccess(_) | Step::RevokeFolderAccess(_), Kind::FolderPermission)
        | (Step::GrantDnsRead(_) | Step::RevokeDnsRead(_), Kind::DnsAcl)
        | (Step::GrantEventLogAccess(_) | Step::RevokeEventLogAccess(_), Kind::DnsEventLogAcl) => {
            true
        }
        (Step::GrantServiceAccess(step), Kind::ServiceAcl(name)) => {
            step.service.eq_ignore_ascii_case(name)
        }
        (Step::RevokeServiceAccess(step), Kind::ServiceAcl(name)) => {
            step.0.service.eq_ignore_ascii_case(name)
        }
        _ => false,
    }
}

#[test]
fn every_access_setting_is_changed_by_some_scenario() {
    let scenarios = told();
    let steps: Vec<&Step> = scenarios.iter().flat_map(|told| &told.steps).collect();
    let unchanged = SETTINGS
        .iter()
        .filter(|setting| !steps.iter().any(|step| changes(step, setting)));
    let missing: Vec<&str> = unchanged.map(|setting| setting.id).collect();
    assert!(missing.is_empty(), "no scenario changes {missing:?}");
}

const WORLD: &str = "scenario: Misuse of an estate step
covers: [domain:4.8]
estate:
  domains:
    corp.example:
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        dhcp1: { address: 10.0.0.5, roles: [dhcp] }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
steps:
";

/// What is wrong with the one step, and what the user must be told.
const MISUSES: &[(&str, &str)] = &[
    (
        "delete-gpo: { domain: corp.example, name: LAB_DNS }",
        "LAB_DNS",
    ),
    (
        "new-gpo: { domain: crop.example, name: X }",
        "unknown domain `crop.example`",
    ),
    (
        "new-gpo: { domain: corp.example, name: X, restricted-groups: { A: [CORP\\nobody] } }",
        "there is no account or group `CORP\\nobody`",
    ),
    (
        "new-gpo: { domain: corp.example, name: X, ou: servers }",
        "servers",
    ),
    (
        "link-gpo: { domain: corp.example, name: LAB_DNS }",
        "LAB_DNS",
    ),
    (
        "unlink-gpo: { domain: corp.example, name: LAB_DNS }",
        "LAB_DNS",
    ),
    (
        "set-gpo-version: { domain: corp.example, name: LAB_DNS, version: 0 }",
        "LAB_DNS",
    ),
    (
        "set-gpo-inheritance: { domain: corp.example, ou: servers, blocked: true }",
        "servers",
    ),
    (
        "add-to-gpo-filter: { domain: corp.example, name: LAB_DNS, account: CORP\\dc1$ }",
        "LAB_DNS",
    ),
    (
        "remove-from-gpo-filter: { domain: corp.example, name: LAB_DNS, account: CORP\\dc1$ }",
        "LAB_DNS",
    ),
    ("move-to-ou: { host: dhcp1, ou: servers }", "servers"),
    (
        "delete-computer-account: dc1",
        "cannot do without its account",
    ),
    ("join-domain: dhcp1", "it is so already"),
    ("upgrade-os: { host: dhcp1, os: \"2008\" }", "a later one"),
    ("upgrade-os: { host: dhcp1, os: NT }", "Windows Server NT"),
    (
        "add-computer-name: { host: dhcp1, name: dc1.corp.example }",
        "exists already",
    ),
    ("set-script-failure-mode: perhaps", "perhaps"),
    (
        "link-gpo: { domain: corp.example, name: LAB_DNS, ou: servers/dhcp, order: 1 }",
        "LAB_DNS",
    ),
    (
        "expect: { policy: { host: dhcp7, applied: [] } }",
        "unknown host `dhcp7`",
    ),
    ("gpresult: dhcp7", "unknown host `dhcp7`"),
    ("show-provisioning-log: dhcp7", "unknown host `dhcp7`"),
    (
        "set-provisioning-step: { host: dhcp7, step: audit-share, fails: true }",
        "unknown host `dhcp7`",
    ),
    (
        "set-dns-polling-interval: { host: dc1, interval: 5s }",
        "30 to 3600 s",
    ),
    (
        "set-dns-polling-interval: { host: dhcp1, interval: 60s }",
        "has not the role `dns`",
    ),
    ("authorise-dhcp-server: dhcp1", "it is so already"),
    ("unauthorise-dhcp-server: dc1", "has not the role `dhcp`"),
    (
        "new-dhcp-scope: { server: dhcp1, scope: 10.0.1.0/24, range: 10.0.2.1-10.0.2.9 }",
        "",
    ),
    (
        "grant-folder-access: { host: dhcp1, account: CORP\\nobody }",
        "CORP\\nobody",
    ),
    ("edit-database-row: { kind: secret-key }", "delete: true"),
    (
        "edit-database-row: { kind: role, name: Nobody, delete: true }",
        "Nobody",
    ),
    ("restore-access-rows: monday", "back-up-access-rows: monday"),
    (
        "revoke-folder-access: { host: dhcp1, account: CORP\\dc1$ }",
        "CORP\\dc1$",
    ),
];

/// What is wrong with a scenario of the step: its diagnostics, or else the findings of its run.
fn wrong_with(step: &str) -> Vec<String> {
    let mut loaded = load_text(format!("{WORLD}  - {step}\n"));
    loaded.build_estate();
    let Some(scenario) = loaded.scenario else {
        let told = loaded.diagnostics.iter();
        return told
            .map(|found| format!("{} {:?}", found.message, found.help))
            .collect();
    };
    let script = Play {
        steps: &scenario.steps,
        administrator: None,
        stop: &|| false,
        watch: &mut |_| {},
        film: None,
    };
    let record = lab::run(scenario.lab, async |lab| play(lab, script).await);
    console::findings(
        console::Style::Plain,
        &record.expect("the estate can be built"),
        &[],
    )
}

#[test]
fn an_estate_step_that_cannot_be_carried_out_says_why() {
    let first = MISUSES
        .iter()
        .chain(database::MISUSES)
        .chain(fields::MISUSES);
    let rest = monitoring::MISUSES.iter().chain(records::MISUSES);
    let rest = rest.chain(transfer::MISUSES).chain(allocation::MISUSES);
    for (step, wanted) in first.chain(rest) {
        let wrong = wrong_with(step).join("\n");
        assert!(!wrong.is_empty(), "{step}: nothing is wrong with it");
        assert!(wrong.contains(wanted), "{step}: {wrong}");
    }
}
