//! What mends a difference: an action of the console while the address is recorded, a command of
//! the DHCP or DNS server module when it is not (domain 7.3, 8.4).

use crate::ipam::sync::written::kind_word;
use crate::ipam::sync::{Entry, RecordKind, Written};
use crate::wire::windows::dnsp::RecordData;

use super::finding::{Disorder, Finding};

/// How a finding tells of a record that asks for nothing of the kind.
pub(super) const NONE_ASKED: &str = "asks for none";

/// The remedies for a finding, the likeliest first. `entry` is what it is about.
pub(super) fn remedies(finding: &Finding, entry: Option<&Written>) -> Vec<String> {
    let (create, delete) = (
        format!("Create {}", finding.kind),
        format!("Delete {}", finding.kind),
    );
    let by_hand = || entry.map(removal).into_iter();
    let mut found = Vec::new();
    match finding.disorder {
        Disorder::LeftBehind => {
            found.extend(by_hand());
            let address = finding.address;
            found.push(format!(
                "or Add-IpamAddress {address} as it was, then {delete}"
            ));
        }
        Disorder::NoRecord => {
            found.extend(by_hand());
            found.push(format!("or Add-IpamAddress {}", finding.address));
        }
        Disorder::NotAsked => {
            found.push("Set-IpamAddress, to ask for it".to_owned());
            found.extend(by_hand().map(|command| format!("or {command}")));
        }
        Disorder::Superseded if finding.recorded == NONE_ASKED => found.push(delete),
        Disorder::Superseded => {
            found.push(format!("{create}, which takes the old one away"));
            found.push(format!(
                "or {delete}, which takes away all that was written"
            ));
        }
        Disorder::Unconfirmed => {
            found.push(format!("{create}, to keep it"));
            found.push(format!("or {delete}"));
        }
        Disorder::Missing => {
            found.push(format!("{create}, to have it again"));
            found.push(format!("or {delete}, to note that it is gone"));
        }
        Disorder::Differs => match entry.map(|written| &written.entry) {
            Some(Entry::Record { .. }) => {
                let removals = by_hand().map(|command| format!("{command}, then {create}"));
                found.extend(removals);
                found.push("or Set-IpamAddress, to record what is there".to_owned());
            }
            _ => {
                found.push(format!("{create}, to make it as recorded"));
                found.push("or Set-IpamAddress, to record what is there".to_owned());
            }
        },
        Disorder::NotOnPartner => {
            found.extend(entry.and_then(replication));
            found.extend(by_hand().map(|command| format!("or {command}")));
        }
        Disorder::WithoutPtr => found.push("Create DNS PTR Record".to_owned()),
        Disorder::WithoutHost => {
            found.push("Create DNS Host Record".to_owned());
            found.push("or Delete DNS PTR Record".to_owned());
        }
    }
    found
}

/// The remedies for what an address record asks for on both failover partners.
pub(super) fn pushes() -> Vec<String> {
    let kind = RecordKind::DhcpReservation;
    vec![
        format!("Create {kind}, to have it on both"),
        format!("or Delete {kind}, to have it on neither"),
    ]
}

/// The command that brings a scope to its failover partner as it is on this server.
fn replication(written: &Written) -> Option<String> {
    let Entry::Reservation { scope, .. } = &written.entry else {
        return None;
    };
    let (server, id) = (&written.server, scope.network());
    Some(format!(
        "Replicate Failover Scope {scope} of {server} \
         (Invoke-DhcpServerv4FailoverReplication -ComputerName {server} -ScopeId {id})"
    ))
}

/// The command that removes an entry from its server.
fn removal(written: &Written) -> String {
    let server = &written.server;
    match &written.entry {
        Entry::Reservation { reservation, .. } => {
            let address = reservation.address;
            let family = if address.is_ipv4() { "v4" } else { "v6" };
            format!(
                "Remove-DhcpServer{family}Reservation -ComputerName {server} -IPAddress {address}"
            )
        }
        Entry::Record { zone, name, data } => {
            let owner = name.as_str().strip_suffix(zone.as_str());
            let owner = owner.and_then(|owner| owner.strip_suffix('.'));
            let owner = owner.unwrap_or("@");
            let kind = kind_word(data);
            let value = match data {
                RecordData::A(address) => address.to_string(),
                RecordData::Aaaa(address) => address.to_string(),
                RecordData::Ptr(target) => target.to_string(),
                other => format!("{other:?}"),
            };
            format!(
                "Remove-DnsServerResourceRecord -ComputerName {server} -ZoneName {zone} \
                 -Name {owner} -RRType {kind} -RecordData {value} -Force"
            )
        }
    }
}
