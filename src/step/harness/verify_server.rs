//! Expectations of servers: one by its name, or all that a pattern stands for.

use crate::base::Fqdn;
use crate::base::wildcard::{is_pattern, matches_host};
use crate::ipam::access::CheckKind;
use crate::ipam::inventory::{ServerFilter, ServerRecord};
use crate::lab::observation::Observation;
use crate::step::stage::{Stage, StepResult};
use crate::step::tables;

use super::expect::Expect;
use super::verify::{compare, same};

/// Servers that differ and are named; the others are counted.
const NAMED_MAX: usize = 5;

pub(super) async fn of_server(expect: &Expect, name: &str, stage: &mut Stage<'_>) -> StepResult {
    if is_pattern(name) {
        return of_servers(expect, name, stage).await;
    }
    let server = stage.server(name)?;
    let found = inventory(stage, Some(server.clone())).await?;
    for (key, wanted) in expect.of_server() {
        let found = match found.first() {
            Some(record) => value(record, key),
            None => "not in the inventory".to_owned(),
        };
        compare(stage, format!("{server} {key}"), wanted, found);
    }
    Ok(())
}

/// All servers of a pattern must have what is wanted, and there must be one.
async fn of_servers(expect: &Expect, pattern: &str, stage: &mut Stage<'_>) -> StepResult {
    let mut records = inventory(stage, None).await?;
    records.retain(|record| matches_host(pattern, &record.name));
    for (key, wanted) in expect.of_server() {
        let values: Vec<(&Fqdn, String)> = records
            .iter()
            .map(|record| (&record.name, value(record, key)))
            .collect();
        let (met, found) = together(wanted, &values);
        stage.note(Observation::Expectation {
            met,
            subject: format!("{pattern} {key}"),
            wanted: wanted.to_owned(),
            found,
        });
    }
    Ok(())
}

/// Whether every server has what is wanted, and what to tell of them.
fn together(wanted: &str, values: &[(&Fqdn, String)]) -> (bool, String) {
    let others: Vec<String> = values
        .iter()
        .filter(|(_, found)| !same(wanted, found))
        .map(|(name, found)| format!("{name} {found}"))
        .collect();
    let told = match (values.len(), others.len()) {
        (0, _) => "no such server in the inventory".to_owned(),
        (all, 0) => format!("{wanted} on all {all}"),
        (_, few) if few <= NAMED_MAX => others.join(", "),
        (_, many) => {
            let named = others[..NAMED_MAX].join(", ");
            format!("{named} and {} more", many - NAMED_MAX)
        }
    };
    (others.is_empty() && !values.is_empty(), told)
}

async fn inventory(
    stage: &Stage<'_>,
    name: Option<Fqdn>,
) -> Result<Vec<ServerRecord>, crate::step::stage::StepError> {
    let filter = ServerFilter {
        name,
        ..ServerFilter::default()
    };
    let session = stage.direct()?;
    let ipam = &session.ipam;
    Ok(ipam
        .get_ipam_server_inventory(&session.caller, filter)
        .await?)
}

/// What a server of the inventory shows under a key.
fn value(record: &ServerRecord, key: &str) -> String {
    let check = |kind| match record.checks.get(&kind) {
        Some(result) => result.status.to_string(),
        None => "Not checked".to_owned(),
    };
    match key {
        "access" => record.access().to_string(),
        "dhcp-rpc" => check(CheckKind::DhcpRpc),
        "dhcp-audit-share" => check(CheckKind::DhcpAuditShare),
        "dns-rpc" => check(CheckKind::DnsRpc),
        "event-log" => check(CheckKind::EventLog),
        "recommended-action" => record.recommended_action().to_string(),
        "manageability" => record.manageability.to_string(),
        // One role is asked for without naming it; several are told apart by name.
        _ if record.availability.len() == 1 => {
            let state = record.availability.values().next();
            state.map(ToString::to_string).unwrap_or_default()
        }
        _ => tables::availability(&record.availability),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_together_are_as_wanted_when_each_of_them_is() {
        let names: Vec<Fqdn> = (1..=8)
            .map(|n| format!("dhcp{n}.corp.example").parse().unwrap())
            .collect();
        let with = |blocked: usize| -> Vec<(&Fqdn, String)> {
            let state = |at| if at < blocked { "Blocked" } else { "Unblocked" };
            let named = names.iter().enumerate();
            named
                .map(|(at, name)| (name, state(at).to_owned()))
                .collect()
        };
        assert_eq!(
            together("unblocked", &with(0)),
            (true, "unblocked on all 8".into())
        );
        let one = together("Unblocked", &with(1));
        assert_eq!(one, (false, "dhcp1.corp.example Blocked".into()));
        let (met, told) = together("Unblocked", &with(7));
        assert!(
            !met && told.ends_with("dhcp5.corp.example Blocked and 2 more"),
            "{told}"
        );
        assert!(!together("Unblocked", &[]).0);
    }
}
