//! Dynamic DNS: a DHCP server on the bench, with a DNS server at the other end of its wire.

use ipamlab::net::Event;
use ipamlab::server::dhcp::kea::KeaService;
use ipamlab::server::dhcp::{DNS_CLIENT_PORT, DynamicUpdates};
use ipamlab::wire::dhcp::v4::{ClientFqdn, DhcpOption, Message, MessageType, code};
use ipamlab::wire::dhcp::{ClientV4, StepV4};
use ipamlab::wire::dns::{TsigAlgorithm, TsigKey};
use ipamlab::wire::windows::dnsp::DynamicUpdate;

use crate::support::*;
use crate::with_dns::*;

fn named(last: u8, name: &str) -> ClientV4 {
    client(last).with_client_fqdn(ClientFqdn::request(name, true))
}

#[test]
fn a_lease_brings_its_records_and_a_release_takes_them_back() {
    let mut pair = good();
    let mut client = named(1, "pc1");
    let lease = pair.lease(&mut client);
    let told = lease.client_fqdn.expect("option 81 is answered");
    assert_eq!(
        (told.letters(), told.name.as_str()),
        ("S".to_owned(), "pc1.corp.example")
    );
    assert_eq!(pair.answers("pc1.corp.example", "A"), ["10.0.1.10"]);
    assert_eq!(
        pair.answers("10.1.0.10.in-addr.arpa", "PTR"),
        ["pc1.corp.example."]
    );
    let release = client.release().unwrap();
    pair.ask(&release);
    assert!(pair.answers("pc1.corp.example", "A").is_empty());
    assert!(pair.answers("10.1.0.10.in-addr.arpa", "PTR").is_empty());
    assert_eq!(pair.ids(), ["30", "32", "12", "30", "32"]);
}

#[test]
fn a_client_that_did_not_send_option_81_does_not_get_it() {
    let mut pair = good();
    let lease = pair.lease(&mut client(1).with_host_name("older"));
    assert_eq!(lease.client_fqdn, None);
    assert!(pair.ids().is_empty());
}

/// Kea's `lease4-del` says whether the records go with the lease.
#[test]
fn a_lease_deleted_over_the_control_channel_takes_its_records_along_if_asked_to() {
    for (asked, left) in [
        ("", 1),
        (r#", "update-ddns": false"#, 1),
        (r#", "update-ddns": true"#, 0),
    ] {
        let mut pair = good();
        pair.lease(&mut named(1, "pc1"));
        let command = format!(
            r#"{{ "command": "lease4-del", "arguments": {{ "ip-address": "10.0.1.10"{asked} }} }}"#
        );
        let at = pair.bench.at();
        let server = &mut pair.bench.server;
        let answer = server
            .control(KeaService::Dhcp4, command.as_bytes(), at)
            .to_json();
        assert_eq!(answer["result"], 0, "{answer}");
        pair.event(Event::Timer { token: 0 });
        assert_eq!(pair.answers("pc1.corp.example", "A").len(), left, "{asked}");
        assert_eq!(
            pair.answers("10.1.0.10.in-addr.arpa", "PTR").len(),
            left,
            "{asked}"
        );
    }
}

#[test]
fn records_go_when_the_lease_expires_although_nobody_asks() {
    let mut pair = good();
    pair.lease(&mut named(1, "pc1"));
    pair.pass(3599);
    assert_eq!(pair.answers("pc1.corp.example", "A"), ["10.0.1.10"]);
    pair.pass(2);
    assert!(pair.answers("pc1.corp.example", "A").is_empty());
    assert_eq!(pair.ids(), ["30", "32", "18", "30", "32"]);
}

#[test]
fn records_stay_where_the_setting_says_so() {
    let mut config = with_dns(settings(DynamicUpdates::OnClientRequest));
    config.dns.delete_on_expiry = false;
    let mut pair = pair(config, &zones(DynamicUpdate::NonsecureAndSecure));
    pair.lease(&mut named(1, "pc1"));
    pair.pass(7200);
    pair.event(Event::Timer { token: 0 });
    assert_eq!(pair.answers("pc1.corp.example", "A"), ["10.0.1.10"]);
    assert_eq!(pair.ids(), ["30", "32", "17"]);
}

#[test]
fn a_refusal_is_logged_with_its_number_and_not_repeated() {
    let config = with_dns(settings(DynamicUpdates::OnClientRequest));
    let mut pair = pair(config, &zones(DynamicUpdate::None));
    pair.lease(&mut named(1, "pc1"));
    pair.pass(3000);
    let row = |id: &str, error: &str| (id.to_owned(), error.to_owned());
    assert_eq!(pair.lines(), [row("30", "0"), row("31", "9005")]);
}

#[test]
fn a_name_outside_every_zone_is_not_sent() {
    let mut pair = good();
    pair.lease(&mut named(1, "pc1.elsewhere.example"));
    let row = |id: &str, error: &str| (id.to_owned(), error.to_owned());
    assert_eq!(pair.lines(), [row("30", "0"), row("35", "9601")]);
}

#[test]
fn silence_is_met_with_three_messages_and_another_try_after_five_minutes() {
    let mut pair = good();
    pair.reachable = false;
    pair.lease(&mut named(1, "pc1"));
    pair.pass(60);
    assert_eq!(pair.unheard.len(), 3);
    assert!(pair.unheard.iter().all(|sent| *sent == pair.unheard[0]));
    let row = |id: &str, error: &str| (id.to_owned(), error.to_owned());
    assert_eq!(pair.lines(), [row("30", "0"), row("31", "1460")]);
    pair.reachable = true;
    pair.pass(5 * 60);
    assert_eq!(pair.answers("pc1.corp.example", "A"), ["10.0.1.10"]);
    assert_eq!(pair.ids(), ["30", "31", "32"]);
}

#[test]
fn what_was_released_meanwhile_is_not_tried_again() {
    let mut pair = good();
    pair.reachable = false;
    let mut client = named(1, "pc1");
    pair.lease(&mut client);
    pair.pass(60);
    let release = client.release().unwrap();
    pair.ask(&release);
    pair.reachable = true;
    pair.pass(3600);
    assert!(pair.answers("pc1.corp.example", "A").is_empty());
}

#[test]
fn nobody_waits_for_dns_to_get_a_lease() {
    let mut pair = good();
    pair.reachable = false;
    for last in 1..=11 {
        pair.lease(&mut named(last, &format!("pc{last}")));
    }
    assert_eq!(pair.ids().len(), 11, "eleven requests wait");
}

#[test]
fn a_renewal_under_another_name_moves_the_records() {
    let mut pair = good();
    let mut client = named(1, "old");
    pair.lease(&mut client);
    let mut client = client.with_client_fqdn(ClientFqdn::request("new", true));
    let renewal = client.renew().unwrap();
    pair.ask(&renewal);
    assert!(pair.answers("old.corp.example", "A").is_empty());
    assert_eq!(pair.answers("new.corp.example", "A"), ["10.0.1.10"]);
    assert_eq!(
        pair.answers("10.1.0.10.in-addr.arpa", "PTR"),
        ["new.corp.example."]
    );
}

/// RFC 4703 section 5.3: the second client of a protected name fails, the first may renew.
#[test]
fn a_protected_name_stays_with_its_first_client() {
    let mut config = with_dns(settings(DynamicUpdates::OnClientRequest));
    config.dns.name_protection = true;
    let mut pair = pair(config, &zones(DynamicUpdate::NonsecureAndSecure));
    let mut first = named(1, "web");
    pair.lease(&mut first);
    pair.lease(&mut named(2, "web"));
    assert_eq!(pair.answers("web.corp.example", "A"), ["10.0.1.10"]);
    let row = |id: &str, error: &str| (id.to_owned(), error.to_owned());
    assert_eq!(
        pair.lines()[3],
        row("31", "9008"),
        "NXRRSET: not this client's"
    );
    let renewal = first.renew().unwrap();
    pair.ask(&renewal);
    assert_eq!(pair.answers("web.corp.example", "A"), ["10.0.1.10"]);
    assert_eq!(pair.answers("web.corp.example", "DHCID").len(), 1);
    let release = first.release().unwrap();
    pair.ask(&release);
    assert!(pair.answers("web.corp.example", "DHCID").is_empty());
}

#[test]
fn updates_are_signed_where_there_is_a_key() {
    let key = TsigKey::new(
        "dhcp-key".parse().unwrap(),
        TsigAlgorithm::HmacSha256,
        &[9; 32],
    );
    let key = key.unwrap();
    let secure = zones(DynamicUpdate::Secure).key(key.clone());
    let mut config = with_dns(settings(DynamicUpdates::OnClientRequest));
    config.dns_client.key = Some(key);
    let mut pair = pair(config, &secure);
    pair.lease(&mut named(1, "pc1"));
    assert_eq!(pair.answers("pc1.corp.example", "A"), ["10.0.1.10"]);
}

#[test]
fn an_answer_from_elsewhere_or_of_garbage_changes_nothing() {
    let mut pair = good();
    pair.reachable = false;
    pair.lease(&mut named(1, "pc1"));
    let id = [pair.unheard[0][0], pair.unheard[0][1]];
    let own = format!("10.0.1.5:{DNS_CLIENT_PORT}");
    for (from, payload) in [
        (
            "10.0.0.66:53",
            [&id[..], &[0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat(),
        ),
        (DNS, id.to_vec()),
        (DNS, vec![]),
    ] {
        let event = Event::Datagram {
            from: addr(from),
            to: addr(&own),
            payload: &payload,
        };
        pair.event(event);
    }
    assert_eq!(pair.ids(), ["30"], "it still waits");
}

#[test]
fn a_crash_loses_the_queue_and_keeps_what_is_registered() {
    let mut pair = good();
    pair.lease(&mut named(1, "pc1"));
    pair.reachable = false;
    pair.lease(&mut named(2, "pc2"));
    pair.event(Event::Stopped { crashed: true });
    pair.timer = None;
    pair.reachable = true;
    pair.event(Event::Started);
    pair.pass(3601);
    assert!(
        pair.answers("pc2.corp.example", "A").is_empty(),
        "never sent"
    );
    assert!(
        pair.answers("pc1.corp.example", "A").is_empty(),
        "removed at its expiry"
    );
}

#[test]
fn settings_of_a_scope_come_before_those_of_the_server() {
    let mut config = with_dns(settings(DynamicUpdates::Always));
    config.scopes[0].dns = Some(settings(DynamicUpdates::Never));
    let mut pair = pair(config, &zones(DynamicUpdate::NonsecureAndSecure));
    let lease = pair.lease(&mut named(1, "pc1"));
    assert_eq!(lease.client_fqdn.unwrap().letters(), "ON");
    assert!(pair.ids().is_empty());
}

#[test]
fn a_malformed_option_81_is_no_option_81() {
    let mut pair = good();
    let mut client = client(1);
    let discover = client.discover(None);
    let offer = pair.ask(&discover).unwrap();
    let StepV4::Send(request) = client.receive(&offer).unwrap() else {
        panic!("no offer");
    };
    let request = request.with(DhcpOption::Other {
        code: code::CLIENT_FQDN,
        bytes: vec![4, 0, 0, 63, b'x'],
    });
    let ack = Message::decode(&pair.ask(&request).unwrap()).unwrap();
    assert_eq!(ack.kind(), Some(MessageType::Ack));
    assert_eq!(ack.client_fqdn(), None);
}
