//! Reservations on servers against address records.

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::space::SyncState;
use crate::ipam::space::addresses::StoredAddress;
use crate::ipam::sync::reservation::told;
use crate::ipam::sync::{Entry, RecordKind, Written};
use crate::wire::windows::dhcpm::Reservation;

use super::finding::{Disorder, Finding};
use super::gather::Held;
use super::known::Known;
use super::partners;
use super::remedy::{NONE_ASKED, remedies};

const KIND: RecordKind = RecordKind::DhcpReservation;

/// Every difference about reservations.
pub(super) fn compare(held: &Held, known: &Known) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((server, scope), reservations) in &held.scopes {
        for reservation in reservations {
            findings.extend(on_server(known, server, *scope, reservation));
        }
    }
    for stored in known.records.values().flatten() {
        findings.extend(missing(held, known, stored));
    }
    let pairs = partners::compare(held, known, &findings);
    findings.extend(pairs);
    findings
}

/// What a record asks for, on its server and on the failover partner, each with its sync state.
fn asked(known: &Known, stored: &StoredAddress) -> Vec<(Written, SyncState)> {
    let Some(own) = known.asked(stored, KIND) else {
        return Vec::new();
    };
    let there = known.mirror(&own).map(|there| {
        let state = stored.sync[0].partner.as_deref().cloned();
        (there, state.unwrap_or_default())
    });
    let own = (own, stored.sync[0].clone());
    std::iter::once(own).chain(there).collect()
}

/// What is wrong with a reservation that a server has.
fn on_server(
    known: &Known,
    server: &Fqdn,
    scope: IpNet,
    reservation: &Reservation,
) -> Option<Finding> {
    let address = reservation.address;
    let written = Written {
        server: server.clone(),
        entry: Entry::Reservation {
            scope,
            reservation: reservation.clone(),
        },
    };
    let line = known.line(address, |line| line.same_place(&written));
    let records = known.records_of(address);
    let asked = records.iter().flat_map(|stored| asked(known, stored));
    let mut asked: Vec<_> = asked
        .filter(|(asked, _)| asked.same_place(&written))
        .collect();
    // One of several records that say it is there is enough.
    asked.sort_by_key(|(_, state)| !state.status.is_synchronised());
    let asking = asked.into_iter().next();
    let (disorder, recorded) = match asking {
        None if records.is_empty() => match line {
            Some(line) => (Disorder::LeftBehind, format!("was of {}", line.key)),
            None => (Disorder::NoRecord, "not recorded".to_owned()),
        },
        None if line.is_some() => (Disorder::Superseded, asked_instead(known, records)),
        None => (Disorder::NotAsked, asked_instead(known, records)),
        Some((asked, state)) => match &asked.entry {
            Entry::Reservation {
                reservation: wanted,
                ..
            } if wanted != reservation => (Disorder::Differs, told(wanted)),
            _ => (Disorder::Unconfirmed, unconfirmed(&state)?),
        },
    };
    let mut finding = Finding {
        address,
        kind: KIND,
        disorder,
        server: server.clone(),
        held: told(reservation),
        recorded,
        remedies: Vec::new(),
    };
    finding.remedies = remedies(&finding, Some(&written));
    Some(finding)
}

/// What the sync status says when it does not say that the entry is there.
pub(super) fn unconfirmed(state: &SyncState) -> Option<String> {
    (!state.status.is_synchronised()).then(|| state.status.to_string())
}

fn asked_instead(known: &Known, records: &[StoredAddress]) -> String {
    let asked: Vec<String> = records
        .iter()
        .filter_map(|stored| known.asked(stored, KIND))
        .map(|asked| format!("asks for {} on {}", asked.entry, asked.server))
        .collect();
    match asked.is_empty() {
        true => NONE_ASKED.to_owned(),
        false => asked.join(", "),
    }
}

/// A record that says its reservation is there, and a server that read its scope has none for the
/// address.
fn missing(held: &Held, known: &Known, stored: &StoredAddress) -> Vec<Finding> {
    let asked = asked(known, stored).into_iter();
    asked
        .filter_map(|(asked, state)| missing_there(held, known, &asked, &state))
        .collect()
}

fn missing_there(
    held: &Held,
    known: &Known,
    asked: &Written,
    state: &SyncState,
) -> Option<Finding> {
    let Entry::Reservation { scope, reservation } = &asked.entry else {
        return None;
    };
    let there = held.scopes.get(&(asked.server.clone(), *scope))?;
    let address = reservation.address;
    let is_there = there.iter().any(|held| held.address == address);
    // A record that was edited since says nothing yet of what it asks for now.
    let was_written = known.line(address, |line| line.same_place(asked)).is_some();
    if is_there || !state.status.is_synchronised() || !was_written {
        return None;
    }
    let mut finding = Finding {
        address,
        kind: KIND,
        disorder: Disorder::Missing,
        server: asked.server.clone(),
        held: String::new(),
        recorded: state.status.to_string(),
        remedies: Vec::new(),
    };
    finding.remedies = remedies(&finding, Some(asked));
    Some(finding)
}
