//! `explain`: why each access check of a server says what it says, or where servers and address
//! records differ, and what mends it.

use std::collections::BTreeSet;

use super::args::ExplainArgs;
use super::exit::Exit;
use super::out;
use crate::base::Fqdn;
use crate::estate::{EstateError, Role};
use crate::lab::{self, Lab};
use crate::oracle::grants::heading;
use crate::oracle::{self, Availability, Missing, Stage, Verdict};
use crate::step::console::orphans::told;
use crate::step::stage;
use crate::step::{Play, play};

/// Plays the scenario and explains the server.
pub fn run(args: &ExplainArgs) -> Exit {
    if let Err(words) = meant(args) {
        tell!("error: {words}");
        return Exit::Usage;
    }
    let mut scenario = match super::usable(&args.scenario) {
        Ok(scenario) => scenario,
        Err(exit) => return exit,
    };
    if let Some(after) = args.after {
        if after > scenario.steps.len() {
            let steps = scenario.steps.len();
            tell!("error: there is no step `{after}`: the scenario has {steps} steps");
            return Exit::Usage;
        }
        scenario.steps.truncate(after);
    }
    let administrator = scenario.administrator.as_ref().map(ToString::to_string);
    let script = Play {
        steps: &scenario.steps,
        administrator: administrator.clone(),
        stop: &|| false,
        watch: &mut |_| {},
        film: None,
    };
    let explained = lab::run(scenario.lab, async |lab| {
        // Findings of the run do not matter here: a scenario that goes wrong is what people ask
        // about.
        play(lab, script).await;
        match &args.server {
            Some(server) if !args.orphans => {
                explain(lab, server).map_err(|error| error.to_string())
            }
            _ => orphans(lab, administrator).await,
        }
    });
    match explained {
        Ok(Ok(lines)) => out::print(&(lines.join("\n") + "\n"), Exit::AsExpected),
        Ok(Err(error)) => {
            tell!("error: {error}");
            Exit::Usage
        }
        Err(error) => {
            tell!("error: {error}");
            Exit::Usage
        }
    }
}

/// Whether it is said what to explain, and with its flag.
fn meant(args: &ExplainArgs) -> Result<(), String> {
    if let Some(word) = &args.word {
        return Err(match word.to_ascii_lowercase().as_str() {
            "orphans" | "orphan" => format!("`{word}` is a flag: write `--orphans`"),
            _ => format!("`{word}` needs its flag: did you mean `--server {word}`?"),
        });
    }
    if args.server.is_none() && !args.orphans {
        return Err(
            "say what to explain: `--server NAME` for the access checks of a server, or \
                    `--orphans` for what servers hold and no record knows"
                .to_owned(),
        );
    }
    Ok(())
}

/// The differences between servers and address records, as the administrator sees them.
async fn orphans(lab: &Lab, administrator: Option<String>) -> Result<Vec<String>, String> {
    let stage = stage::Stage::new(lab, administrator);
    let session = stage.session(None).await;
    let session = session.map_err(|error| error.to_string())?;
    let report = session.ipam.find_orphans(&session.caller).await;
    report
        .map(|report| told(&report))
        .map_err(|error| error.to_string())
}

/// How a line begins that names a missing setting.
const MISSING: &str = "    missing ";

/// The lines about one server.
fn explain(lab: &Lab, name: &str) -> Result<Vec<String>, EstateError> {
    let server = lab.host_name(name)?;
    let roles: BTreeSet<Role> = {
        let estate = lab.estate();
        let host = estate.host(&server);
        let roles = host.map(|host| host.roles.clone()).unwrap_or_default();
        // IPAM is no role that IPAM manages.
        roles
            .into_iter()
            .filter(|role| *role != Role::Ipam)
            .collect()
    };
    let now = lab.now();
    let mut lines = vec![
        format!("{server} at {} ({})", now.sim, now.wall),
        format!("  roles: {}", words(roles.iter())),
    ];
    let account = lab.ipam().options.computer.to_string();
    let ticket = lab.ticket_of_engine();
    lines.push(match &ticket {
        Some(ticket) => format!(
            "  asked by {account}, whose ticket has {} groups",
            ticket.groups.len()
        ),
        None => format!("  asked by {account}, which has no ticket yet and will log on anew"),
    });
    let Some(expected) = lab.expected_access(&server, &roles) else {
        return Ok(lines);
    };
    for (purpose, verdict) in expected.checks() {
        let heading = heading(purpose);
        match verdict {
            Verdict::Unblocked => lines.push(format!("{heading}: Unblocked")),
            Verdict::NotApplicable => lines.push(format!("{heading}: Not applicable")),
            Verdict::Blocked { stage, missing } => {
                lines.push(format!("{heading}: Blocked at {}", place(*stage)));
                remedies(lab, &server, missing, &mut lines);
            }
        }
    }
    let services = [
        (Role::Dhcp, &expected.dhcp_availability),
        (Role::Dns, &expected.dns_availability),
    ];
    for (role, availability) in services {
        match availability {
            Availability::NotApplicable => {}
            Availability::State(state) => lines.push(format!("{role} service: {state:?}")),
            Availability::NoSuchService => lines.push(format!("{role} service: not installed")),
            Availability::NotReachable { stage, missing } => {
                let place = place(*stage);
                lines.push(format!("{role} service: Not Reachable at {place}"));
                remedies(lab, &server, missing, &mut lines);
            }
        }
    }
    if !lines.iter().any(|line| line.starts_with(MISSING)) {
        lines.push("nothing is missing".to_owned());
    }
    Ok(lines)
}

fn place(stage: Stage) -> &'static str {
    match stage {
        Stage::Reachability => "the host",
        Stage::Firewall => "the firewall",
        Stage::Identity => "the log-on",
        Stage::AccessList => "the access list",
        Stage::Existence => "the object",
    }
}

/// What is missing, each with the command that sets it.
fn remedies(lab: &Lab, server: &Fqdn, missing: &[Missing], lines: &mut Vec<String>) {
    let ticket = lab.ticket_of_engine();
    let account = lab.ipam().options.computer.clone();
    let estate = lab.estate();
    let Some(host) = estate.host(server) else {
        return;
    };
    // Settings are granted to the group the account is in, or to the account itself.
    let ticket = ticket.or_else(|| estate.would_carry(&account));
    let Some(ticket) = ticket else {
        return;
    };
    let trustee = oracle::grantee(&estate, &ticket);
    for missing in missing {
        lines.push(format!("{MISSING}{}", missing.name()));
        lines.push(format!("      {}", missing.remedy(&estate, host, &trustee)));
        let by_policy = missing.remedy_by_policy(&estate, host);
        lines.extend(by_policy.map(|remedy| format!("    or by policy: {remedy}")));
    }
}

fn words<T: ToString>(items: impl Iterator<Item = T>) -> String {
    let words: Vec<String> = items.map(|item| item.to_string()).collect();
    words.join(", ")
}
