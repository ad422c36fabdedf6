//! Dynamic DNS for DHCPv6 clients, and for leases that an administrator ends.

use ipamlab::net::Event;
use ipamlab::server::dhcp::{DhcpServerConfig, DnsSettings};
use ipamlab::server::dns::{DnsServerConfig, ZoneConfig};
use ipamlab::wire::dhcp::v4::ClientFqdn;
use ipamlab::wire::dhcp::v6::Envelope;
use ipamlab::wire::dhcp::{ClientV6, LeaseV6, StepV6};
use ipamlab::wire::dns::DnsName;
use ipamlab::wire::windows::Win32Error;
use ipamlab::wire::windows::dhcpm::{Request, Response};
use ipamlab::wire::windows::dnsp::DynamicUpdate;

use crate::support::*;
use crate::with_dns::*;

const REVERSE: &str = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";

fn pair_v6(settings: DnsSettings) -> Pair {
    let mut config: DhcpServerConfig = config_v6(scope_v6().with_domain("corp.example"));
    config.rapid_commit = false;
    config.dns_v6 = settings;
    config.dns_client.servers = vec![ip("10.0.0.2")];
    let zone = |name: &str| {
        let name: DnsName = name.parse().unwrap();
        ZoneConfig::primary(name).updates(DynamicUpdate::NonsecureAndSecure)
    };
    let zones = DnsServerConfig::default()
        .zone(zone("corp.example"))
        .zone(zone("8.b.d.0.1.0.0.2.ip6.arpa"));
    pair(config, &zones)
}

fn named(last: u8, fqdn: ClientFqdn) -> ClientV6 {
    client_v6(last).with_client_fqdn(fqdn)
}

fn ask(pair: &mut Pair, message: &Envelope) -> Vec<u8> {
    let payload = message.encode();
    let event = Event::Datagram {
        from: addr("[2001:db8:1::77]:546"),
        to: addr("[2001:db8:1::5]:547"),
        payload: &payload,
    };
    pair.event(event).pop().expect("an answer")
}

fn lease(pair: &mut Pair, client: &mut ClientV6, wanted: &str) -> LeaseV6 {
    let wanted = wanted.parse().unwrap();
    let offer = ask(pair, &client.solicit(Some(wanted), false));
    let StepV6::Send(request) = client.receive(&offer).unwrap() else {
        panic!("no offer");
    };
    let reply = ask(pair, &request);
    match client.receive(&reply).unwrap() {
        StepV6::Bound(lease) => lease,
        other => panic!("no lease: {other:?}"),
    }
}

#[test]
fn an_ipv6_lease_brings_its_records_and_a_release_takes_them_back() {
    let mut pair = pair_v6(DnsSettings::default());
    let mut client = named(1, ClientFqdn::request("pc1", true));
    let lease = lease(&mut pair, &mut client, "2001:db8:1::1:0:0:1");
    let told = lease.client_fqdn.expect("option 39 is answered");
    assert_eq!(told.letters(), "S");
    assert_eq!(told.name, "pc1.corp.example");
    assert_eq!(lease.address.to_string(), "2001:db8:1:0:1::1");
    assert_eq!(
        pair.answers("pc1.corp.example", "AAAA"),
        ["2001:db8:1:0:1::1"]
    );
    let reverse = "1.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    assert_eq!(pair.answers(reverse, "PTR"), ["pc1.corp.example."]);
    let release = client.release().unwrap();
    ask(&mut pair, &release);
    assert!(pair.answers("pc1.corp.example", "AAAA").is_empty());
    assert!(pair.answers(reverse, "PTR").is_empty());
}

#[test]
fn an_advertisement_tells_what_would_be_done_and_does_nothing() {
    let mut pair = pair_v6(DnsSettings::default());
    let mut client = named(1, ClientFqdn::request("pc1", true));
    let offer = ask(&mut pair, &client.solicit(None, false));
    let offer = Envelope::decode(&offer).unwrap().message;
    assert_eq!(offer.client_fqdn().unwrap().name, "pc1.corp.example");
    assert!(pair.answers("pc1.corp.example", "AAAA").is_empty());
}

#[test]
fn a_client_that_does_not_ask_for_option_39_is_registered_and_not_told() {
    let mut pair = pair_v6(DnsSettings::default());
    let mut client = named(1, ClientFqdn::request("pc1", true));
    let offer = ask(&mut pair, &client.solicit(None, false));
    let StepV6::Send(mut request) = client.receive(&offer).unwrap() else {
        panic!("no offer");
    };
    request.message.option_request.clear();
    let reply = Envelope::decode(&ask(&mut pair, &request)).unwrap().message;
    assert_eq!(reply.client_fqdn(), None);
    assert_eq!(pair.answers("pc1.corp.example", "AAAA").len(), 1);
}

#[test]
fn with_name_protection_a_dhcid_of_the_duid_keeps_a_name_with_its_client() {
    let mut pair = pair_v6(DnsSettings {
        name_protection: true,
        ..DnsSettings::default()
    });
    let mut first = named(1, ClientFqdn::request("web", true));
    let mut second = named(2, ClientFqdn::request("web", true));
    let address = "2001:db8:1::1";
    lease(&mut pair, &mut first, address);
    lease(&mut pair, &mut second, "2001:db8:1::2");
    assert_eq!(pair.answers("web.corp.example", "AAAA"), [address]);
    assert_eq!(pair.answers("web.corp.example", "DHCID").len(), 1);
    assert_eq!(pair.answers(REVERSE, "PTR"), ["web.corp.example."]);
    ask(&mut pair, &first.release().unwrap());
    assert!(pair.answers("web.corp.example", "DHCID").is_empty());
    lease(&mut pair, &mut second, "2001:db8:1::2");
    assert_eq!(pair.answers("web.corp.example", "AAAA"), ["2001:db8:1::2"]);
}

#[test]
fn a_lease_that_expires_or_is_deleted_takes_its_records_along() {
    let mut pair = pair_v6(DnsSettings::default());
    let mut client = named(1, ClientFqdn::request("pc1", true));
    lease(&mut pair, &mut client, "2001:db8:1::1");
    pair.pass(12 * 24 * 3600 + 1);
    assert!(pair.answers("pc1.corp.example", "AAAA").is_empty());
    lease(&mut pair, &mut client, "2001:db8:1::1");
    let delete = Request::DeleteLease {
        scope: "2001:db8:1::/64".parse().unwrap(),
        address: ip("2001:db8:1::1"),
    };
    let at = pair.bench.at();
    let deleted = pair.bench.server.manage(delete.clone(), at, "admin");
    assert_eq!(deleted, Ok(Response::Done));
    pair.event(Event::Timer { token: 0 });
    assert!(pair.answers("pc1.corp.example", "AAAA").is_empty());
    let again = pair.bench.server.manage(delete, at, "admin");
    assert_eq!(again, Err(Win32Error::ERROR_DHCP_JET_ERROR));
}

#[test]
fn the_lease_of_a_reserved_client_goes_only_with_its_reservation() {
    let mut bench = Bench::new(config(scope().reserving(reserve_mac("10.0.1.15", 1))));
    let delete = Request::DeleteLease {
        scope: "10.0.1.0/24".parse().unwrap(),
        address: ip("10.0.1.15"),
    };
    let at = bench.at();
    let refused = bench.server.manage(delete, at, "admin");
    assert_eq!(refused, Err(Win32Error::ERROR_DHCP_RESERVED_CLIENT));
}
