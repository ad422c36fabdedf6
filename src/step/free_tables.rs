//! What a search for free addresses, ranges or subnets found, as the cmdlets print it, and the
//! evidence on every candidate, as the console shows it.

use ipnet::IpNet;

use crate::addr::AddressRange;
use crate::ipam::find::{Candidate, FindReport, Found, FreeRange, PtrStatus, Verdict};
use crate::lab::observation::Table;

use super::stage::Stage;
use super::tables::joined;

/// Free addresses, and what was passed over on the way to them.
pub fn addresses(stage: &mut Stage<'_>, report: &FindReport, asked: usize) {
    let columns = ["IpAddress", "PingStatus", "DnsRecordStatus"];
    let mut table = Table::new("free addresses", &columns);
    let mut found = 0;
    for candidate in &report.candidates {
        if candidate.verdict == Verdict::Available {
            found += 1;
            table.row(vec![
                candidate.address.to_string(),
                candidate.ping.to_string(),
                dns(&candidate.ptr).to_owned(),
            ]);
        }
    }
    stage.table(table);
    for (span, why) in passed_over(report) {
        stage.say(format!("{span} passed over: {why}"));
    }
    if found < asked {
        warn(stage, found, asked);
    }
    stage.last_free = Some(report.available().map(|found| found.to_string()).collect());
}

fn dns(status: &PtrStatus) -> &'static str {
    match status {
        PtrStatus::Undetected => "Undetected",
        PtrStatus::Found(_) => "Found",
        PtrStatus::NotFound => "NotFound",
    }
}

/// Runs of addresses that are out of the question for the same reasons, in order.
fn passed_over(report: &FindReport) -> Vec<(AddressRange, String)> {
    let words = |candidate: &Candidate| match &candidate.verdict {
        Verdict::Available => None,
        Verdict::Skipped(reasons) => Some(joined(reasons)),
    };
    let single = |candidate: &Candidate| {
        let here = AddressRange::single(candidate.address);
        words(candidate).map(|why| (here, why))
    };
    let listed = report.candidates.iter().filter_map(single);
    let wide = report.passed_over.iter();
    let wide = wide.map(|over| (over.span, joined(&over.reasons)));
    let mut spans: Vec<(AddressRange, String)> = listed.chain(wide).collect();
    spans.sort();
    let mut runs: Vec<(AddressRange, String)> = Vec::new();
    for (span, why) in spans {
        match runs.last_mut() {
            Some((run, same)) if *same == why && run.touches(&span) => {
                *run = AddressRange::new(run.first(), span.last()).unwrap_or(*run);
            }
            _ => runs.push((span, why)),
        }
    }
    runs
}

fn warn(stage: &mut Stage<'_>, found: usize, asked: usize) {
    stage.say(format!("warning: {found} found of {asked} asked for"));
}

pub fn ranges(stage: &mut Stage<'_>, found: &Found<FreeRange>) {
    let columns = ["StartIPAddress", "EndIPAddress", "NetworkId"];
    let mut table = Table::new("free ranges", &columns);
    for range in &found.found {
        table.row(vec![
            range.start_ip_address.to_string(),
            range.end_ip_address.to_string(),
            range.network_id.to_string(),
        ]);
    }
    stage.table(table);
    if found.is_short() {
        warn(stage, found.found.len(), found.asked);
    }
    let spans = found.found.iter();
    let words = spans.map(|range| format!("{}-{}", range.start_ip_address, range.end_ip_address));
    stage.last_free = Some(words.collect());
}

pub fn subnets(stage: &mut Stage<'_>, found: &Found<IpNet>) {
    let mut table = Table::new("free subnets", &["NetworkId"]);
    for network in &found.found {
        table.row(vec![network.to_string()]);
    }
    stage.table(table);
    if found.is_short() {
        warn(stage, found.found.len(), found.asked);
    }
    stage.last_free = Some(found.found.iter().map(ToString::to_string).collect());
}

/// Every candidate with its evidence, and what was chosen.
pub fn search(stage: &mut Stage<'_>, report: &FindReport) {
    if report.repeated && report.candidates.is_empty() {
        stage.say("asked before under this name: nothing is searched");
        told_selection(stage, report);
        return;
    }
    let columns = [
        "address", "database", "reserved", "excluded", "leased", "ping", "PTR", "verdict",
    ];
    let mut table = Table::new("candidates", &columns);
    // What only a DHCP server knows nobody knows of a range that is no scope.
    let on_server = |found: bool| match report.dhcp_server {
        Some(_) => answer(found),
        None => "-".to_owned(),
    };
    for candidate in &report.candidates {
        table.row(vec![
            candidate.address.to_string(),
            answer(candidate.database),
            on_server(candidate.reservation),
            on_server(candidate.exclusion),
            on_server(candidate.lease),
            candidate.ping.to_string(),
            candidate.ptr.to_string(),
            candidate.verdict.to_string(),
        ]);
    }
    stage.table(table);
    for passed in &report.passed_over {
        stage.say(format!(
            "{} passed over: {}",
            passed.span,
            joined(&passed.reasons)
        ));
    }
    if let Some(stopped) = report.stopped {
        stage.say(format!("the search ended early: {stopped}"));
    }
    if report.repeated {
        stage.say("the same request was carried out meanwhile");
    }
    told_selection(stage, report);
}

fn answer(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

fn told_selection(stage: &mut Stage<'_>, report: &FindReport) {
    match report.selected {
        Some(address) => stage.say(format!("selected: {address}")),
        None => stage.say("selected: none"),
    }
    if let Some(key) = &report.allocated {
        stage.say(format!("recorded: {key}"));
    }
}
