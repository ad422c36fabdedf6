//! The DHCPv4 server against RFC 2131, client state by client state.

use crate::support::*;
use ipamlab::wire::dhcp::StepV4;
use ipamlab::wire::dhcp::v4::{DhcpOption, Hardware, Message, MessageType};

#[test]
fn a_client_gets_the_lowest_address_with_mask_times_and_options() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    let lease = bench.dora(&mut pc).expect("a lease");
    assert_eq!(lease.address, v4("10.0.1.10"));
    assert_eq!(lease.server, v4("10.0.1.5"));
    assert_eq!(lease.lease_time, 3600);
    assert_eq!(lease.subnet_mask, Some(v4("255.255.255.0")));
    assert_eq!(lease.routers, [v4("10.0.1.1")]);
    assert_eq!(lease.domain_name.as_deref(), Some("corp.example"));
    let renew = pc.renew().expect("a lease to renew");
    let ack = bench.ask_as("10.0.1.10:68", SERVER, &renew).expect("ack").1;
    assert_eq!(ack.renewal_time(), Some(1800));
    assert_eq!(ack.rebinding_time(), Some(3150));
}

#[test]
fn an_offer_is_held_for_its_client_and_lapses() {
    let mut bench = Bench::new(config(scope()));
    let mut first = client(1);
    let offer = bench.ask(&first.discover(None)).expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.10"));
    let other = bench.ask(&client(2).discover(None)).expect("offer");
    assert_eq!(other.yiaddr, v4("10.0.1.11"));
    bench.advance(61);
    let late = bench.ask(&client(3).discover(None)).expect("offer");
    assert_eq!(late.yiaddr, v4("10.0.1.10"), "the hold is over");
}

#[test]
fn the_previous_address_comes_before_the_requested_and_that_before_a_free_one() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    let wanted = pc.discover(Some(v4("10.0.1.15")));
    let lease = bench.dora_with(&mut pc, &wanted).expect("lease");
    assert_eq!(lease.address, v4("10.0.1.15"));
    let release = pc.release().expect("release");
    assert!(bench.ask_as("10.0.1.15:68", SERVER, &release).is_none());
    let mut again = client(1);
    let wanted = again.discover(Some(v4("10.0.1.16")));
    let lease = bench.dora_with(&mut again, &wanted).expect("lease");
    assert_eq!(lease.address, v4("10.0.1.15"));
    // Outside the range or taken: whatever is free.
    for wish in ["10.0.1.200", "10.0.1.15", "192.168.0.1"] {
        let offer = bench
            .ask(&client(7).discover(Some(v4(wish))))
            .expect("offer");
        assert_eq!(offer.yiaddr, v4("10.0.1.10"), "wished {wish}");
    }
}

#[test]
fn selecting_another_server_frees_the_offer_silently() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    let offer = bench.ask(&pc.discover(None)).expect("offer");
    let Ok(StepV4::Send(request)) = pc.receive(&offer.encode()) else {
        panic!("no request");
    };
    let elsewhere = request.with(DhcpOption::ServerId(v4("10.0.1.6")));
    assert!(bench.ask(&elsewhere).is_none());
    assert_eq!(
        bench.server.diagnostics().count("meant for another server"),
        1
    );
    let offer = bench.ask(&client(2).discover(None)).expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.10"));
}

#[test]
fn selecting_an_address_that_another_has_is_refused_by_broadcast() {
    let mut bench = Bench::new(config(scope()));
    bench.dora(&mut client(1)).expect("lease");
    let request = Message::request(9, Hardware::ethernet(mac(2)))
        .with(DhcpOption::MessageType(MessageType::Request))
        .with(DhcpOption::RequestedAddress(v4("10.0.1.10")))
        .with(DhcpOption::ServerId(v4("10.0.1.5")));
    let (to, nak) = bench.ask_as(NOBODY, BROADCAST, &request).expect("nak");
    assert_eq!(nak.kind(), Some(MessageType::Nak));
    assert_eq!(to, addr("255.255.255.255:68"));
    assert_eq!(nak.yiaddr, v4("0.0.0.0"));
    assert_eq!(nak.lease_time(), None);
}

#[test]
fn init_reboot_is_acknowledged_refused_or_met_with_silence() {
    let mut bench = Bench::new(config(scope()));
    let mut known = client(1);
    bench.dora(&mut known).expect("lease");
    let right = bench.ask(&known.reboot(v4("10.0.1.10"))).expect("ack");
    assert_eq!(right.kind(), Some(MessageType::Ack));
    let wrong_address = bench.ask(&known.reboot(v4("10.0.1.12"))).expect("nak");
    assert_eq!(wrong_address.kind(), Some(MessageType::Nak));
    let wrong_net = bench.ask(&known.reboot(v4("192.168.7.7"))).expect("nak");
    assert_eq!(wrong_net.kind(), Some(MessageType::Nak));
    assert!(bench.ask(&client(2).reboot(v4("10.0.1.13"))).is_none());
    assert_eq!(bench.server.diagnostics().count("unknown client"), 1);
}

#[test]
fn renewing_prolongs_and_refuses_what_is_not_leased() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    bench.dora(&mut pc).expect("lease");
    bench.advance(3000);
    let renew = pc.renew().expect("lease");
    let (to, ack) = bench.ask_as("10.0.1.10:68", SERVER, &renew).expect("ack");
    assert_eq!(to, addr("10.0.1.10:68"));
    assert_eq!(ack.kind(), Some(MessageType::Ack));
    bench.advance(3000);
    let offer = bench
        .ask(&client(2).discover(Some(v4("10.0.1.10"))))
        .expect("offer");
    assert_eq!(
        offer.yiaddr,
        v4("10.0.1.11"),
        "the renewed lease still runs"
    );
    let mut stranger = Message::request(5, Hardware::ethernet(mac(3)))
        .with(DhcpOption::MessageType(MessageType::Request));
    stranger.ciaddr = v4("10.0.1.10");
    let nak = bench
        .ask_as("10.0.1.10:68", SERVER, &stranger)
        .expect("nak")
        .1;
    assert_eq!(nak.kind(), Some(MessageType::Nak));
    stranger.ciaddr = v4("10.0.1.19");
    let nak = bench
        .ask_as("10.0.1.19:68", SERVER, &stranger)
        .expect("nak")
        .1;
    assert_eq!(nak.message(), Some("no lease for the address"));
}

#[test]
fn rebinding_prolongs_ours_and_leaves_others_to_their_server() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    bench.dora(&mut pc).expect("lease");
    let rebind = pc.renew().expect("lease");
    let ack = bench
        .ask_as("10.0.1.10:68", BROADCAST, &rebind)
        .expect("ack")
        .1;
    assert_eq!(ack.yiaddr, v4("10.0.1.10"));
    let mut stranger = Message::request(5, Hardware::ethernet(mac(3)))
        .with(DhcpOption::MessageType(MessageType::Request));
    stranger.ciaddr = v4("10.0.1.14");
    assert!(bench.ask_as("10.0.1.14:68", BROADCAST, &stranger).is_none());
    stranger.ciaddr = v4("192.168.0.4");
    let nak = bench
        .ask_as("192.168.0.4:68", BROADCAST, &stranger)
        .expect("nak")
        .1;
    assert_eq!(nak.kind(), Some(MessageType::Nak));
}

#[test]
fn a_request_without_any_address_is_no_request() {
    let mut bench = Bench::new(config(scope()));
    let empty = Message::request(5, Hardware::ethernet(mac(3)))
        .with(DhcpOption::MessageType(MessageType::Request));
    assert!(bench.ask(&empty).is_none());
    assert_eq!(
        bench
            .server
            .diagnostics()
            .count("request without an address"),
        1
    );
}

#[test]
fn a_declined_address_rests_and_its_client_gets_another() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    bench.dora(&mut pc).expect("lease");
    let decline = pc.decline().expect("lease");
    assert!(bench.ask(&decline).is_none());
    let lease = bench.dora(&mut pc).expect("lease");
    assert_eq!(lease.address, v4("10.0.1.11"));
    bench.advance(3599);
    let offer = bench
        .ask(&client(2).discover(Some(v4("10.0.1.10"))))
        .expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.12"));
    bench.advance(2);
    let offer = bench.ask(&client(3).discover(None)).expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.10"));
}

#[test]
fn a_release_by_another_client_changes_nothing() {
    let mut bench = Bench::new(config(scope()));
    bench.dora(&mut client(1)).expect("lease");
    let mut thief = Message::request(5, Hardware::ethernet(mac(3)))
        .with(DhcpOption::MessageType(MessageType::Release))
        .with(DhcpOption::ServerId(v4("10.0.1.5")));
    thief.ciaddr = v4("10.0.1.10");
    bench.ask_as("10.0.1.10:68", SERVER, &thief);
    let offer = bench
        .ask(&client(2).discover(Some(v4("10.0.1.10"))))
        .expect("offer");
    assert_eq!(offer.yiaddr, v4("10.0.1.11"));
}

#[test]
fn an_inform_gets_options_and_no_lease_even_from_an_inactive_scope() {
    let mut bench = Bench::new(config(scope().inactive()));
    let mut host = client(1);
    let inform = host.inform(v4("10.0.1.77"));
    let (to, ack) = bench
        .ask_as("10.0.1.77:40000", SERVER, &inform)
        .expect("ack");
    assert_eq!(to, addr("10.0.1.77:40000"));
    assert_eq!(ack.kind(), Some(MessageType::Ack));
    assert_eq!((ack.yiaddr, ack.lease_time()), (v4("0.0.0.0"), None));
    assert_eq!(ack.dns_servers(), [v4("10.0.0.2")]);
    assert!(matches!(
        host.receive(&ack.encode()),
        Ok(StepV4::Informed(_))
    ));
    let mut foreign = client(2);
    let inform = foreign.inform(v4("10.9.9.9"));
    assert!(bench.ask_as("10.9.9.9:68", SERVER, &inform).is_some());
    let bare = ipamlab::server::dhcp::DhcpServerConfig::new(vec![ip("10.0.1.5")]);
    assert!(
        Bench::new(bare)
            .ask_as("10.9.9.9:68", SERVER, &inform)
            .is_none()
    );
}
