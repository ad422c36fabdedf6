//! What a branch changed: the steps that went differently, and what there is to see at one point
//! of it that was not there at the same point of the original.

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use crate::lab::observation::{Observation, StepRecord};
use crate::lab::scene::{EngineView, HostView, Scene};
use crate::report::transcript;

use super::branch::Branch;

/// The comparison as lines to read: `-` is the original, `+` the branch. The states are those
/// after step `at` of the branch and after the last step before it that the original has, too.
pub fn lines(original: &Branch, branch: &Branch, at: usize) -> Vec<String> {
    let then = branch.origin_of(at);
    let mut lines = vec!["- is the original, + the branch".to_owned(), String::new()];
    inserted(branch, &mut lines);
    steps(original, branch, &mut lines);
    lines.push(String::new());
    lines.push(match then {
        0 => format!("before the first step, and after step {at} of the branch:"),
        _ => format!("after step {then} of the original, and step {at} of the branch:"),
    });
    let changed = states(original.scene(then), branch.scene(at), &mut lines);
    if !changed {
        lines.push("  what is to be seen is the same".to_owned());
    }
    lines
}

fn inserted(branch: &Branch, lines: &mut Vec<String>) {
    lines.push("inserted:".to_owned());
    for (step, number) in branch.steps.iter().zip(1..) {
        if step.origin.is_none() {
            lines.extend(step.words.iter().map(|words| format!("+ {number} {words}")));
        }
    }
}

/// The steps of the original that went differently in the branch.
fn steps(original: &Branch, branch: &Branch, lines: &mut Vec<String>) {
    lines.push(String::new());
    let mut same = 0;
    let mut waiting = 0;
    let mut differing = Vec::new();
    for (step, number) in branch.steps.iter().zip(1..) {
        let Some(origin) = step.origin else { continue };
        let Some((was, is)) = original.record(origin).zip(branch.record(number)) else {
            waiting += 1;
            continue;
        };
        let changes = step_changes(was, is);
        if changes.is_empty() {
            same += 1;
            continue;
        }
        let words = step.words.first().map_or("", String::as_str);
        differing.push(format!("  step {origin}, {number} in the branch: {words}"));
        differing.extend(changes.into_iter().map(|change| format!("    {change}")));
    }
    let count = differing
        .iter()
        .filter(|line| line.starts_with("  step"))
        .count();
    let mut head = format!("steps that went differently: {count}; the same: {same}");
    if waiting > 0 {
        head.push_str(&format!("; not run yet: {waiting} (r runs on)"));
    }
    lines.push(head);
    lines.extend(differing);
}

/// What differs between a step and itself: its observations, line by line, and its packets.
fn step_changes(was: &StepRecord, is: &StepRecord) -> Vec<String> {
    let mut changes = Vec::new();
    if was.observations != is.observations {
        let (was, is) = (observed(was), observed(is));
        let diff = TextDiff::from_lines(&was, &is);
        for change in diff.iter_all_changes() {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => continue,
            };
            changes.push(format!("{mark} {}", change.value().trim_end()));
        }
    }
    if was.packets != is.packets {
        changes.push(format!("- {} packets", was.packets));
        changes.push(format!("+ {} packets", is.packets));
    }
    changes
}

/// The observations of a step, a line each; of a table a line a cell, so that a change of one is
/// not a change of all that are aligned with it.
fn observed(step: &StepRecord) -> String {
    let mut told = String::new();
    for seen in &step.observations {
        if let Observation::Table(table) = seen {
            for row in &table.rows {
                let mut cells = table.columns.iter().zip(row);
                let name = cells.next().map_or("", |(_, name)| name.as_str());
                for (column, cell) in cells {
                    told.push_str(&format!("{name} {column}: {cell}\n"));
                }
            }
            continue;
        }
        let alone = StepRecord {
            words: Vec::new(),
            observations: vec![seen.clone()],
            ..step.clone()
        };
        // An empty line and the number come first.
        for line in transcript::step(&alone).lines().skip(2) {
            told.push_str(line.strip_prefix("  ").unwrap_or(line));
            told.push('\n');
        }
    }
    told
}

/// What two scenes show differently; says whether anything does.
fn states(was: &Scene, is: &Scene, lines: &mut Vec<String>) -> bool {
    let (was, is) = (Facts::of(was), Facts::of(is));
    let mut changed = false;
    for (name, was, is) in [
        ("estate", &was.estate, &is.estate),
        ("access matrix", &was.access, &is.access),
        ("inventory", &was.inventory, &is.inventory),
        ("address space", &was.space, &is.space),
        ("addresses", &was.addresses, &is.addresses),
    ] {
        let mut told = Vec::new();
        let keys = was
            .keys()
            .chain(is.keys().filter(|key| !was.contains_key(*key)));
        for key in keys {
            let (before, after) = (was.get(key), is.get(key));
            if before == after {
                continue;
            }
            told.push(format!("    {key}"));
            let (before, after) = (items(before), items(after));
            let gone = before
                .iter()
                .filter(|one| !one.is_empty() && !after.contains(one));
            let come = after
                .iter()
                .filter(|one| !one.is_empty() && !before.contains(one));
            told.extend(gone.map(|one| format!("    - {one}")));
            told.extend(come.map(|one| format!("    + {one}")));
        }
        if !told.is_empty() {
            changed = true;
            lines.push(format!("  {name}"));
            lines.append(&mut told);
        }
    }
    changed
}

fn items(of: Option<&Vec<String>>) -> &[String] {
    of.map(Vec::as_slice).unwrap_or_default()
}

/// What a scene says of what, by section.
#[derive(Default)]
struct Facts {
    estate: BTreeMap<String, Vec<String>>,
    access: BTreeMap<String, Vec<String>>,
    inventory: BTreeMap<String, Vec<String>>,
    space: BTreeMap<String, Vec<String>>,
    addresses: BTreeMap<String, Vec<String>>,
}

impl Facts {
    fn of(scene: &Scene) -> Facts {
        let mut facts = Facts::default();
        for host in scene.estate.hosts() {
            facts.estate.insert(host.name.clone(), host_facts(host));
        }
        for domain in &scene.estate.domains {
            let policies = domain.policies.clone();
            facts
                .estate
                .insert(format!("{} policies", domain.name), policies);
        }
        for engine in &scene.engines {
            // With one engine its name says nothing.
            let by = match scene.engines.len() {
                1 => String::new(),
                _ => format!(" on {}", engine.server),
            };
            facts.engine(engine, &by);
        }
        facts
    }

    fn engine(&mut self, engine: &EngineView, by: &str) {
        for server in &engine.inventory {
            for check in &server.checks {
                let key = format!("{}{by}: {}", server.name, check.name);
                let value = format!("{} ({})", check.status, check.evidence);
                self.access.insert(key, vec![value]);
            }
            let services = server.availability.iter();
            let services: Vec<String> = services
                .map(|(role, state)| format!("{role} {state}"))
                .collect();
            let value = [
                server.roles.join(", "),
                server.manageability.clone(),
                format!("access {}", server.access),
                server.action.clone(),
                services.join(", "),
                format!("data {}", server.data_retrieval),
            ];
            let key = format!("{}{by}", server.name);
            self.inventory.insert(key, value.into());
        }
        for area in &engine.areas {
            let (first, last, owner) = (area.first, area.last, &area.owner);
            let key = format!(
                "{:?} {} {first}-{last} {owner}{by}",
                area.kind, area.network
            );
            let (used, of, percent) = (&area.utilized, &area.assigned, area.percent);
            let value = format!("{used} of {of}, {percent}%, {}", area.level);
            self.space.insert(key, vec![value]);
        }
        for address in &engine.addresses {
            let sync = address.sync.iter();
            let sync: Vec<String> = sync
                .map(|(what, state)| format!("{what} {state}"))
                .collect();
            let value = [
                address.state.clone(),
                address.device.clone(),
                address.expiry.clone(),
                sync.join(", "),
            ];
            let value: Vec<String> = value.into_iter().filter(|one| !one.is_empty()).collect();
            let key = format!("{} ({}){by}", address.address, address.owner);
            self.addresses.insert(key, value);
        }
        if engine.more_addresses > 0 {
            let key = format!("further records{by}");
            self.addresses
                .insert(key, vec![engine.more_addresses.to_string()]);
        }
    }
}

fn host_facts(host: &HostView) -> Vec<String> {
    let mut facts = vec![if host.up { "on" } else { "off" }.to_owned()];
    facts.push(
        if host.answers_ping {
            "answers ping"
        } else {
            "silent to ping"
        }
        .to_owned(),
    );
    facts.extend(host.facts.iter().cloned());
    facts
}
