//! Relay agents (RFC 3046, 3527), BOOTP (RFC 1534), superscopes, conflict pings, crashes.

use crate::support::*;
use ipamlab::wire::dhcp::v4::{DhcpOption, Hardware, Message, MessageType};
use ipamlab::wire::windows::dhcpm::{ReservationKind, ReservedClient};

#[test]
fn a_relay_selects_the_subnet_and_its_information_comes_back_verbatim() {
    let far = ipamlab::server::dhcp::ScopeConfig::new(
        "10.0.2.0/24".parse().unwrap(),
        range("10.0.2.100-10.0.2.110"),
    )
    .via_relay(v4("127.0.0.1"));
    let mut bench = Bench::new(config(scope()).with_scope(far));
    // Suboptions out of order and one twice: RFC 3046 section 2.2 wants them back unchanged.
    let agent = vec![2, 1, 9, 1, 2, 7, 7, 2, 1, 8];
    let mut pc = client(1).via_relay(v4("10.0.2.1"));
    let discover = pc
        .discover(None)
        .with(DhcpOption::RelayAgent(agent.clone()));
    let (to, offer) = bench
        .ask_as("10.0.2.1:67", SERVER, &discover)
        .expect("offer");
    assert_eq!(to, addr("10.0.2.1:67"));
    assert_eq!(offer.yiaddr, v4("10.0.2.100"));
    assert_eq!(offer.giaddr, v4("10.0.2.1"));
    assert_eq!(offer.raw(82), Some(agent.as_slice()));
    let bytes = offer.encode();
    let end = bytes.iter().rposition(|byte| *byte == 255).unwrap();
    assert_eq!(bytes[end - agent.len() - 2], 82, "the last option");

    let mut tool = client(2).via_relay(v4("127.0.0.1"));
    let (to, offer) = bench
        .ask_as("127.0.0.1:10068", "127.0.0.1:10067", &tool.discover(None))
        .expect("offer");
    assert_eq!(
        (to, offer.yiaddr),
        (addr("127.0.0.1:10068"), v4("10.0.2.101"))
    );
    // RFC 3527: the link selection beats the relay's own address.
    let selecting = tool
        .discover(None)
        .with(DhcpOption::RelayAgent(vec![5, 4, 10, 0, 1, 0]));
    let (_, offer) = bench
        .ask_as("127.0.0.1:67", SERVER, &selecting)
        .expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.10"));
    let mut lost = client(3).via_relay(v4("172.16.0.1"));
    assert!(
        bench
            .ask_as("172.16.0.1:67", SERVER, &lost.discover(None))
            .is_none()
    );
    assert_eq!(bench.server.diagnostics().count("no scope for the link"), 1);
}

#[test]
fn a_nak_through_a_relay_asks_it_to_broadcast() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1).via_relay(v4("10.0.1.1"));
    let reboot = pc.reboot(v4("10.3.3.3"));
    let (to, nak) = bench.ask_as("10.0.1.1:67", SERVER, &reboot).expect("nak");
    assert_eq!(to, addr("10.0.1.1:67"));
    assert!(nak.broadcast());
}

#[test]
fn a_client_identifier_is_the_client_and_is_echoed() {
    let mut bench = Bench::new(config(scope()));
    let mut one = client(1).with_client_id(b"\0one");
    let mut two = client(1).with_client_id(b"\0two");
    let first = bench.dora(&mut one).expect("lease");
    let second = bench.dora(&mut two).expect("lease");
    assert_ne!(first.address, second.address);
    let offer = bench.ask(&one.discover(None)).expect("offer");
    assert_eq!(offer.client_id(), Some(&b"\0one"[..]));
    assert_eq!(offer.yiaddr, first.address);
    // Hardware type and MAC address name the same client as the MAC address alone.
    let mut plain = client(4);
    let mut windows = client(4).with_client_id(&[1, 2, 0, 0, 0, 0, 4]);
    let lease = bench.dora(&mut plain).expect("lease");
    assert_eq!(
        bench.dora(&mut windows).expect("lease").address,
        lease.address
    );
}

#[test]
fn leases_expire_on_the_calendar_and_the_client_has_first_claim_until_the_grace_ends() {
    let two = scope().excluding(range("10.0.1.12-10.0.1.20"));
    let mut bench = Bench::new(config(two));
    bench.dora(&mut client(1)).expect("lease");
    bench.advance(10);
    bench.dora(&mut client(2)).expect("lease");
    assert!(bench.ask(&client(3).discover(None)).is_none(), "scope full");
    bench.advance(3601);
    let offer = bench.ask(&client(2).discover(None)).expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.11"), "its own again");
    let offer = bench.ask(&client(3).discover(None)).expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.10"), "the longest expired");
}

#[test]
fn a_superscope_serves_its_second_subnet_when_the_first_is_full() {
    let first = scope()
        .in_superscope("floor")
        .excluding(range("10.0.1.11-10.0.1.20"));
    let second = ipamlab::server::dhcp::ScopeConfig::new(
        "10.0.7.0/24".parse().unwrap(),
        range("10.0.7.10-10.0.7.20"),
    )
    .in_superscope("floor");
    let mut bench = Bench::new(config(first).with_scope(second));
    assert_eq!(bench.dora(&mut client(1)).unwrap().address, v4("10.0.1.10"));
    let mut other = client(2);
    assert_eq!(bench.dora(&mut other).unwrap().address, v4("10.0.7.10"));
    let ack = bench.ask(&other.reboot(v4("10.0.7.10"))).expect("ack");
    assert_eq!(ack.kind(), Some(MessageType::Ack));
    assert_eq!(bench.dora(&mut other).unwrap().address, v4("10.0.7.10"));
}

#[test]
fn an_inactive_scope_offers_nothing_and_ends_leases_at_renewal() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    bench.dora(&mut pc).expect("lease");
    let scope = "10.0.1.0/24".parse().unwrap();
    bench
        .manage(ipamlab::wire::windows::dhcpm::Request::SetScopeState {
            scope,
            active: false,
        })
        .expect("done");
    assert!(bench.ask(&client(2).discover(None)).is_none());
    let renew = pc.renew().unwrap();
    let nak = bench.ask_as("10.0.1.10:68", SERVER, &renew).expect("nak").1;
    assert_eq!(nak.kind(), Some(MessageType::Nak));
}

#[test]
fn bootp_clients_get_reservations_of_their_type_only() {
    let mut both = reserve_mac("10.0.1.15", 1);
    let mut bootp_only = reserve_mac("10.0.1.16", 2);
    bootp_only.kind = ReservationKind::Bootp;
    let mut dhcp_only = reserve_mac("10.0.1.17", 3);
    dhcp_only.kind = ReservationKind::Dhcp;
    both.client = ReservedClient::Mac(mac(1));
    let scope = scope()
        .reserving(both)
        .reserving(bootp_only)
        .reserving(dhcp_only);
    let mut bench = Bench::new(config(scope));
    let bootp = |last| Message::request(u32::from(last), Hardware::ethernet(mac(last)));
    let answer = bench.ask(&bootp(1)).expect("reply");
    assert_eq!((answer.yiaddr, answer.kind()), (v4("10.0.1.15"), None));
    assert!(answer.encode().len() >= 300);
    assert_eq!(bench.ask(&bootp(2)).expect("reply").yiaddr, v4("10.0.1.16"));
    assert!(bench.ask(&bootp(3)).is_none());
    assert!(bench.ask(&bootp(4)).is_none());
    let dhcp = bench.dora(&mut client(2)).expect("lease").address;
    assert_eq!(dhcp, v4("10.0.1.10"), "no DHCP on a BOOTP reservation");
    assert_eq!(
        bench.dora(&mut client(3)).expect("lease").address,
        v4("10.0.1.17")
    );
}

#[test]
fn an_address_is_pinged_before_it_is_offered_and_skipped_when_it_answers() {
    let mut config = config(scope());
    config.conflict_attempts = 2;
    let mut bench = Bench::new(config);
    let mut pc = client(1);
    let discover = pc.discover(None);
    assert!(bench.ask(&discover).is_none());
    assert!(
        bench.ask(&discover).is_none(),
        "a repetition starts no second probe"
    );
    let (target, token) = bench.pings.pop().expect("one ping");
    assert!(bench.pings.is_empty());
    assert_eq!(target, ip("10.0.1.10"));
    let done = |bench: &mut Bench, target, token, alive| {
        bench.event(ipamlab::net::Event::PingDone {
            token,
            target,
            alive,
        })
    };
    assert!(done(&mut bench, target, token, true).is_empty());
    let mut sent = Vec::new();
    for _ in 0..2 {
        assert!(sent.is_empty(), "offered before the last attempt");
        let (target, token) = bench.pings.pop().expect("a ping");
        assert_eq!(target, ip("10.0.1.11"));
        sent = done(&mut bench, target, token, false);
    }
    let offer = Message::decode(&sent[0].1).expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.11"));
    assert!(
        bench
            .audit("DhcpSrvLog-Mon.log")
            .contains("13,03/02/26,08:00:00,Conflict,10.0.1.10")
    );
}

#[test]
fn a_crash_forgets_offers_and_keeps_leases() {
    let mut bench = Bench::new(config(scope()));
    bench.dora(&mut client(1)).expect("lease");
    bench.ask(&client(2).discover(None)).expect("offer of .11");
    bench.event(ipamlab::net::Event::Stopped { crashed: true });
    bench.event(ipamlab::net::Event::Started);
    let offer = bench
        .ask(&client(3).discover(Some(v4("10.0.1.10"))))
        .expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.11"));
}

#[test]
fn an_unauthorised_server_answers_nobody() {
    let mut bench = Bench::new(config(scope()));
    let at = bench.at();
    bench.server.set_authorised(at, false);
    assert!(bench.ask(&client(1).discover(None)).is_none());
    assert_eq!(bench.server.diagnostics().count("server not authorised"), 1);
    bench.server.set_authorised(at, true);
    assert!(bench.ask(&client(1).discover(None)).is_some());
}

#[test]
fn messages_of_servers_and_broken_packets_are_counted_and_not_answered() {
    let mut bench = Bench::new(config(scope()));
    let offer = bench.ask(&client(1).discover(None)).expect("offer");
    assert!(bench.packet(NOBODY, BROADCAST, &offer.encode()).is_empty());
    let mut wrong_cookie = client(2).discover(None).encode();
    wrong_cookie[239] ^= 1;
    assert!(bench.packet(NOBODY, BROADCAST, &wrong_cookie).is_empty());
    assert!(bench.packet(NOBODY, BROADCAST, b"hello").is_empty());
    let diagnostics = bench.server.diagnostics();
    for cause in ["not for servers", "wrong magic cookie", "too short"] {
        assert_eq!(diagnostics.count(cause), 1, "{cause}");
    }
    let last = diagnostics.latest().last().expect("an entry");
    assert_eq!(last.why.to_string(), "malformed: too short at byte 5");
}
