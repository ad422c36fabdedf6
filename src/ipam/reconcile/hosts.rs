//! Host and PTR records in zones against address records, and against each other.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::space::SyncStatus;
use crate::ipam::space::addresses::StoredAddress;
use crate::ipam::sync::{Entry, RecordKind, Written};
use crate::wire::dns::{DnsName, ReverseName};
use crate::wire::windows::dnsp::{Record, RecordData};

use super::finding::{Disorder, Finding};
use super::gather::{Held, ZoneView};
use super::known::Known;
use super::remedy::{NONE_ASKED, remedies};
use super::reservations::unconfirmed;

/// The address that a host or PTR record is about; `None` for other records.
pub(super) fn address_of(record: &Record) -> Option<IpAddr> {
    match &record.data {
        RecordData::A(address) => Some(IpAddr::V4(*address)),
        RecordData::Aaaa(address) => Some(IpAddr::V6(*address)),
        RecordData::Ptr(_) => {
            let reverse = ReverseName::parse(&DnsName::from(&record.name))?;
            // The name of a zone stands for many addresses.
            let whole = ReverseName::of(reverse.address).bits;
            (reverse.bits == whole).then_some(reverse.address)
        }
        _ => None,
    }
}

fn kind_of(record: &Record) -> RecordKind {
    match record.data {
        RecordData::Ptr(_) => RecordKind::DnsPtrRecord,
        _ => RecordKind::DnsHostRecord,
    }
}

fn index(kind: RecordKind) -> usize {
    match kind {
        RecordKind::DhcpReservation => 0,
        RecordKind::DnsHostRecord => 1,
        RecordKind::DnsPtrRecord => 2,
    }
}

/// Every difference about DNS records.
pub(super) fn compare(held: &Held, known: &Known) -> Vec<Finding> {
    let mut findings = Vec::new();
    for view in &held.zones {
        for record in &view.records {
            let Some(address) = address_of(record) else {
                continue;
            };
            if known.concerns(address) {
                findings.extend(on_server(held, known, view, record, address));
            }
        }
    }
    for stored in known.records.values().flatten() {
        for kind in [RecordKind::DnsHostRecord, RecordKind::DnsPtrRecord] {
            findings.extend(missing(held, known, stored, kind));
        }
    }
    findings.extend(halves(held, known, &findings));
    findings
}

/// What is wrong with a record that a zone has.
fn on_server(
    held: &Held,
    known: &Known,
    view: &ZoneView,
    record: &Record,
    address: IpAddr,
) -> Option<Finding> {
    let kind = kind_of(record);
    let is_it = |written: &Written| is_record(written, view, record);
    let line = known.line(address, is_it);
    let records = known.records_of(address);
    let asking = records.iter().find_map(|stored| {
        let asked = known.asked(stored, kind)?;
        is_it(&asked).then_some(stored)
    });
    let instead = || records.iter().find_map(|stored| known.asked(stored, kind));
    let (disorder, recorded) = match (asking, line) {
        (None, Some(line)) if records.is_empty() => {
            (Disorder::LeftBehind, format!("was of {}", line.key))
        }
        // A client that leased the address has its records from its DHCP server.
        (None, None) if records.is_empty() => match held.leased.contains(&address) {
            true => return None,
            false => (Disorder::NoRecord, "not recorded".to_owned()),
        },
        (None, Some(_)) => {
            let asked = instead().map(|asked| asked.entry.to_string());
            let recorded = asked.map_or(NONE_ASKED.to_owned(), |it| format!("asks for {it}"));
            (Disorder::Superseded, recorded)
        }
        // An address may have any number of names, but belongs to one of them.
        (None, None) if kind == RecordKind::DnsPtrRecord => {
            (Disorder::Differs, format!("asks for {}", instead()?.entry))
        }
        (None, None) => return None,
        (Some(stored), line) => {
            let state = &stored.sync[index(kind)];
            // Never pushed: somebody else made it, just as the record asks.
            if state.status == SyncStatus::NotAttempted && line.is_none() {
                return None;
            }
            (Disorder::Unconfirmed, unconfirmed(state)?)
        }
    };
    let written = written(view, record);
    let mut finding = Finding {
        address,
        kind,
        disorder,
        server: written.server.clone(),
        held: written.entry.to_string(),
        recorded,
        remedies: Vec::new(),
    };
    finding.remedies = remedies(&finding, Some(&written));
    Some(finding)
}

fn is_record(written: &Written, view: &ZoneView, record: &Record) -> bool {
    match &written.entry {
        Entry::Record { zone, name, data } => {
            *zone == view.zone
                && *name == record.name
                && *data == record.data
                && view.servers.contains(&written.server)
        }
        Entry::Reservation { .. } => false,
    }
}

fn written(view: &ZoneView, record: &Record) -> Written {
    Written {
        server: view.servers.first().cloned().unwrap_or(view.zone.clone()),
        entry: Entry::Record {
            zone: view.zone.clone(),
            name: record.name.clone(),
            data: record.data.clone(),
        },
    }
}

/// A record that says its entry is there, and the zone that was read has it not.
fn missing(
    held: &Held,
    known: &Known,
    stored: &StoredAddress,
    kind: RecordKind,
) -> Option<Finding> {
    let state = &stored.sync[index(kind)];
    let asked = known.asked(stored, kind)?;
    let Entry::Record { zone, name, .. } = &asked.entry else {
        return None;
    };
    let view = held.zone(&asked.server, zone)?;
    let is_there = |record: &Record| is_record(&asked, view, record);
    // A record that was edited since says nothing yet of what it asks for now.
    let was_written = known.line(stored.key.ip_address, |line| *line == asked);
    let claims = state.status.is_synchronised() && was_written.is_some();
    if !claims || view.at(name).iter().any(is_there) {
        return None;
    }
    let mut finding = Finding {
        address: stored.key.ip_address,
        kind,
        disorder: Disorder::Missing,
        server: asked.server.clone(),
        held: String::new(),
        recorded: state.status.to_string(),
        remedies: Vec::new(),
    };
    finding.remedies = remedies(&finding, Some(&asked));
    Some(finding)
}

/// Host records of recorded addresses without a PTR record, and the reverse. Said only where the
/// zone that could hold the other half was read, and nothing else was said of it.
fn halves(held: &Held, known: &Known, said: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut said_of: BTreeMap<IpAddr, Vec<&Finding>> = BTreeMap::new();
    for finding in said {
        said_of.entry(finding.address).or_default().push(finding);
    }
    for (address, view, record) in of_recorded(held, known) {
        let (kind, other, disorder) = match kind_of(record) {
            RecordKind::DnsPtrRecord => (
                RecordKind::DnsPtrRecord,
                RecordKind::DnsHostRecord,
                Disorder::WithoutHost,
            ),
            _ => (
                RecordKind::DnsHostRecord,
                RecordKind::DnsPtrRecord,
                Disorder::WithoutPtr,
            ),
        };
        let is_whole = match &record.data {
            RecordData::Ptr(target) => has_address(held, target, address),
            _ => has_ptr(held, address),
        };
        let told = said_of.get(&address).into_iter().flatten().any(|finding| {
            let this = finding.kind == kind && finding.disorder != Disorder::Unconfirmed;
            let half = finding.kind == other && finding.disorder == Disorder::Missing;
            this || half
        });
        if is_whole || told {
            continue;
        }
        let written = written(view, record);
        let mut finding = Finding {
            address,
            kind,
            disorder,
            server: written.server.clone(),
            held: written.entry.to_string(),
            recorded: "recorded".to_owned(),
            remedies: Vec::new(),
        };
        finding.remedies = remedies(&finding, Some(&written));
        findings.push(finding);
    }
    findings
}

/// The host and PTR records of addresses that are recorded.
fn of_recorded<'a>(
    held: &'a Held,
    known: &'a Known,
) -> impl Iterator<Item = (IpAddr, &'a ZoneView, &'a Record)> {
    let all = held
        .zones
        .iter()
        .flat_map(|view| view.records.iter().map(move |record| (view, record)));
    all.filter_map(|(view, record)| {
        let address = address_of(record)?;
        known
            .records
            .contains_key(&address)
            .then_some((address, view, record))
    })
}

/// Whether the name has the address; yes as well when no zone that was read could tell.
fn has_address(held: &Held, name: &Fqdn, address: IpAddr) -> bool {
    let wanted = RecordData::of_address(address);
    holds(held, name, |record| record.data == wanted)
}

/// Whether the address has a PTR record; yes as well when no zone that was read could tell.
fn has_ptr(held: &Held, address: IpAddr) -> bool {
    let name = ReverseName::of(address).name().to_fqdn();
    name.is_none_or(|name| {
        holds(held, &name, |record| {
            matches!(record.data, RecordData::Ptr(_))
        })
    })
}

fn holds(held: &Held, name: &Fqdn, is_it: impl Fn(&Record) -> bool) -> bool {
    let could = held.zones.iter().filter(|view| name.is_within(&view.zone));
    let views: Vec<&ZoneView> = could.collect();
    views.is_empty() || views.iter().flat_map(|view| view.at(name)).any(is_it)
}
