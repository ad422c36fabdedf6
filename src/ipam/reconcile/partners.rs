//! Reservations that the two servers of a failover relationship do not have alike (domain 8.4).

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::sync::reservation::told;
use crate::ipam::sync::{Entry, RecordKind, Written};
use crate::wire::windows::dhcpm::Reservation;

use super::finding::{Disorder, Finding};
use super::gather::Held;
use super::known::Known;
use super::remedy::{pushes, remedies};

/// Every such reservation of the scopes of which both servers were read, apart from those that
/// `findings` explain.
pub(super) fn compare(held: &Held, known: &Known, findings: &[Finding]) -> Vec<Finding> {
    let explained = explained(findings);
    let mut found = Vec::new();
    for ((server, scope), partner) in &known.partners {
        let here = held.scopes.get(&(server.clone(), *scope));
        let there = held.scopes.get(&(partner.clone(), *scope));
        let Some((here, there)) = here.zip(there) else {
            continue;
        };
        // Where both have one for the address and they differ, once is enough.
        let back = known.partners.get(&(partner.clone(), *scope)) == Some(server);
        let is_second = back && partner < server;
        for reservation in here {
            let address = reservation.address;
            let other = there.iter().find(|other| other.address == address);
            let alike = other.is_some_and(|other| other == reservation || is_second);
            let told_already = [server, partner]
                .iter()
                .any(|server| explained.contains(&(address, *server)));
            if !alike && !told_already {
                let mut finding = unlike((server, *scope), reservation, partner, other);
                if is_asked(known, server, address) {
                    finding.remedies = pushes();
                }
                found.push(finding);
            }
        }
    }
    found
}

/// What concerns a record that asks for the reservation on both servers: its remedy mends both.
fn explained(findings: &[Finding]) -> BTreeSet<(IpAddr, &Fqdn)> {
    let explaining = findings.iter().filter(|finding| {
        matches!(
            finding.disorder,
            Disorder::Missing | Disorder::Unconfirmed | Disorder::Differs
        )
    });
    explaining
        .map(|finding| (finding.address, &finding.server))
        .collect()
}

fn unlike(
    (server, scope): (&Fqdn, IpNet),
    reservation: &Reservation,
    partner: &Fqdn,
    other: Option<&Reservation>,
) -> Finding {
    let other = other.map_or("none".to_owned(), told);
    let written = Written {
        server: server.clone(),
        entry: Entry::Reservation {
            scope,
            reservation: reservation.clone(),
        },
    };
    let mut finding = Finding {
        address: reservation.address,
        kind: RecordKind::DhcpReservation,
        disorder: Disorder::NotOnPartner,
        server: server.clone(),
        held: told(reservation),
        recorded: format!("{partner} has {other}"),
        remedies: Vec::new(),
    };
    finding.remedies = remedies(&finding, Some(&written));
    finding
}

/// Whether an address record asks for a reservation of the address there: then the push of the
/// record mends both servers.
fn is_asked(known: &Known, server: &Fqdn, address: IpAddr) -> bool {
    let records = known.records_of(address).iter();
    let mut asked = records.filter_map(|stored| known.asked(stored, RecordKind::DhcpReservation));
    asked.any(|own| {
        let there = known.mirror(&own);
        own.server == *server || there.is_some_and(|there| there.server == *server)
    })
}
