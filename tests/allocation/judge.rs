//! What must hold at every end of every schedule, whoever came first.

use std::net::IpAddr;

use ipamlab::ipam::space::{Address, SyncState, SyncStatus};
use ipamlab::ipam::sync::{RecordKind, SyncReport};
use ipamlab::wire::dns::ReverseName;
use ipamlab::wire::windows::dhcpm::{Reservation, ReservedClient};
use ipamlab::wire::windows::dnsp::RecordData;

use super::desk::Outcome;
use super::explorer::Case;
use super::support::fqdn;
use super::world::World;

/// One end of a schedule.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Everything that is wrong; empty when it ended well.
    pub broken: Vec<String>,
    /// What everybody has.
    pub result: String,
}

/// Judges an end. An actor without an outcome never came to its own.
pub fn judge(case: &Case, world: &World, outcomes: &[Option<Outcome>]) -> Ended {
    let mut broken = Vec::new();
    for (spec, outcome) in case.actors.iter().zip(outcomes) {
        if outcome.is_none() {
            broken.push(format!("{} never comes to an end", spec.name));
        }
    }
    given_once(case, world, outcomes, &mut broken);
    for row in world.stores.values().flatten() {
        honest(world, row, outcomes, &mut broken);
    }
    known(world, &mut broken);
    let told: Vec<String> = case
        .actors
        .iter()
        .zip(outcomes)
        .map(|(s, o)| told(s.name, o))
        .collect();
    Ended {
        broken,
        result: format!("{}\n{}", told.join("\n"), world.fingerprint()),
    }
}

/// What one actor was told, without times.
fn told(name: &str, outcome: &Option<Outcome>) -> String {
    let Some(outcome) = outcome else {
        return format!("{name}: nothing");
    };
    let pushes: Vec<String> = outcome.reports.iter().map(pushed).collect();
    let (granted, refused) = (outcome.granted, &outcome.refused);
    format!("{name}: {granted:?} {pushes:?} {refused:?}")
}

fn pushed(report: &SyncReport) -> String {
    let state = &report.state;
    format!("{} {} {}", report.kind, state.status, state.detail)
}

/// No two devices have the same address, and whoever was told of one has it on record.
fn given_once(case: &Case, world: &World, outcomes: &[Option<Outcome>], broken: &mut Vec<String>) {
    let granted: Vec<(&super::explorer::ActorSpec, IpAddr)> = case
        .actors
        .iter()
        .zip(outcomes)
        .filter_map(|(spec, outcome)| Some((spec, outcome.as_ref()?.granted?)))
        .collect();
    for (at, (one, address)) in granted.iter().enumerate() {
        for (other, same) in &granted[at + 1..] {
            // Servers that share nothing can only meet at the DHCP and DNS server.
            let meet = one.server == other.server && one.device != other.device;
            if meet && address == same {
                broken.push(format!(
                    "{address} is given to {} and {}",
                    one.name, other.name
                ));
            }
        }
        let held = world.stores.get(&fqdn(one.server)).into_iter().flatten();
        let own = held.filter(|row| row.key.ip_address == *address);
        if !own.clone().any(|row| row.details.device_name == one.device) {
            broken.push(format!("{} lost the record of {address}", one.name));
        }
    }
}

/// Every status says what is on the server, or says that it does not know.
fn honest(world: &World, row: &Address, outcomes: &[Option<Outcome>], broken: &mut Vec<String>) {
    let address = row.key.ip_address;
    let device = &row.details.device_name;
    let reserved = world.reservations.iter();
    let reserved = reserved.filter(|held| held.address == address && is_for(held, row));
    let host = fqdn(&format!("{device}.corp.example"));
    let reverse = ReverseName::of(address).name().to_fqdn();
    let is_host =
        |(name, data): &&(_, RecordData)| *name == host && *data == RecordData::of_address(address);
    let is_ptr = |(name, data): &&(_, RecordData)| {
        Some(name) == reverse.as_ref() && *data == RecordData::Ptr(host.clone())
    };
    let parts = [
        (
            RecordKind::DhcpReservation,
            &row.dhcp_reservation_sync,
            reserved.count(),
        ),
        (
            RecordKind::DnsHostRecord,
            &row.dns_host_record_sync,
            world.records.iter().filter(is_host).count(),
        ),
        (
            RecordKind::DnsPtrRecord,
            &row.dns_ptr_record_sync,
            world.records.iter().filter(is_ptr).count(),
        ),
    ];
    for (kind, state, on_server) in parts {
        if is_honest(state, on_server) {
            continue;
        }
        // Another server replaced it as its administrator asked, and he was told of it; this one
        // learns of it when it collects.
        let words = format!("replaced the reservation `{device}`");
        let mut reports = outcomes
            .iter()
            .flatten()
            .flat_map(|outcome| &outcome.reports);
        let replaced = state.status == SyncStatus::CreateSuccess
            && reports.any(|report| report.kind == kind && report.state.detail.contains(&words));
        if !replaced {
            broken.push(format!(
                "the {kind} of {device} at {address} is `{}` (`{}`), and the server holds \
                 {on_server}",
                state.status, state.detail
            ));
        }
    }
}

fn is_for(held: &Reservation, row: &Address) -> bool {
    match &held.client {
        ReservedClient::Mac(mac) => row.details.mac_address == Some(*mac),
        _ => false,
    }
}

fn is_honest(state: &SyncState, on_server: usize) -> bool {
    let unknown = state.detail.contains("unknown");
    match state.status {
        SyncStatus::CreateSuccess | SyncStatus::Exists => on_server == 1,
        SyncStatus::NotAttempted | SyncStatus::DeleteSuccess | SyncStatus::Deleted => {
            on_server == 0
        }
        SyncStatus::CreateFailure => unknown || on_server == 0,
        // What stands there is somebody else's, and that is said.
        SyncStatus::DeleteFailure if state.detail.contains("for another client") => on_server == 0,
        SyncStatus::DeleteFailure => unknown || on_server > 0,
    }
}

/// Everything on the servers is known to a database or was there before anybody began.
fn known(world: &World, broken: &mut Vec<String>) {
    let rows: Vec<&Address> = world.stores.values().flatten().collect();
    for held in &world.reservations {
        let ours = |row: &&&Address| row.key.ip_address == held.address && is_for(held, row);
        if held.name != "printer" && !rows.iter().any(|row| ours(&row)) {
            broken.push(format!(
                "nobody knows the reservation {} {}",
                held.address, held.name
            ));
        }
    }
    let mut pointers = std::collections::BTreeMap::new();
    for (name, data) in &world.records {
        if let RecordData::Ptr(_) = data {
            *pointers.entry(name).or_insert(0) += 1;
        }
    }
    for (name, count) in pointers {
        if count > 1 {
            broken.push(format!("{name} has {count} PTR records"));
        }
    }
}
