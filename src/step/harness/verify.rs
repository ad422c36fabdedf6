//! How expectations are compared with what is.

use crate::ipam::inventory::ServerFilter;
use crate::ipam::space::{Address, AddressQuery, RangeQuery};
use crate::lab::observation::Observation;
use crate::step::cmdlet::inventory::Family;
use crate::step::network::query::{ask, told};
use crate::step::stage::{Stage, StepError, StepResult, parameter};

use super::expect::{AddressExpectation, DnsExpectation, Expect, FaultExpectation};
use super::verify_access::of_access_scope;
use super::verify_dhcp::of_dhcp;
use super::verify_failover::of_failover_scope;
use super::verify_groups::of_group;
use super::verify_ipam::of_ipam;
use super::verify_life::of_clients;
use super::verify_monitoring::of_monitoring;
use super::verify_policy::of_policy;
use super::verify_records::{of_orphans, of_record_server};
use super::verify_search::{of_free, of_search};
use super::verify_server::of_server;
use super::verify_space::of_space;
use super::verify_transfer::of_import;
use super::verify_utilization::of_utilization;

/// Compares every wanted value with the one found, and notes both.
pub async fn verify(expect: &Expect, stage: &mut Stage<'_>) -> StepResult {
    if let Some(server) = &expect.server {
        of_server(expect, server, stage).await?;
    }
    if let Some(wanted) = &expect.address {
        of_address(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.dns {
        of_dns(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.dhcp {
        of_dhcp(wanted, stage)?;
    }
    if let Some(wanted) = &expect.dhcp_clients {
        of_clients(wanted, stage)?;
    }
    if let Some(wanted) = &expect.search {
        of_search(wanted, stage);
    }
    if let Some(wanted) = &expect.free {
        of_free(wanted, stage);
    }
    if let Some(wanted) = &expect.fault {
        of_fault(wanted, stage)?;
    }
    if let Some(wanted) = &expect.inventory {
        of_inventory(wanted, expect.address_family, stage).await?;
    }
    if let Some(wanted) = &expect.policy {
        of_policy(wanted, stage)?;
    }
    if let Some(wanted) = &expect.access_scope {
        of_access_scope(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.ranges {
        of_ranges(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.ipam {
        of_ipam(wanted, stage).await?;
    }
    of_space(expect, stage).await?;
    if let Some(wanted) = &expect.utilization {
        of_utilization(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.group {
        of_group(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.orphans {
        of_orphans(wanted, stage);
    }
    if let Some(wanted) = &expect.record_server {
        of_record_server(wanted, stage)?;
    }
    if let Some(wanted) = &expect.failover_scope {
        of_failover_scope(wanted, stage).await?;
    }
    if let Some(wanted) = &expect.import {
        of_import(wanted, stage)?;
    }
    of_monitoring(expect, stage).await?;
    Ok(())
}

/// Whether two words are the same to a reader: case, spaces and hyphens do not count.
pub(crate) fn same(wanted: &str, found: &str) -> bool {
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|c| !" -".contains(*c));
        kept.flat_map(char::to_lowercase).collect()
    };
    letters(wanted) == letters(found)
}

pub(super) fn compare(stage: &mut Stage<'_>, subject: String, wanted: &str, found: String) {
    let met = same(wanted, &found);
    let wanted = wanted.to_owned();
    stage.note(Observation::Expectation {
        met,
        subject,
        wanted,
        found,
    });
}

/// Compares lists without regard to order.
pub(super) fn compare_lists(
    stage: &mut Stage<'_>,
    subject: String,
    wanted: &[String],
    found: Vec<String>,
) {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let words = |list: &[String]| match list {
        [] => "none".to_owned(),
        list => list.join(", "),
    };
    let (wanted, found) = (sorted(wanted), sorted(&found));
    stage.note(Observation::Expectation {
        met: wanted == found,
        subject,
        wanted: words(&wanted),
        found: words(&found),
    });
}

async fn of_address(wanted: &AddressExpectation, stage: &mut Stage<'_>) -> StepResult {
    let query = AddressQuery {
        ip_address: Some(parameter(&wanted.address)?),
        ..AddressQuery::default()
    };
    let session = stage.direct()?;
    let found = session
        .ipam
        .get_ipam_address(&session.caller, &query)
        .await?;
    let subject = |key: &str| format!("{} {key}", wanted.address);
    let recorded = wanted.recorded.unwrap_or(true);
    let words = |is| if is { "recorded" } else { "not recorded" };
    compare(
        stage,
        subject("record"),
        words(recorded),
        words(!found.is_empty()).to_owned(),
    );
    let Some(record) = found.first() else {
        return Ok(());
    };
    for (key, wanted, found) in of_record(wanted, record) {
        if let Some(wanted) = wanted {
            compare(stage, subject(key), wanted, found);
        }
    }
    if let Some(network_type) = &wanted.network_type {
        let types = session.ipam.network_types(&found[..1])?;
        let found = types.iter().map(ToString::to_string).collect();
        compare(stage, subject("network-type"), network_type, found);
    }
    if let Some(duplicate) = wanted.duplicate {
        let found = record.duplicate.to_string();
        compare(stage, subject("duplicate"), &duplicate.to_string(), found);
    }
    Ok(())
}

/// What can be wanted of a record in words, each with what it has.
fn of_record<'a>(
    wanted: &'a AddressExpectation,
    record: &Address,
) -> Vec<(&'static str, &'a Option<String>, String)> {
    let range = record.range.as_ref();
    let range = range.map_or("none".to_owned(), |range| range.span.to_string());
    let partner = record.dhcp_reservation_sync.partner.as_deref();
    vec![
        (
            "dhcp-reservation-sync",
            &wanted.dhcp_reservation_sync,
            sync(&record.dhcp_reservation_sync),
        ),
        (
            "failover-partner-sync",
            &wanted.failover_partner_sync,
            partner.map_or("none".to_owned(), sync),
        ),
        (
            "dns-host-record-sync",
            &wanted.dns_host_record_sync,
            sync(&record.dns_host_record_sync),
        ),
        (
            "dns-ptr-record-sync",
            &wanted.dns_ptr_record_sync,
            sync(&record.dns_ptr_record_sync),
        ),
        (
            "device-name",
            &wanted.device_name,
            record.details.device_name.clone(),
        ),
        (
            "state",
            &wanted.state,
            record.details.ip_address_state.to_string(),
        ),
        ("range", &wanted.range, range),
        (
            "expiry-status",
            &wanted.expiry_status,
            record.expiry_status.to_string(),
        ),
        (
            "device-type",
            &wanted.device_type,
            record.details.device_type.to_string(),
        ),
        (
            "custom-configuration",
            &wanted.custom_configuration,
            record.details.custom.to_string(),
        ),
    ]
}

fn sync(state: &crate::ipam::space::SyncState) -> String {
    state.status.to_string()
}

async fn of_dns(wanted: &DnsExpectation, stage: &mut Stage<'_>) -> StepResult {
    let server = wanted.server.as_ref();
    let (owner, kind, answer) =
        ask(stage, None, server, &wanted.name, wanted.kind.as_ref()).await?;
    let subject = format!("{owner} {kind}");
    match told(&answer) {
        Ok(records) => {
            // Names compare without regard to a final dot, which people leave out.
            let bare = |text: &String| text.trim_end_matches('.').to_owned();
            let answers: Vec<String> = wanted.answers.iter().map(bare).collect();
            compare_lists(stage, subject, &answers, records.iter().map(bare).collect());
        }
        Err(words) => {
            let negative = words == "NXDOMAIN" || words == "NODATA";
            stage.note(Observation::Expectation {
                met: negative && wanted.answers.is_empty(),
                subject,
                wanted: match wanted.answers.as_slice() {
                    [] => "none".to_owned(),
                    answers => answers.join(", "),
                },
                found: words,
            });
        }
    }
    Ok(())
}

fn of_fault(wanted: &FaultExpectation, stage: &mut Stage<'_>) -> StepResult {
    let faults = stage.lab.network().faults();
    let unknown = || StepError::Impossible(format!("there is no fault `{}`", wanted.name));
    let fault = faults
        .iter()
        .find(|fault| *fault.name == *wanted.name)
        .ok_or_else(unknown)?;
    let subject = format!("fault {} fired", wanted.name);
    if let Some(times) = wanted.fired {
        compare(
            stage,
            subject.clone(),
            &times.to_string(),
            fault.fired.to_string(),
        );
    }
    if let Some(least) = wanted.fired_at_least {
        stage.note(Observation::Expectation {
            met: fault.fired >= least,
            subject,
            wanted: format!("at least {least}"),
            found: fault.fired.to_string(),
        });
    }
    Ok(())
}

async fn of_inventory(
    wanted: &[String],
    family: Option<Family>,
    stage: &mut Stage<'_>,
) -> StepResult {
    let mut names = Vec::new();
    for name in wanted {
        names.push(stage.server(name)?.to_string());
    }
    let session = stage.direct()?;
    let filter = ServerFilter {
        address_family: family.map(Family::view),
        ..ServerFilter::default()
    };
    let ipam = &session.ipam;
    let found = ipam
        .get_ipam_server_inventory(&session.caller, filter)
        .await?;
    let found = found
        .into_iter()
        .map(|server| server.name.to_string())
        .collect();
    compare_lists(stage, "inventory".to_owned(), &names, found);
    Ok(())
}

async fn of_ranges(wanted: &[String], stage: &mut Stage<'_>) -> StepResult {
    let session = stage.direct()?;
    let found = session
        .ipam
        .get_ipam_range(&session.caller, &RangeQuery::default())
        .await?;
    let found = found
        .into_iter()
        .map(|range| range.network_id.to_string())
        .collect();
    compare_lists(stage, "ranges".to_owned(), wanted, found);
    Ok(())
}
