//! Ageing and scavenging (domain 8.7).

use std::time::Duration;

use crate::support::*;
use ipamlab::base::Fqdn;
use ipamlab::server::dns::{DnsServer, Origin, Transport};
use ipamlab::wire::dns::{Rcode, Reply, UpdateMessage};
use ipamlab::wire::windows::Win32Error;
use ipamlab::wire::windows::dnsp::RecordData;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

fn zone() -> Fqdn {
    "open.example".parse().unwrap()
}

/// A server whose zone has aged for so long that it may be scavenged.
fn aging() -> DnsServer {
    let mut server = server();
    let before = moment(NOW - 30 * DAY);
    server
        .set_zone_aging(&zone(), true, (None, None), before)
        .unwrap();
    server
}

fn update(server: &mut DnsServer, message: UpdateMessage, at: u64) -> Rcode {
    let answers = server.handle(&message.encode(), Transport::Udp, peer(), moment(at));
    Reply::parse(&answers[0]).unwrap().rcode
}

fn register(server: &mut DnsServer, host: &str, at: u64) {
    let host = name(&format!("{host}.open.example"));
    let message =
        UpdateMessage::new(1, name("open.example")).add(&host, 900, &data("A", "10.1.0.9"));
    assert_eq!(update(server, message, at), Rcode::NOERROR);
}

/// As a DHCP server refreshes: the set is removed and added again.
fn replace(server: &mut DnsServer, host: &str, address: &str, at: u64) {
    let host = name(&format!("{host}.open.example"));
    let message = UpdateMessage::new(1, name("open.example"))
        .delete_rrset(&host, kind("A"))
        .add(&host, 900, &data("A", address));
    assert_eq!(update(server, message, at), Rcode::NOERROR);
}

fn stamp(server: &DnsServer, host: &str) -> Option<u64> {
    let zone = server.zone_data(&name("open.example")).unwrap();
    let zone = zone.lock().unwrap();
    let node = zone.node(&name(&format!("{host}.open.example")))?;
    match node.sets[0].records[0].origin {
        Origin::Dynamic { refreshed } => Some(refreshed),
        Origin::Static => Some(0),
    }
}

#[test]
fn stamps_are_whole_hours_and_static_records_have_none() {
    let mut server = aging();
    register(&mut server, "pc", NOW + 1234);
    assert_eq!(stamp(&server, "pc"), Some(NOW));
    assert_eq!(stamp(&server, "host"), Some(0));
}

#[test]
fn a_refresh_counts_only_after_the_no_refresh_interval() {
    let ways: [fn(&mut DnsServer, &str, u64); 2] = [register, |server, host, at| {
        replace(server, host, "10.1.0.9", at);
    }];
    for refresh in ways {
        let mut server = aging();
        register(&mut server, "pc", NOW);
        let serial_before = serial(&mut server, "open.example");
        refresh(&mut server, "pc", NOW + 7 * DAY - 1);
        assert_eq!(stamp(&server, "pc"), Some(NOW), "within the interval");
        refresh(&mut server, "pc", NOW + 7 * DAY);
        assert_eq!(stamp(&server, "pc"), Some(NOW + 7 * DAY));
        assert_eq!(
            serial(&mut server, "open.example"),
            serial_before,
            "a refresh changes nothing that secondaries would copy"
        );
    }
}

#[test]
fn a_change_counts_at_once() {
    let mut server = aging();
    register(&mut server, "pc", NOW);
    let before = serial(&mut server, "open.example");
    replace(&mut server, "pc", "10.1.0.10", NOW + DAY);
    assert_eq!(stamp(&server, "pc"), Some(NOW + DAY));
    assert_eq!(serial(&mut server, "open.example"), before + 1);
}

#[test]
fn a_zone_that_does_not_age_keeps_the_first_stamp() {
    let mut server = server();
    register(&mut server, "pc", NOW);
    register(&mut server, "pc", NOW + 100 * DAY);
    assert_eq!(stamp(&server, "pc"), Some(NOW));
    assert_eq!(server.start_scavenging(moment(NOW + 200 * DAY)), 0);
    assert_eq!(stamp(&server, "pc"), Some(NOW));
}

#[test]
fn what_is_older_than_both_intervals_is_scavenged_and_nothing_static() {
    let mut server = aging();
    register(&mut server, "pc", NOW);
    assert_eq!(server.start_scavenging(moment(NOW + 14 * DAY)), 0);
    assert_eq!(server.start_scavenging(moment(NOW + 14 * DAY + HOUR)), 1);
    assert_eq!(stamp(&server, "pc"), None);
    assert_eq!(stamp(&server, "host"), Some(0), "made by an administrator");
    let last = server.scavenging().last;
    assert_eq!(last, Some((NOW + 14 * DAY + HOUR, 1)));
}

#[test]
fn clients_have_a_refresh_interval_after_ageing_is_enabled() {
    let mut server = server();
    register(&mut server, "pc", NOW);
    let enabled = NOW + 100 * DAY;
    let intervals = (None, Some(Duration::from_secs(3 * DAY)));
    server
        .set_zone_aging(&zone(), true, intervals, moment(enabled))
        .unwrap();
    assert_eq!(server.start_scavenging(moment(enabled + 3 * DAY - 1)), 0);
    assert_eq!(server.start_scavenging(moment(enabled + 3 * DAY)), 1);
}

#[test]
fn a_server_scavenges_by_itself_at_its_period_and_at_the_time_it_was_due() {
    let mut server = aging();
    register(&mut server, "pc", NOW);
    server.set_scavenging(true, Duration::from_secs(10 * DAY), moment(NOW));
    // Nobody looks until day 25, when a client comes back; the run of day 20 comes before it.
    register(&mut server, "pc", NOW + 25 * DAY);
    assert_eq!(server.scavenging().last, Some((NOW + 20 * DAY, 1)));
    assert_eq!(server.scavenging().next, NOW + 30 * DAY);
    assert_eq!(stamp(&server, "pc"), Some(NOW + 25 * DAY));
    server.set_scavenging(false, Duration::from_secs(10 * DAY), moment(NOW + 26 * DAY));
    server.settle(moment(NOW + 300 * DAY));
    assert_eq!(stamp(&server, "pc"), Some(NOW + 25 * DAY));
}

#[test]
fn a_dynamic_record_that_joins_a_static_one_is_static() {
    let mut server = aging();
    let (zone, host) = (zone(), "printer.open.example".parse::<Fqdn>().unwrap());
    let made = RecordData::A("10.1.0.8".parse().unwrap());
    server.add_record(&zone, &host, 900, &made).unwrap();
    register(&mut server, "printer", NOW);
    assert_eq!(server.start_scavenging(moment(NOW + 100 * DAY)), 0);
    assert_eq!(held(&mut server, "printer.open.example", "A").len(), 2);
}

#[test]
fn only_zones_that_are_there_age() {
    let mut server = server();
    let nowhere: Fqdn = "nowhere.example".parse().unwrap();
    assert_eq!(
        server.set_zone_aging(&nowhere, true, (None, None), now()),
        Err(Win32Error::DNS_ERROR_ZONE_DOES_NOT_EXIST)
    );
    assert!(!server.zone_aging(&zone()).unwrap().enabled);
}
