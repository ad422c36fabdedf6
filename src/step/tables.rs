//! What the engine reports, as a person at the console would read it.

use crate::ipam::access::{AccessReport, CheckKind, Evidence};
use crate::ipam::collect::{CollectionOutcome, CollectionReport};
use crate::ipam::discovery::{DiscoveryDomain, DiscoveryReport, PassedOverReason};
use crate::ipam::fields::CustomValues;
use crate::ipam::inventory::{ServerRecord, ServerRole};
use crate::ipam::space::{Address, Block, Range, SyncState};
use crate::ipam::sync::SyncReport;
use crate::ipam::tasks::{TaskOutcome, TaskRun};
use crate::ipam::{ErrorId, IpamError};
use crate::lab::observation::Table;

use super::stage::Stage;

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

pub(super) fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    texts.join(", ")
}

pub(super) fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Every row as `name : value` lines, one object after the other.
pub fn lists(table: &Table, before: &str) -> Vec<String> {
    let width = table.columns.iter().map(String::len).max().unwrap_or(0);
    let object = |row: &Vec<String>| -> Vec<String> {
        let pairs = table.columns.iter().zip(row);
        pairs
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{before}{name:width$} : {value}"))
            .collect()
    };
    table.rows.iter().flat_map(object).collect()
}

pub fn discovery_domains(domains: &[DiscoveryDomain]) -> Table {
    let mut table = Table::new("discovery domains", &["name", "DC", "DNS", "DHCP"]);
    for domain in domains {
        table.row(vec![
            domain.name.to_string(),
            yes(domain.discover_dc),
            yes(domain.discover_dns),
            yes(domain.discover_dhcp),
        ]);
    }
    table
}

pub fn inventory(servers: &[ServerRecord]) -> Table {
    let columns = [
        "server",
        "roles",
        "manageability",
        "access",
        "recommended action",
        "data retrieval",
    ];
    let mut table = Table::new("inventory", &columns);
    for server in servers {
        table.row(vec![
            server.name.to_string(),
            joined(&server.roles),
            server.manageability.to_string(),
            server.access().to_string(),
            server.recommended_action().to_string(),
            server.data_retrieval.to_string(),
        ]);
    }
    table
}

/// What a discovery found, whom it passed over, and what the checks of the same run say.
pub fn discovery(stage: &mut Stage<'_>, report: &DiscoveryReport) {
    for server in &report.servers {
        let roles = joined(&server.roles);
        stage.say(format!("{} found as {roles}: {}", server.name, server.flag));
    }
    for passed in &report.passed_over {
        let (name, role, reason) = (&passed.name, passed.role, passed.reason);
        stage.say(format!("{name} passed over as {role}: {reason}"));
    }
    for error in &report.errors {
        stage.say_error(error);
    }
    access(stage, &report.access);
}

/// The access matrix, and beneath it why each blocked check is blocked.
pub fn access(stage: &mut Stage<'_>, reports: &[AccessReport]) {
    let kinds = [
        CheckKind::DhcpRpc,
        CheckKind::DhcpAuditShare,
        CheckKind::DnsRpc,
        CheckKind::EventLog,
    ];
    let mut columns = vec!["server".to_owned(), "access".to_owned()];
    columns.extend(kinds.iter().map(ToString::to_string));
    columns.push("availability".to_owned());
    columns.push("recommended action".to_owned());
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new("access status", &columns);
    for report in reports {
        let mut row = vec![report.server.to_string(), report.overall.to_string()];
        let status = |kind| or_dash(report.checks.get(kind).map(|check| check.status));
        row.extend(kinds.iter().map(status));
        row.push(availability(&report.availability));
        row.push(report.recommended_action.to_string());
        table.row(row);
    }
    stage.table(table);
    for report in reports {
        for (kind, check) in &report.checks {
            if let Some(why) = evidence(&check.evidence) {
                stage.say(format!("{} {kind}: {why}", report.server));
            }
        }
    }
}

/// The running state of the services of a server: `DHCP Running, DNS Not Reachable`.
pub fn availability(
    states: &std::collections::BTreeMap<ServerRole, crate::ipam::access::Availability>,
) -> String {
    match states.is_empty() {
        true => "-".to_owned(),
        false => joined(states.iter().map(|(role, state)| format!("{role} {state}"))),
    }
}

/// Why a check does not succeed, or `None` when there is nothing to explain.
pub fn evidence(evidence: &Evidence) -> Option<String> {
    match evidence {
        Evidence::NotRun | Evidence::NoRoleNeedsIt | Evidence::Succeeded { .. } => None,
        Evidence::Failed {
            operation,
            stage,
            error,
        } => Some(format!("{operation} failed at {stage}: {error}")),
        Evidence::OsTooOld { os } => Some(format!("{os} is too old for this check")),
        Evidence::NoAddress => Some("its name has no address".to_owned()),
    }
}

pub fn collection(stage: &mut Stage<'_>, report: &CollectionReport) {
    let mut table = Table::new("collected", &["server", "data", "result"]);
    for server in &report.servers {
        if let Some(why) = &server.skipped {
            table.row(vec![
                server.server.to_string(),
                "-".to_owned(),
                format!("skipped: {why}"),
            ]);
        }
        for (kind, outcome) in &server.outcomes {
            let result = match outcome {
                CollectionOutcome::Collected { rows: 1 } => "1 row".to_owned(),
                CollectionOutcome::Collected { rows } => format!("{rows} rows"),
                CollectionOutcome::Failed { stage, error } => format!("failed at {stage}: {error}"),
            };
            table.row(vec![server.server.to_string(), kind.to_string(), result]);
        }
    }
    stage.table(table);
    for (zone, count) in &report.ptr_addresses {
        stage.say(format!("addresses from the PTR records of {zone}: {count}"));
    }
    if let Some(count) = report.own_events {
        stage.say(format!("IPAM configuration events: {count} new"));
    }
    for crossing in report.utilization.iter().flat_map(|found| &found.crossings) {
        stage.say(format!("threshold crossed: {crossing}"));
    }
    if let Some(expiry) = report.expiry {
        let (active, alert, expired) = (expiry.active, expiry.alert, expiry.expired);
        if active + alert + expired > 0 {
            stage.say(format!(
                "expiry: {active} Not expired, {alert} Expiry Due, {expired} Expired"
            ));
        }
    }
}

/// Runs of scheduled tasks. Those that found nothing new are counted, not told.
pub fn tasks(stage: &mut Stage<'_>, runs: &[TaskRun]) {
    let servers = stage.lab.ipams();
    for ipam in &servers {
        let server = ipam.server();
        let own: Vec<&TaskRun> = runs.iter().filter(|run| run.server == *server).collect();
        // Of one server alone it goes without saying which.
        let on = match servers.len() {
            1 => String::new(),
            _ => format!(" on {server}"),
        };
        tasks_of(stage, &own, &on);
    }
}

fn tasks_of(stage: &mut Stage<'_>, runs: &[&TaskRun], on: &str) {
    let mut quiet: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for run in runs {
        let failed = match &run.outcome {
            TaskOutcome::Discovered(report) => discovery_failures(report),
            other => other.failures(),
        };
        *quiet.entry(run.task.to_string()).or_default() += 1;
        for error in failed {
            stage.say(format!("task {}{on} due {}: {error}", run.task, run.due));
        }
    }
    if !quiet.is_empty() {
        let told = quiet.iter().map(|(task, times)| format!("{task} {times}"));
        stage.say(format!("scheduled tasks ran{on}: {}", joined(told)));
    }
}

/// What a person would look into: failed questions, and DHCP servers that stayed silent.
fn discovery_failures(report: &DiscoveryReport) -> Vec<String> {
    let silent = PassedOverReason::DhcpInformNotAcknowledged;
    let passed = report.passed_over.iter();
    let passed = passed
        .filter(|passed| passed.reason == silent)
        .map(|passed| format!("{} passed over: {}", passed.name, passed.reason));
    let errors = report.errors.iter().map(ToString::to_string);
    passed.chain(errors).collect()
}

pub fn blocks(blocks: &[Block]) -> Table {
    let columns = [
        "network",
        "addresses",
        "category",
        "RIR",
        "inside",
        "assigned",
        "utilized",
    ];
    let mut table = Table::new("blocks", &columns);
    for block in blocks {
        table.row(vec![
            format!(
                "{}{}",
                block.key.network_id,
                block.key.address_space.beside()
            ),
            block.key.span.to_string(),
            block.address_category.to_string(),
            or_dash(block.details.rir),
            or_dash(block.parent.as_ref().map(|parent| parent.network_id)),
            format!("{:.2} %", block.utilization.percentage_assigned()),
            format!("{:.2} %", block.utilization.percentage_utilized()),
        ]);
    }
    table
}

pub fn ranges(ranges: &[Range]) -> Table {
    let columns = [
        "network",
        "addresses",
        "owner",
        "assignment",
        "block",
        "overlapping",
        "utilized",
    ];
    let mut table = Table::new("ranges", &columns);
    for range in ranges {
        table.row(vec![
            format!("{}{}", range.network_id, range.key.address_space.beside()),
            range.key.span.to_string(),
            range.key.owner.to_string(),
            range.assignment_type.to_string(),
            range
                .block
                .as_ref()
                .map_or("unmapped".to_owned(), |block| block.network_id.to_string()),
            range.overlapping.to_string(),
            format!("{:.2} %", range.utilization.percentage_utilized()),
        ]);
    }
    custom_column(&mut table, ranges.iter().map(|found| &found.details.custom));
    table
}

/// A column with the custom fields of the rows, where any of them has some.
pub(super) fn custom_column<'a>(
    table: &mut Table,
    rows: impl Iterator<Item = &'a CustomValues> + Clone,
) {
    if rows.clone().all(CustomValues::is_empty) {
        return;
    }
    table.columns.push("custom configuration".to_owned());
    for (row, custom) in table.rows.iter_mut().zip(rows) {
        row.push(custom.to_string());
    }
}

/// Address records. Expiry is told where any of them has a date.
pub fn addresses(addresses: &[Address]) -> Table {
    let mut columns = vec![
        "address",
        "owner",
        "device",
        "state",
        "range",
        "DHCP reservation sync",
        "DNS host record sync",
        "DNS PTR record sync",
    ];
    let dated = addresses
        .iter()
        .any(|address| address.details.expiry_date.is_some());
    if dated {
        columns.extend(["expiry date", "expiry status"]);
    }
    let mirrored = |address: &Address| address.dhcp_reservation_sync.partner.is_some();
    let mirrored = addresses.iter().any(mirrored);
    if mirrored {
        columns.push("failover partner sync");
    }
    let mut table = Table::new("addresses", &columns);
    for address in addresses {
        let duplicate = if address.duplicate {
            " (duplicate)"
        } else {
            ""
        };
        let range = address.range.as_ref().map(|range| range.span);
        let space = address.key.address_space.beside();
        let mut row = vec![
            format!("{}{space}{duplicate}", address.key.ip_address),
            address.key.owner.to_string(),
            address.details.device_name.clone(),
            address.details.ip_address_state.to_string(),
            range.map_or("unmapped".to_owned(), |span| span.to_string()),
            address.dhcp_reservation_sync.status.to_string(),
            address.dns_host_record_sync.status.to_string(),
            address.dns_ptr_record_sync.status.to_string(),
        ];
        if dated {
            row.push(or_dash(address.details.expiry_date));
            row.push(address.expiry_status.to_string());
        }
        if mirrored {
            let partner = address.dhcp_reservation_sync.partner.as_ref();
            row.push(or_dash(partner.map(|partner| partner.status)));
        }
        table.row(row);
    }
    custom_column(
        &mut table,
        addresses.iter().map(|found| &found.details.custom),
    );
    table
}

/// How a push ended.
pub fn push(stage: &mut Stage<'_>, report: &SyncReport) {
    let (kind, server, state) = (report.kind, &report.server, &report.state);
    let record = match state.record.as_str() {
        "" => String::new(),
        record => format!(": {record}"),
    };
    stage.say(format!("{kind} on {server}: {}{record}", state.status));
    // The fault is what the caller is told (domain 8.3); the status stays on the record.
    match report.fault {
        Some(fault) => stage.error(IpamError::new(fault, state.detail.clone())),
        None if state.detail.is_empty() => {}
        None => stage.say(format!("detail: {}", state.detail)),
    }
    // Until the server itself has taken a change, its failover partner is not asked.
    if let (None, Some(partner)) = (report.fault, &state.partner) {
        partner_push(stage, partner, report.partner_fault);
    }
}

/// How the half of a push ended that went to the failover partner.
fn partner_push(stage: &mut Stage<'_>, partner: &SyncState, fault: Option<ErrorId>) {
    let server = or_dash(partner.server.as_ref());
    stage.say(format!("failover partner {server}: {}", partner.status));
    match fault {
        Some(fault) => stage.error(IpamError::new(
            fault,
            format!("on the failover partner: {}", partner.detail),
        )),
        None if partner.detail.is_empty() => {}
        None => stage.say(format!("detail: {}", partner.detail)),
    }
}
