//! Zones shared by a directory, configurations, and the management interface.

use crate::support::*;
use ipamlab::base::Fqdn;
use ipamlab::server::dns::{
    DirectoryZones, DnsConfigError, DnsServer, DnsServerConfig, Origin, Transport, ZoneConfig,
};
use ipamlab::wire::dns::{Rcode, TransferReader, UpdateMessage, query};
use ipamlab::wire::windows::Win32Error;
use ipamlab::wire::windows::dnsp::{DynamicUpdate, RecordData, ZoneKind};

#[test]
fn servers_of_a_directory_share_its_zones_and_file_backed_ones_are_their_own() {
    let mut directory = DirectoryZones::default();
    let config = DnsServerConfig::default()
        .zone(secure(corp()))
        .zone(open_zone())
        .key(key());
    let mut first = DnsServer::in_directory(&config, &mut directory).unwrap();
    let later = ZoneConfig::directory_integrated(name("corp.example"))
        .name_server(name("ns3.corp.example"));
    let config = DnsServerConfig::default().zone(later).zone(open_zone());
    let mut second = DnsServer::in_directory(&config, &mut directory).unwrap();
    assert_eq!(
        held(&mut first, "corp.example", "NS").len(),
        3,
        "the second server joined"
    );
    let fqdn = |text: &str| text.parse::<Fqdn>().unwrap();
    let address = RecordData::A("10.9.9.9".parse().unwrap());
    second
        .add_record(
            &fqdn("corp.example"),
            &fqdn("new.corp.example"),
            60,
            &address,
        )
        .unwrap();
    assert_eq!(held(&mut first, "new.corp.example", "A"), ["10.9.9.9"]);
    assert_eq!(
        serial(&mut first, "corp.example"),
        serial(&mut second, "corp.example")
    );
    second
        .add_record(
            &fqdn("open.example"),
            &fqdn("new.open.example"),
            60,
            &address,
        )
        .unwrap();
    assert!(held(&mut first, "new.open.example", "A").is_empty());
}

#[test]
fn configurations_that_cannot_mean_anything_are_refused() {
    let refusal =
        |zone: ZoneConfig| DnsServer::new(&DnsServerConfig::default().zone(zone)).unwrap_err();
    let zone = || ZoneConfig::primary(name("z.example"));
    assert_eq!(
        refusal(zone().updates(DynamicUpdate::Secure)),
        DnsConfigError::SecureNeedsDirectory(name("z.example"))
    );
    assert_eq!(
        refusal(
            ZoneConfig::secondary(name("z.example"), Vec::new())
                .updates(DynamicUpdate::NonsecureAndSecure)
        ),
        DnsConfigError::UpdatesNeedPrimary(name("z.example"))
    );
    let a = || data("A", "10.0.0.1");
    assert_eq!(
        refusal(zone().record(name("y.example"), 1, a())),
        DnsConfigError::OutsideZone {
            name: name("y.example"),
            zone: name("z.example")
        }
    );
    assert_eq!(
        refusal(zone().record(name("c.z.example"), 1, a()).record(
            name("c.z.example"),
            1,
            data("CNAME", "d.example.")
        )),
        DnsConfigError::CnameAndOther(name("c.z.example"))
    );
    let twice = DnsServerConfig::default().zone(zone()).zone(zone());
    let error = DnsServer::new(&twice).unwrap_err();
    assert_eq!(error, DnsConfigError::DuplicateZone(name("z.example")));
}

#[test]
fn domain_8_7_management_adds_replaces_and_deletes() {
    let mut server = server();
    let fqdn = |text: &str| text.parse::<Fqdn>().unwrap();
    let (zone, host) = (fqdn("open.example"), fqdn("m.open.example"));
    let address = |text: &str| RecordData::A(text.parse().unwrap());
    server
        .add_record(&zone, &host, 60, &address("10.2.0.1"))
        .unwrap();
    server
        .add_record(&zone, &host, 60, &address("10.2.0.2"))
        .unwrap();
    let again = server.add_record(&zone, &host, 60, &address("10.2.0.1"));
    assert_eq!(again, Err(Win32Error::DNS_ERROR_RECORD_ALREADY_EXISTS));
    assert_eq!(server.records(&zone, Some(&host)).unwrap().len(), 2);
    assert_eq!(
        serial(&mut server, "open.example"),
        3,
        "one for each change"
    );
    let alias = |text: &str| RecordData::Cname(fqdn(text));
    let at = fqdn("alias.open.example");
    server
        .add_record(&zone, &at, 60, &alias("other.open.example"))
        .unwrap();
    assert_eq!(
        held(&mut server, "alias.open.example", "CNAME"),
        ["other.open.example."]
    );
    let beside = server.add_record(&zone, &host, 60, &alias("other.open.example"));
    assert_eq!(beside, Err(Win32Error::DNS_ERROR_RECORD_ALREADY_EXISTS));
    server
        .delete_record(&zone, &host, &address("10.2.0.1"))
        .unwrap();
    server
        .delete_record(&zone, &host, &address("10.2.0.1"))
        .unwrap();
    server
        .delete_record(&zone, &fqdn("absent.open.example"), &address("10.2.0.1"))
        .unwrap();
    assert_eq!(held(&mut server, "m.open.example", "A"), ["10.2.0.2"]);
    assert_eq!(serial(&mut server, "open.example"), 5);
    let missing = fqdn("missing.example");
    let error = Win32Error::DNS_ERROR_ZONE_DOES_NOT_EXIST;
    assert_eq!(server.records(&missing, None), Err(error));
    assert_eq!(
        server.delete_record(&missing, &host, &address("10.2.0.1")),
        Err(error)
    );
    let outside = server.add_record(&zone, &fqdn("x.corp.example"), 60, &address("10.2.0.1"));
    assert_eq!(outside, Err(Win32Error::ERROR_INVALID_PARAMETER));
}

#[test]
fn domain_8_7_only_a_primary_takes_writes_and_pausing_stops_answers() {
    let zone: Fqdn = "2.10.in-addr.arpa".parse().unwrap();
    let mut server = server_of(
        DnsServerConfig::default()
            .zone(ZoneConfig::primary(&zone))
            .zone(ZoneConfig::secondary(name("s.example"), Vec::new())),
    );
    let infos = server.zones();
    assert_eq!(infos.len(), 2);
    assert!(
        infos
            .iter()
            .any(|info| info.reverse && info.kind == ZoneKind::Primary && info.serial == 1)
    );
    let other: Fqdn = "s.example".parse().unwrap();
    let target = RecordData::Ptr("h.corp.example".parse().unwrap());
    let refused = server.add_record(&other, &"a.s.example".parse().unwrap(), 60, &target);
    assert_eq!(refused, Err(Win32Error::DNS_ERROR_INVALID_ZONE_TYPE));
    let host: Fqdn = "1.0.2.10.in-addr.arpa".parse().unwrap();
    server.add_record(&zone, &host, 60, &target).unwrap();
    assert_eq!(server.records(&zone, Some(&host)).unwrap()[0].data, target);
    assert_eq!(ask(&mut server, host.as_str(), "PTR").rcode, Rcode::NOERROR);
    server.pause_zone(&zone, true).unwrap();
    assert_eq!(
        ask(&mut server, host.as_str(), "PTR").rcode,
        Rcode::SERVFAIL
    );
    assert!(server.zones().iter().any(|info| info.paused));
    server.pause_zone(&zone, false).unwrap();
    assert_eq!(ask(&mut server, host.as_str(), "PTR").rcode, Rcode::NOERROR);
}

#[test]
fn domain_8_7_updates_make_dynamic_records_unless_a_static_one_is_there() {
    let mut server = server();
    let add = |owner: &str, text: &str| {
        UpdateMessage::new(3, name("open.example")).add(&name(owner), 300, &data("A", text))
    };
    assert_eq!(
        update(&mut server, &add("dyn.open.example", "10.3.0.1")),
        Rcode::NOERROR
    );
    assert_eq!(
        update(&mut server, &add("host.open.example", "10.1.0.3")),
        Rcode::NOERROR
    );
    let zone = server.zone_data(&name("open.example")).unwrap();
    let origins = |owner: &str| {
        let zone = zone.lock().unwrap();
        let set = zone.node(&name(owner)).unwrap().set(kind("A")).unwrap();
        set.records
            .iter()
            .map(|record| record.origin)
            .collect::<Vec<_>>()
    };
    assert_eq!(origins("dyn.open.example"), [Origin::dynamic_at(NOW)]);
    assert_eq!(origins("host.open.example"), [Origin::Static; 3]);
}

#[test]
fn transfer_reader_refuses_what_is_not_a_transfer() {
    let mut server = server();
    let mut push = |owner: &str, of: &str| {
        let message = query(1, &name(owner), kind(of));
        let replies = server.handle(&message, Transport::Tcp, peer(), now());
        TransferReader::default().push(&replies[0])
    };
    assert!(push("dc1.corp.example", "A").is_err());
    assert!(push("elsewhere.example", "A").is_err());
    assert_eq!(push("corp.example", "SOA"), Ok(false));
    assert!(TransferReader::default().into_records().is_empty());
}
