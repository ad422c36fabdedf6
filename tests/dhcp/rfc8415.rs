//! The DHCPv6 server against RFC 8415, message by message.

use std::net::Ipv6Addr;

use crate::support::*;
use ipamlab::wire::dhcp::v6::{
    Envelope, IaAddress, IaNa, Message, MessageType, Relay, Status, code,
};
use ipamlab::wire::dhcp::{ClientV6, StepV6};

fn v6(text: &str) -> Ipv6Addr {
    text.parse().expect(text)
}

fn bench() -> Bench {
    let mut scope = scope_v6();
    scope.dns_servers = vec![v6("2001:db8::53")];
    scope.dns_domain = Some("corp.example".to_owned());
    Bench::new(config_v6(scope))
}

fn status_of(message: &Message) -> Option<Status> {
    message.ias[0].status.as_ref().map(|code| code.status)
}

#[test]
fn four_messages_give_an_address_lifetimes_and_options() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    let solicit = pc.solicit(None, false);
    let advertise = bench.ask_v6(&solicit).expect("advertise").message;
    assert_eq!(advertise.kind, MessageType::Advertise);
    assert_eq!(advertise.client, Some(duid(1)));
    let ia = &advertise.ias[0];
    assert_eq!((ia.t1, ia.t2), (345_600, 552_960));
    let lease = bench.lease_v6(&mut pc).expect("lease");
    // The subnet-router anycast address is nobody's (RFC 4291 section 2.6.1).
    assert_eq!(lease.address, v6("2001:db8:1::1"));
    assert_eq!((lease.preferred, lease.valid), (691_200, 1_036_800));
    assert_eq!(lease.dns_servers, [v6("2001:db8::53")]);
    assert_eq!(lease.domain_search, ["corp.example"]);
    let other = bench.lease_v6(&mut client_v6(2)).expect("lease");
    assert_eq!(other.address, v6("2001:db8:1::2"));
}

#[test]
fn rapid_commit_takes_two_messages_where_the_server_allows_it() {
    let mut allowed = bench();
    let mut pc = client_v6(1);
    let solicit = pc.solicit(None, true);
    let step = allowed.step_v6(&mut pc, &solicit).expect("reply");
    assert!(matches!(step, StepV6::Bound(_)), "{step:?}");
    let mut config = config_v6(scope_v6());
    config.rapid_commit = false;
    config.preference = Some(200);
    let advertise = Bench::new(config).ask_v6(&solicit).expect("advertise");
    assert_eq!(advertise.message.kind, MessageType::Advertise);
    assert_eq!(advertise.message.preference, Some(200));
    assert!(!advertise.message.rapid_commit);
}

#[test]
fn a_hint_is_followed_and_each_association_has_its_own_address() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    let mut solicit = pc.solicit(Some(v6("2001:db8:1::77")), true);
    solicit.message.ias.push(IaNa::empty(2));
    let reply = bench.ask_v6(&solicit).expect("reply").message;
    let given: Vec<(u32, Ipv6Addr)> = reply
        .ias
        .iter()
        .map(|ia| (ia.iaid, ia.addresses[0].address))
        .collect();
    assert_eq!(given, [(1, v6("2001:db8:1::77")), (2, v6("2001:db8:1::1"))]);
}

#[test]
fn renew_prolongs_and_unknown_associations_have_no_binding() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    bench.lease_v6(&mut pc).expect("lease");
    bench.advance(1_000_000);
    let renew = pc.renew().expect("lease");
    assert!(matches!(
        bench.step_v6(&mut pc, &renew),
        Some(StepV6::Bound(_))
    ));
    bench.advance(1_000_000);
    let other = bench.lease_v6(&mut client_v6(2)).expect("lease");
    assert_eq!(other.address, v6("2001:db8:1::2"), "the renewed lease runs");
    let mut unknown = renew.clone();
    unknown.message.ias = vec![IaNa::empty(99)];
    let reply = bench.ask_v6(&unknown).expect("reply").message;
    assert_eq!(status_of(&reply), Some(Status::NoBinding));
    let mut foreign = renew;
    foreign.message.ias[0].addresses.push(IaAddress {
        address: v6("2001:db8:9::1"),
        preferred: 1,
        valid: 1,
        status: None,
    });
    let reply = bench.ask_v6(&foreign).expect("reply").message;
    let valid: Vec<u32> = reply.ias[0].addresses.iter().map(|a| a.valid).collect();
    assert_eq!(valid, [1_036_800, 0], "what it does not have is withdrawn");
}

#[test]
fn messages_for_another_server_or_with_the_wrong_identifiers_are_dropped() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    bench.lease_v6(&mut pc).expect("lease");
    let renew = pc.renew().expect("lease");
    let mut elsewhere = renew.clone();
    elsewhere.message.server = Some(duid(77));
    let mut nameless = renew.clone();
    nameless.message.server = None;
    let mut addressed = pc.clone().solicit(None, false);
    addressed.message.server = renew.message.server.clone();
    let mut anonymous = pc.clone().solicit(None, false);
    anonymous.message.client = None;
    for wrong in [elsewhere, nameless, addressed, anonymous] {
        assert_eq!(bench.ask_v6(&wrong), None);
    }
    let diagnostics = bench.server.diagnostics();
    for cause in [
        "meant for another server",
        "message without a server identifier",
        "message with a server identifier",
        "message without a client identifier",
    ] {
        assert_eq!(diagnostics.count(cause), 1, "{cause}");
    }
}

#[test]
fn a_request_for_a_foreign_address_is_not_on_link() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    bench.lease_v6(&mut pc).expect("lease");
    let mut request = pc.renew().expect("lease");
    request.message.kind = MessageType::Request;
    request.message.ias[0].addresses[0].address = v6("2001:db8:9::1");
    let reply = bench.ask_v6(&request).expect("reply").message;
    assert_eq!(status_of(&reply), Some(Status::NotOnLink));
}

#[test]
fn rebind_prolongs_ours_withdraws_foreign_and_leaves_the_rest() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    bench.lease_v6(&mut pc).expect("lease");
    let rebind = pc.rebind().expect("lease");
    assert!(matches!(
        bench.step_v6(&mut pc, &rebind),
        Some(StepV6::Bound(_))
    ));
    let mut moved = rebind.clone();
    moved.message.client = Some(duid(9));
    moved.message.ias[0].addresses[0].address = v6("2001:db8:9::1");
    let reply = bench.ask_v6(&moved).expect("reply").message;
    assert_eq!(reply.ias[0].addresses[0].valid, 0);
    let mut unknown = rebind;
    unknown.message.client = Some(duid(9));
    assert_eq!(bench.ask_v6(&unknown), None, "another server may know it");
}

#[test]
fn confirm_tells_whether_the_link_is_still_right() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    bench.lease_v6(&mut pc).expect("lease");
    let confirm = pc.confirm().expect("lease");
    let status = |bench: &mut Bench, confirm: &Envelope| {
        let reply = bench.ask_v6(confirm)?;
        reply.message.status.map(|code| code.status)
    };
    assert_eq!(status(&mut bench, &confirm), Some(Status::Success));
    let mut moved = confirm.clone();
    moved.message.ias[0].addresses[0].address = v6("2001:db8:9::1");
    assert_eq!(status(&mut bench, &moved), Some(Status::NotOnLink));
    let mut empty = confirm;
    empty.message.ias.clear();
    assert_eq!(status(&mut bench, &empty), None);
}

#[test]
fn released_addresses_come_back_to_their_client_and_declined_ones_to_nobody() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    bench.lease_v6(&mut pc).expect("lease");
    let release = pc.release().expect("lease");
    let StepV6::Answered(reply) = bench.step_v6(&mut pc, &release).expect("reply") else {
        panic!("no reply");
    };
    assert_eq!(reply.status.map(|code| code.status), Some(Status::Success));
    let twice = bench.ask_v6(&release).expect("reply").message;
    assert_eq!(status_of(&twice), Some(Status::NoBinding));
    bench.lease_v6(&mut client_v6(2)).expect("lease");
    let again = bench.lease_v6(&mut pc).expect("lease");
    assert_eq!(again.address, v6("2001:db8:1::1"));
    let decline = pc.decline().expect("lease");
    bench.step_v6(&mut pc, &decline).expect("reply");
    let other = bench.lease_v6(&mut pc).expect("lease");
    assert_eq!(other.address, v6("2001:db8:1::3"));
}

#[test]
fn an_information_request_gets_options_only() {
    let mut bench = bench();
    let mut pc = client_v6(1);
    let ask = pc.information_request();
    let reply = bench.ask_v6(&ask).expect("reply").message;
    assert_eq!(reply.dns_servers, [v6("2001:db8::53")]);
    assert!(reply.ias.is_empty());
    let mut anonymous = ask.clone();
    anonymous.message.client = None;
    assert!(bench.ask_v6(&anonymous).is_some());
    let mut wrong = ask;
    wrong.message.ias.push(IaNa::empty(1));
    assert!(bench.ask_v6(&wrong).is_none());
}

#[test]
fn relays_choose_the_link_and_get_their_interface_ids_back() {
    let far = ipamlab::server::dhcp::ScopeV6Config::new("2001:db8:2::/64".parse().unwrap());
    let mut bench = Bench::new(config_v6(scope_v6()).with_scope_v6(far));
    let mut pc = client_v6(1).via_relay(v6("2001:db8:2::1"), v6("fe80::1"), b"port7");
    let mut solicit = pc.solicit(None, false);
    // A second relay further out, that knows no link.
    solicit.relays.insert(
        0,
        Relay {
            hops: 1,
            link: Ipv6Addr::UNSPECIFIED,
            peer: v6("fe80::2"),
            options: vec![(code::INTERFACE_ID, b"up".to_vec()), (37, vec![1, 2])],
        },
    );
    let answer = bench.ask_v6(&solicit).expect("relayed advertise");
    let offered = answer.message.ias[0].addresses[0].address;
    assert_eq!(offered, v6("2001:db8:2::1"));
    let interfaces: Vec<&[u8]> = answer
        .relays
        .iter()
        .map(|relay| relay.options[0].1.as_slice())
        .collect();
    assert_eq!(interfaces, [&b"up"[..], b"port7"]);
    assert!(answer.relays.iter().all(|relay| relay.options.len() == 1));
    assert_eq!(answer.relays[1].peer, v6("fe80::1"));
    let bytes = bench.packet("[fe80::9]:546", "[ff02::1:2]:547", &solicit.encode());
    assert_eq!(bytes[0].1[0], 13, "wrapped as a relay-reply");
}

#[test]
fn reservations_are_by_duid_and_iaid_and_beat_exclusions() {
    let scope = scope_v6()
        .excluding(v6("2001:db8:1::1"), v6("2001:db8:1::ff"))
        .reserving(reserve_v6("2001:db8:1::50", 1, 1));
    let mut bench = Bench::new(config_v6(scope));
    let lease = bench.lease_v6(&mut client_v6(1)).expect("lease");
    assert_eq!(lease.address, v6("2001:db8:1::50"));
    let mut second = ClientV6::new(duid(1), 2, 5);
    let lease = bench.lease_v6(&mut second).expect("lease");
    assert_eq!(lease.address, v6("2001:db8:1::100"), "another association");
    let mut thief = client_v6(2);
    let solicit = thief.solicit(Some(v6("2001:db8:1::50")), true);
    let reply = bench.ask_v6(&solicit).expect("reply").message;
    assert_eq!(reply.ias[0].addresses[0].address, v6("2001:db8:1::101"));
}

#[test]
fn a_full_scope_and_unknown_associations_say_so() {
    let scope = scope_v6().excluding(v6("2001:db8:1::1"), v6("2001:db8:1:0:ffff:ffff:ffff:ffff"));
    let mut bench = Bench::new(config_v6(scope));
    let mut pc = client_v6(1);
    let mut solicit = pc.solicit(None, false);
    solicit.message.others = vec![(code::IA_PD, vec![0; 12]), (code::IA_TA, vec![0, 0, 0, 3])];
    let advertise = bench.ask_v6(&solicit).expect("advertise").message;
    assert_eq!(status_of(&advertise), Some(Status::NoAddrsAvail));
    // Status code option, two bytes long: 6 NoPrefixAvail, 2 NoAddrsAvail.
    let prefix = advertise.other(code::IA_PD).expect("refused");
    assert_eq!(prefix[12..], [0, 13, 0, 2, 0, 6]);
    let temporary = advertise.other(code::IA_TA).expect("refused");
    assert_eq!(temporary[4..], [0, 13, 0, 2, 0, 2]);
    let direct = Envelope::direct(advertise).encode();
    assert!(matches!(pc.receive(&direct), Ok(StepV6::Refused(_))));
}
