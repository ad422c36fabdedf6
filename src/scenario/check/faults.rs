//! Faults: exactly one kind each, on hosts that exist, in a window that can be.

use std::rc::Rc;

use super::Problems;
use super::hosts::Hosts;
use crate::base::SimTime;
use crate::net::Transport;
use crate::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit, Peer, Target};
use crate::scenario::fault_file::{FaultFile, ProtocolFile};
use crate::scenario::place::{At, Place};

/// The keys of which a fault has exactly one.
const KINDS: [&str; 8] = [
    "loss",
    "delay",
    "duplicate",
    "reorder",
    "partition",
    "host-down",
    "service-stopped",
    "crash",
];

/// Checks the faults.
pub fn check(
    faults: &[At<FaultFile>],
    hosts: &Hosts<'_>,
    problems: &mut Problems,
) -> Vec<FaultSpec> {
    let mut found: Vec<FaultSpec> = Vec::new();
    for (number, fault) in faults.iter().enumerate() {
        let Some((label, kind)) = kind(fault, hosts, problems) else {
            continue;
        };
        let (name, place) = match &fault.value.name {
            Some(name) => (name.value.clone(), name.place),
            None => (format!("{label}-{}", number + 1), fault.place),
        };
        if found.iter().any(|other| *other.name == *name) {
            problems
                .error(place, format!("a fault is called `{name}` already"))
                .remedy("give each fault its own name");
            continue;
        }
        effects(fault, &kind, problems);
        found.push(FaultSpec {
            name: name.into(),
            scope: scope(&fault.value, hosts, problems),
            limit: Limit {
                skip: fault.value.skip,
                first: fault.value.first,
            },
            optional: fault.value.optional,
            kind,
        });
    }
    found
}

fn kind(
    fault: &At<FaultFile>,
    hosts: &Hosts<'_>,
    problems: &mut Problems,
) -> Option<(&'static str, FaultKind)> {
    let file = &fault.value;
    let places = [
        file.loss.as_ref().map(|kind| kind.place),
        file.delay.as_ref().map(|kind| kind.place),
        file.duplicate.as_ref().map(|kind| kind.place),
        file.reorder.as_ref().map(|kind| kind.place),
        file.partition.as_ref().map(|kind| kind.place),
        file.host_down.as_ref().map(|kind| kind.place),
        file.service_stopped.as_ref().map(|kind| kind.place),
        file.crash.as_ref().map(|kind| kind.place),
    ];
    let given = KINDS.into_iter().zip(places);
    let given: Vec<(&'static str, Place)> = given
        .filter_map(|(label, place)| Some((label, place?)))
        .collect();
    let label = match given.as_slice() {
        [(label, _)] => *label,
        [] => {
            problems
                .error(fault.place, "a fault of no kind")
                .remedy(format!("give one of `{}`", KINDS.join("`, `")));
            return None;
        }
        [(first, _), (second, place), ..] => {
            problems
                .error(*place, format!("`{first}` and `{second}` are in one fault"))
                .remedy("declare two faults");
            return None;
        }
    };
    Some((label, build(file, hosts, problems)?))
}

fn build(file: &FaultFile, hosts: &Hosts<'_>, problems: &mut Problems) -> Option<FaultKind> {
    if let Some(loss) = &file.loss {
        let chance = chance(loss.value.chance.as_ref(), problems)?;
        return Some(FaultKind::Loss { chance });
    }
    if let Some(delay) = &file.delay {
        let (by, jitter) = (delay.value.by.0, delay.value.jitter.0);
        return Some(FaultKind::Delay { by, jitter });
    }
    if let Some(duplicate) = &file.duplicate {
        let chance = chance(duplicate.value.chance.as_ref(), problems)?;
        return Some(FaultKind::Duplicate {
            chance,
            offset: duplicate.value.after.0,
        });
    }
    if let Some(reorder) = &file.reorder {
        let chance = chance(reorder.value.chance.as_ref(), problems)?;
        return Some(FaultKind::Reorder {
            chance,
            hold: reorder.value.hold.0,
        });
    }
    if let Some(partition) = &file.partition {
        let mut side = |texts: &[At<String>]| -> Vec<Peer> {
            let peers = texts.iter();
            peers
                .filter_map(|text| peer(&text.value, text.place, hosts, problems))
                .collect()
        };
        let (one, other) = (side(&partition.value.between), side(&partition.value.and));
        if one.is_empty() || other.is_empty() {
            problems.error(
                partition.place,
                "a partition has two sides that are not empty",
            );
        }
        return Some(FaultKind::Partition { one, other });
    }
    if let Some(host) = &file.host_down {
        let host = peer(&host.value, host.place, hosts, problems)?;
        return Some(FaultKind::HostDown { host });
    }
    if let Some(stopped) = &file.service_stopped {
        let host = host(&stopped.value.host, hosts, problems)?;
        let program = program(&stopped.value.service, problems)?;
        return Some(FaultKind::ServiceStopped { host, program });
    }
    let crash = file.crash.as_ref()?;
    let host = host(&crash.value.host, hosts, problems)?;
    let target = match &crash.value.service {
        Some(service) => Target::Service {
            host,
            program: program(service, problems)?,
        },
        None => Target::Host(host),
    };
    let restart_after = crash.value.restart_after.map(|span| span.0);
    Some(FaultKind::Crash {
        target,
        restart_after,
    })
}

/// What is given beside a kind that takes no notice of it.
fn effects(fault: &At<FaultFile>, kind: &FaultKind, problems: &mut Problems) {
    let file = &fault.value;
    let (from, until) = (file.from.as_ref(), file.until.as_ref());
    if let (Some(from), Some(until)) = (from, until)
        && from.value >= until.value
    {
        let message = format!("the fault ends at `{}`, before it begins", until.value);
        problems
            .error(until.place, message)
            .remedy(format!("give an `until` after `{}`", from.value));
    }
    if matches!(kind, FaultKind::ServiceStopped { .. }) && from.is_none() {
        problems
            .error(fault.place, "`service-stopped` needs to know when")
            .remedy("give `from: 0s` for the whole run");
    }
    let by_packet = !matches!(
        kind,
        FaultKind::HostDown { .. } | FaultKind::ServiceStopped { .. } | FaultKind::Partition { .. }
    );
    if !by_packet && (file.skip > 0 || file.first.is_some()) {
        let message = "`skip` and `first` have no effect on this kind of fault";
        problems.warning(fault.place, message);
    }
    let at_a_time = matches!(kind, FaultKind::Crash { .. }) && from.is_some();
    let narrowed = file.link.is_some() || file.on.is_some() || file.port.is_some();
    if narrowed && (!by_packet || at_a_time) && !matches!(kind, FaultKind::Partition { .. }) {
        let message = "`link`, `on` and `port` have no effect on this fault";
        problems.warning(fault.place, message);
    }
}

fn scope(file: &FaultFile, hosts: &Hosts<'_>, problems: &mut Problems) -> FaultScope {
    let time = |span: &crate::step::value::Span| {
        SimTime(u64::try_from(span.0.as_millis()).unwrap_or(u64::MAX))
    };
    FaultScope {
        link: file.link.as_ref().and_then(|link| {
            let [one, other] = &link.value;
            let one = peer(one, link.place, hosts, problems);
            let other = peer(other, link.place, hosts, problems);
            one.zip(other)
        }),
        host: file
            .on
            .as_ref()
            .and_then(|on| peer(&on.value, on.place, hosts, problems)),
        transport: file.protocol.as_ref().map(|protocol| match protocol.value {
            ProtocolFile::Udp => Transport::Udp,
            ProtocolFile::Tcp => Transport::Tcp,
            ProtocolFile::Icmp => Transport::Icmp,
        }),
        port: file.port,
        from: file.from.as_ref().map(|span| time(&span.value)),
        until: file.until.as_ref().map(|span| time(&span.value)),
    }
}

fn chance(text: Option<&At<String>>, problems: &mut Problems) -> Option<Chance> {
    let Some(text) = text else {
        return Some(Chance::ALWAYS);
    };
    let number = text.value.trim().trim_end_matches('%').trim();
    let chance = number
        .parse()
        .ok()
        .and_then(|percent| Chance::percent(percent).ok());
    if chance.is_none() {
        problems
            .error(text.place, format!("`{}` is not a chance", text.value))
            .remedy("write a number from 0 to 100: `5 %`");
    }
    chance
}

/// `*`, an address, or a host by name.
fn peer(name: &str, place: Place, hosts: &Hosts<'_>, problems: &mut Problems) -> Option<Peer> {
    match Peer::parse(name) {
        Peer::Host(name) => {
            let host = hosts.expect(&name, place, problems)?;
            Some(Peer::Host(host.name.as_str().into()))
        }
        other => Some(other),
    }
}

fn host(name: &At<String>, hosts: &Hosts<'_>, problems: &mut Problems) -> Option<Rc<str>> {
    let host = hosts.expect(&name.value, name.place, problems)?;
    Some(host.name.as_str().into())
}

/// The program of a Windows service, as listeners are bound under it.
fn program(service: &At<String>, problems: &mut Problems) -> Option<Rc<str>> {
    const PROGRAMS: &[(&str, &str)] = &[("DHCPServer", "dhcpserver"), ("DNS", "dns")];
    let known = PROGRAMS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(&service.value));
    if known.is_none() {
        problems
            .error(
                service.place,
                format!("unknown service `{}`", service.value),
            )
            .remedy("known here: `DHCPServer`, `DNS`");
    }
    known.map(|(_, program)| (*program).into())
}
