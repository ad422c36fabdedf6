//! Expectations of monitoring: services, zones, tasks, events.

use crate::ipam::IpamError;
use crate::step::stage::{Stage, StepResult};
use crate::step::value::Span;

use super::expect::{Expect, ServiceExpectation, TaskExpectation, ZoneExpectation};
use super::verify::compare;

/// Compares those of the subjects that are named.
pub(super) async fn of_monitoring(expect: &Expect, stage: &mut Stage<'_>) -> StepResult {
    if let Some(wanted) = &expect.service {
        of_service(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.zone {
        of_zone(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.task {
        of_task(wanted, stage).await?;
    }
    if let Some(wanted) = expect.events {
        let found = stage.last_rows;
        let found = found.map_or("no query was made".to_owned(), |rows| rows.to_string());
        compare(stage, "events".to_owned(), &wanted.to_string(), found);
    }
    Ok(())
}

async fn of_service(wanted: &ServiceExpectation, stage: &mut Stage<'_>) -> StepResult {
    let server = stage.server(&wanted.server)?;
    let session = stage.direct()?;
    let (ipam, caller) = (&session.ipam, &session.caller);
    let services = ipam.get_server_availability(caller).await?;
    let found = services.iter().find(|service| {
        service.server == server && service.role.to_string().eq_ignore_ascii_case(&wanted.role)
    });
    let subject = format!("{server} {}", wanted.role);
    let now = stage.lab.now().wall;
    let (state, lasted) = match found {
        Some(service) => {
            let lasted = service.since.map(|since| now.duration_since(since));
            let lasted = lasted.and_then(|lasted| lasted.try_into().ok()).map(Span);
            let lasted = lasted.map_or("-".to_owned(), |lasted| lasted.to_string());
            (service.state.to_string(), lasted)
        }
        None => ("no such role".to_owned(), "-".to_owned()),
    };
    if let Some(availability) = &wanted.availability {
        compare(
            stage,
            format!("{subject} availability"),
            availability,
            state,
        );
    }
    if let Some(span) = &wanted.in_this_state {
        compare(stage, format!("{subject} in this state"), span, lasted);
    }
    Ok(())
}

async fn of_zone(wanted: &ZoneExpectation, stage: &mut Stage<'_>) -> StepResult {
    let session = stage.direct()?;
    let (ipam, caller) = (&session.ipam, &session.caller);
    let zones = ipam.get_zone_status(caller).await?;
    let zone = zones.iter().find(|zone| zone.zone.as_str() == wanted.name);
    let (subject, found) = match &wanted.server {
        None => (
            format!("zone {}", wanted.name),
            zone.map(|zone| zone.health),
        ),
        Some(name) => {
            let server = stage.server(name)?;
            let state = zone.and_then(|zone| zone.servers.iter().find(|s| s.server == server));
            (
                format!("zone {} on {server}", wanted.name),
                state.map(|state| state.health),
            )
        }
    };
    let found = found.map_or("unknown".to_owned(), |health| health.to_string());
    compare(stage, subject, &wanted.status, found);
    Ok(())
}

/// A task of IPAM, or one that a script registered on a host.
async fn of_task(wanted: &TaskExpectation, stage: &mut Stage<'_>) -> StepResult {
    let of_hosts = stage.lab.host_tasks();
    let registered = of_hosts
        .iter()
        .find(|task| task.name.eq_ignore_ascii_case(&wanted.name));
    if let Some(task) = registered {
        let state = match task.next_run {
            Some(_) => "Ready",
            None => "Ended",
        };
        let (result, runs, missed) = (task.last_result, task.runs, task.missed);
        let found = [
            state.to_owned(),
            result.to_string(),
            runs.to_string(),
            missed.to_string(),
        ];
        compare_task(wanted, &task.name, found, stage);
        return Ok(());
    }
    let session = stage.direct()?;
    let (ipam, caller) = (&session.ipam, &session.caller);
    let tasks = ipam.get_scheduled_tasks(caller).await?;
    let task = tasks
        .iter()
        .find(|task| task.kind.to_string().eq_ignore_ascii_case(&wanted.name))
        .ok_or_else(|| IpamError::not_found(format!("there is no task `{}`", wanted.name)))?;
    let found = [
        task.state.to_string(),
        task.last_result.to_string(),
        task.runs.to_string(),
        task.missed.to_string(),
    ];
    compare_task(wanted, &task.kind.to_string(), found, stage);
    Ok(())
}

/// State, last result, runs and missed runs.
fn compare_task(
    wanted: &TaskExpectation,
    name: &str,
    [state, result, runs, missed]: [String; 4],
    stage: &mut Stage<'_>,
) {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let rows = [
        ("state", wanted.state.clone(), state),
        ("last result", wanted.last_result.clone(), result),
        ("runs", number(wanted.runs), runs),
        ("missed", number(wanted.missed), missed),
    ];
    for (key, wanted, found) in rows {
        if let Some(wanted) = wanted {
            compare(stage, format!("task {name} {key}"), &wanted, found);
        }
    }
}
