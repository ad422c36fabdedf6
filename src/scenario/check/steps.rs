//! Steps: everything they name must exist, every expectation must compare something.

use super::Problems;
use super::header::read_date;
use super::hosts::{Hosts, known_domain};
use super::marks::Marks;
use crate::addr::AddressRange;
use crate::base::AccountName;
use crate::base::limits::STEPS_PER_SCENARIO;
use crate::base::wildcard::{is_pattern, matches_host};
use crate::ipam::access::AccessStatus;
use crate::net::fault::FaultSpec;
use crate::scenario::diagnostic::suggestion;
use crate::scenario::estate_file::RoleFile;
use crate::scenario::place::{At, Place};
use crate::scenario::source::Source;
use crate::step::harness::expect::Expect;
use crate::step::harness::same;
use crate::step::{Mention, ScriptStep, Step, StepEntry};

/// What steps are checked against.
pub struct World<'a, 'f> {
    pub hosts: &'a Hosts<'f>,
    pub faults: &'a [FaultSpec],
    pub source: &'a Source<'a>,
}

/// Checks the steps.
pub fn check(
    steps: &[At<StepEntry>],
    world: &World<'_, '_>,
    problems: &mut Problems,
) -> Vec<ScriptStep> {
    if steps.len() > STEPS_PER_SCENARIO {
        let message = format!("{} steps: {STEPS_PER_SCENARIO} at most", steps.len());
        problems.error(steps[STEPS_PER_SCENARIO].place, message);
    }
    let places: Vec<Place> = steps.iter().map(|step| step.place).collect();
    let mut script = Vec::with_capacity(steps.len());
    let mut marks = Marks::default();
    for (number, step) in steps.iter().enumerate() {
        let next = places.get(number + 1).copied();
        let at = |word: &str| world.source.find(step.place, next, word);
        for mention in step.value.step.mentions().0 {
            named(mention, world, &at, problems);
        }
        marks.step(&step.value.step, &at, problems);
        if let Step::Expect(expect) = &step.value.step {
            expectation(expect, step.place, problems);
            statuses(expect, &at, problems);
        }
        script.push(ScriptStep {
            words: without_secrets(world.source.words(step.place, next), &step.value.step),
            line: step.place.line,
            fails: step.value.fails,
            step: step.value.step.clone(),
        });
    }
    script
}

/// The words of a step with every secret in it left out, also where a comment repeats it.
fn without_secrets(mut words: Vec<String>, step: &Step) -> Vec<String> {
    for mention in step.mentions().0 {
        if let Mention::Secret(secret) = mention
            && !secret.trim().is_empty()
        {
            for line in &mut words {
                *line = line.replace(secret.trim(), "********");
            }
        }
    }
    words
}

fn named(
    mention: Mention<'_>,
    world: &World<'_, '_>,
    at: &dyn Fn(&str) -> Place,
    problems: &mut Problems,
) {
    match mention {
        Mention::Host(name) => {
            world.hosts.expect(name, at(name), problems);
        }
        Mention::Hosts(pattern) if is_pattern(pattern) => {
            let mut all = world.hosts.all.iter();
            if !all.any(|host| matches_host(pattern, &host.name)) {
                problems
                    .error(at(pattern), format!("`{pattern}` is the name of no host"))
                    .remedy("`*` is any text: `dhcp*`, `*.emea.corp.example`");
            }
        }
        Mention::Hosts(name) => {
            world.hosts.expect(name, at(name), problems);
        }
        Mention::DhcpServer(name) => in_role(name, RoleFile::Dhcp, world, at, problems),
        Mention::DnsServer(name) => in_role(name, RoleFile::Dns, world, at, problems),
        Mention::Domain(name) => {
            known_domain(name, at(name), world.hosts, problems);
        }
        Mention::Account(name) => {
            if let Err(error) = name.parse::<AccountName>() {
                problems.error(at(name), error.to_string());
            }
        }
        Mention::Fault(name) => {
            if !world.faults.iter().any(|fault| *fault.name == *name) {
                let known = world.faults.iter().map(|fault| fault.name.as_ref());
                let help = suggestion(name, known);
                problems
                    .error(at(name), format!("unknown fault `{name}`"))
                    .help = help;
            }
        }
        Mention::Date(text) => {
            if let Err(message) = read_date(text) {
                problems
                    .error(at(text), message)
                    .remedy("write it as `2026-03-02` or `2026-03-02T08:00:00Z`");
            }
        }
        Mention::Addresses(text) => {
            let is_prefix = text.parse::<ipnet::IpNet>().is_ok();
            if let (false, Err(error)) = (is_prefix, text.parse::<AddressRange>()) {
                problems.error(at(text), error.to_string());
            }
        }
        Mention::IpamServer(name) => in_role(name, RoleFile::Ipam, world, at, problems),
        Mention::Problem {
            word,
            message,
            remedy,
        } => {
            problems.error(at(word), message).remedy(remedy);
        }
        Mention::Secret(_) => {}
        Mention::Prefix(text) => {
            if text.parse::<ipnet::IpNet>().is_err() {
                problems
                    .error(at(text), format!("`{text}` is not a prefix"))
                    .remedy("write it as `10.0.1.0/24`");
            }
        }
    }
}

fn in_role(
    name: &str,
    role: RoleFile,
    world: &World<'_, '_>,
    at: &dyn Fn(&str) -> Place,
    problems: &mut Problems,
) {
    let Some(host) = world.hosts.expect(name, at(name), problems) else {
        return;
    };
    if !host.has(role) {
        let role = format!("{role:?}").to_lowercase();
        problems
            .error(at(name), format!("`{name}` has not the role `{role}`"))
            .remedy(format!("add `{role}` to the roles of the host"));
    }
}

fn expectation(expect: &Expect, place: Place, problems: &mut Problems) {
    if expect.address_family.is_some() && expect.inventory.is_none() {
        problems
            .error(place, "`address-family` is a view of the inventory")
            .remedy("add `inventory`, or remove it");
    }
    match expect.subjects().as_slice() {
        [] => {
            problems
                .error(place, "the expectation has no subject")
                .remedy(format!("name one of `{}`", Expect::SUBJECTS.join("`, `")));
        }
        ["server"] if expect.of_server().is_empty() => {
            problems
                .error(place, "the expectation compares nothing")
                .remedy("say what the server's `access`, or one of its checks, must be");
        }
        [subject] if *subject != "server" && !expect.of_server().is_empty() => {
            let (key, _) = expect.of_server()[0];
            problems
                .error(
                    place,
                    format!("`{key}` is of a server, but the subject is `{subject}`"),
                )
                .remedy("write two expectations");
        }
        [_] => {}
        [first, second, ..] => {
            problems
                .error(
                    place,
                    format!("`{first}` and `{second}` are in one expectation"),
                )
                .remedy("write two expectations");
        }
    }
}

/// An access status that no check ever has would fail the run, and not say why.
fn statuses(expect: &Expect, at: &dyn Fn(&str) -> Place, problems: &mut Problems) {
    let known: Vec<String> = AccessStatus::ALL.iter().map(ToString::to_string).collect();
    for (key, wanted) in expect.of_server() {
        let is_check = matches!(
            key,
            "access" | "dhcp-rpc" | "dhcp-audit-share" | "dns-rpc" | "event-log"
        );
        if is_check && !known.iter().any(|status| same(wanted, status)) {
            let remedy = suggestion(wanted, known.iter().map(String::as_str))
                .unwrap_or_else(|| format!("write one of `{}`", known.join("`, `")));
            problems
                .error(at(wanted), format!("`{wanted}` is no access status"))
                .remedy(remedy);
        }
    }
}
