//! Monitoring, tasks, catalogue and tracking as a person at the console would read them.

use jiff::Timestamp;

use crate::base::limits::ROWS_PER_AUDIT_QUERY;
use crate::ipam::access::ServiceStatus;
use crate::ipam::audit::{AuditEvent, DhcpConfigurationEvent, Rows};
use crate::ipam::collect::ZoneView;
use crate::ipam::events::IpamEvent;
use crate::ipam::tasks::ScheduledTask;
use crate::lab::observation::Table;

use super::stage::Stage;
use super::value::Span;

fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn text(value: &str) -> String {
    if value.is_empty() { "-" } else { value }.to_owned()
}

/// How long a state lasts at `now`.
fn duration(since: Option<Timestamp>, now: Timestamp) -> String {
    let lasted = since.and_then(|since| now.duration_since(since).try_into().ok());
    or_dash(lasted.map(Span))
}

pub fn scheduled_tasks(tasks: &[ScheduledTask]) -> Table {
    let columns = [
        "task", "state", "interval", "last run", "result", "runs", "missed", "next run",
    ];
    let mut table = Table::new("scheduled tasks", &columns);
    for task in tasks {
        table.row(vec![
            task.kind.to_string(),
            task.state.to_string(),
            Span(task.interval).to_string(),
            or_dash(task.last_run),
            task.last_result.to_string(),
            task.runs.to_string(),
            task.missed.to_string(),
            task.next_run.to_string(),
        ]);
    }
    table
}

pub fn availability(stage: &mut Stage<'_>, services: &[ServiceStatus]) {
    let columns = [
        "server",
        "role",
        "availability",
        "in this state",
        "last refreshed",
    ];
    let mut table = Table::new("server availability", &columns);
    let now = stage.lab.now().wall;
    for service in services {
        table.row(vec![
            service.server.to_string(),
            service.role.to_string(),
            service.state.to_string(),
            duration(service.since, now),
            or_dash(service.last_refreshed),
        ]);
    }
    stage.table(table);
}

pub fn zones(stage: &mut Stage<'_>, zones: &[ZoneView]) {
    let columns = [
        "zone",
        "status",
        "server",
        "server's",
        "in this state",
        "last refreshed",
        "why",
    ];
    let mut table = Table::new("zone status", &columns);
    let now = stage.lab.now().wall;
    for zone in zones {
        for state in &zone.servers {
            table.row(vec![
                zone.zone.to_string(),
                zone.health.to_string(),
                state.server.to_string(),
                state.health.to_string(),
                duration(Some(state.since), now),
                state.refreshed.to_string(),
                text(&state.detail),
            ]);
        }
    }
    stage.table(table);
}

/// Counts what a query found, and warns of a part.
fn counted<T>(stage: &mut Stage<'_>, found: &Rows<T>) {
    stage.last_rows = Some(found.rows.len());
    match found.rows.len() {
        0 => stage.say("no event was found"),
        1 => stage.say("1 event"),
        many => stage.say(format!("{many} events")),
    }
    if found.partial {
        stage.say(format!(
            "warning: these are the first {ROWS_PER_AUDIT_QUERY} events of more; narrow the search"
        ));
    }
}

pub fn dhcp_events(stage: &mut Stage<'_>, found: &Rows<DhcpConfigurationEvent>) {
    let columns = [
        "time",
        "server",
        "event",
        "scope",
        "object",
        "old value",
        "domain",
        "user",
    ];
    let mut table = Table::new("DHCP configuration events", &columns);
    for event in &found.rows {
        table.row(vec![
            event.at.to_string(),
            event.server.to_string(),
            event.event.to_string(),
            text(&event.scope),
            text(&event.object),
            text(&event.old_value),
            text(&event.user_domain),
            text(&event.user_name),
        ]);
    }
    stage.table(table);
    counted(stage, found);
}

fn own_table(title: &str, events: &[IpamEvent]) -> Table {
    let columns = ["time", "category", "domain", "user", "message"];
    let mut table = Table::new(title, &columns);
    for event in events {
        table.row(vec![
            event.at.to_string(),
            event.category.to_string(),
            text(event.user.domain()),
            text(event.user.name()),
            event.message.clone(),
        ]);
    }
    table
}

pub fn own_events(stage: &mut Stage<'_>, found: &Rows<IpamEvent>) {
    stage.table(own_table("IPAM configuration events", &found.rows));
    counted(stage, found);
}

pub fn event_log(stage: &mut Stage<'_>, channel: &str, events: Vec<IpamEvent>) {
    stage.table(own_table(channel, &events));
    let found = Rows {
        rows: events,
        partial: false,
    };
    counted(stage, &found);
}

pub fn tracked(stage: &mut Stage<'_>, found: &Rows<AuditEvent>) {
    let columns = [
        "time",
        "event",
        "address",
        "client id",
        "host",
        "domain",
        "user",
        "server",
        "server type",
    ];
    let mut table = Table::new("IP address audit events", &columns);
    for event in &found.rows {
        table.row(vec![
            event.at.to_string(),
            event.kind.to_string(),
            or_dash(event.address),
            text(&event.client_id),
            text(&event.host_name),
            text(&event.user_domain),
            text(&event.user_name),
            event.server.to_string(),
            event.server_type.to_string(),
        ]);
    }
    stage.table(table);
    counted(stage, found);
}
