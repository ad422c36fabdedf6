//! Datagrams, broadcast and multicast.

use std::rc::Rc;

use super::kit::*;
use crate::net::{DropReason, Fate, Transport};

#[test]
fn a_service_answers_a_datagram_after_one_round_trip() {
    simulate(async |network| {
        let service = echo();
        network
            .bind_udp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        let socket = network
            .endpoint(CLIENT)
            .udp(ip("10.0.0.1"), 0)
            .await
            .unwrap();
        assert!(socket.local().port() >= 49152);
        socket.send_to(b"query", at("10.0.0.1:53")).await.unwrap();
        let reply = socket.recv_from(seconds(1)).await.unwrap();
        assert_eq!(reply, Some((b"query".to_vec(), at("10.0.0.1:53"))));
        assert_eq!(network.now().sim.0, 2);
        assert_eq!(socket.recv_from(seconds(1)).await.unwrap(), None);
        assert_eq!(network.now().sim.0, 1002);
        let log = &service.borrow().log;
        assert_eq!(*log, ["0 started", "1 datagram to 10.0.0.1:53 query"]);
    });
}

#[test]
fn a_datagram_that_nobody_takes_says_why() {
    simulate_behind(Rc::new(Blocks("DHCPServer")), 1, async |network| {
        network
            .bind_udp(at("10.0.0.1:67"), "DHCPServer", echo())
            .unwrap();
        let socket = network
            .endpoint(CLIENT)
            .udp(ip("10.0.0.1"), 68)
            .await
            .unwrap();
        for to in ["10.0.0.1:67", "10.0.0.1:99", "10.9.9.9:67"] {
            socket.send_to(b"x", at(to)).await.unwrap();
        }
        network.advance(ms(10)).await;
        let fates: Vec<Fate> = network.capture().into_iter().map(|p| p.fate).collect();
        assert_eq!(
            fates,
            [
                DropReason::Firewall("no rule allows DHCPServer on dns1".into()),
                DropReason::NoListener,
                DropReason::NoHost
            ]
            .map(Fate::Dropped)
        );
    });
}

#[test]
fn a_broadcast_reaches_each_listener_of_the_segment_once() {
    simulate(async |network| {
        let (near, far) = (echo(), echo());
        for local in ["10.0.0.1:67", "[2001:db8::1]:547"] {
            network.bind_udp(at(local), "dhcp", near.clone()).unwrap();
        }
        network.add_host(host(SERVER, &["10.0.0.2"]));
        network
            .bind_udp(at("10.0.0.2:67"), "dhcp", near.clone())
            .unwrap();
        network
            .bind_udp(at("10.1.0.1:67"), "dhcp", far.clone())
            .unwrap();
        let client = network.endpoint(CLIENT);
        let v4 = client.udp(ip("0.0.0.0"), 68).await.unwrap();
        v4.send_to(b"discover", at("255.255.255.255:67"))
            .await
            .unwrap();
        let v6 = client.udp(ip("ff02::1:2"), 546).await.unwrap();
        assert_eq!(v6.local().ip(), ip("fe80::9"));
        v6.send_to(b"solicit", at("[ff02::1:2]:547")).await.unwrap();
        let (offer, from) = v4.recv_from(seconds(1)).await.unwrap().unwrap();
        assert_eq!(
            (offer.as_slice(), from),
            (&b"discover"[..], at("10.0.0.1:67"))
        );
        network.advance(ms(10)).await;
        assert_eq!(
            near.borrow().log[1..],
            [
                "1 datagram to 255.255.255.255:67 discover",
                "1 datagram to [ff02::1:2]:547 solicit"
            ]
        );
        assert_eq!(far.borrow().log, ["0 started"]);
    });
}

#[test]
fn a_host_without_an_address_can_still_broadcast() {
    simulate(async |network| {
        network.bind_udp(at("10.0.0.1:67"), "dhcp", echo()).unwrap();
        network.add_host(host("new1", &[]));
        let socket = network
            .endpoint("new1")
            .udp(ip("0.0.0.0"), 68)
            .await
            .unwrap();
        assert_eq!(socket.local(), at("0.0.0.0:68"));
        socket
            .send_to(b"discover", at("255.255.255.255:67"))
            .await
            .unwrap();
        network.advance(ms(10)).await;
        assert!(matches!(network.capture()[0].fate, Fate::Delivered { .. }));
    });
}

#[test]
fn ports_are_taken_once_and_free_again_after_a_drop() {
    simulate(async |network| {
        let client = network.endpoint(CLIENT);
        let first = client.udp(ip("10.0.0.1"), 5000).await.unwrap();
        assert!(client.udp(ip("10.0.0.1"), 5000).await.is_err());
        assert!(client.udp(ip("2001:db8::1"), 5000).await.is_ok());
        drop(first);
        assert!(client.udp(ip("10.0.0.1"), 5000).await.is_ok());
        let bind = || network.bind_udp(at("10.0.0.1:53"), "DNS", echo());
        assert!(bind().is_ok());
        assert!(bind().is_err());
        assert!(network.unbind(Transport::Udp, at("10.0.0.1:53")));
        assert!(!network.unbind(Transport::Udp, at("10.0.0.1:53")));
        assert!(bind().is_ok());
        assert!(
            network
                .bind_udp(at("10.0.0.200:53"), "DNS", echo())
                .is_err()
        );
    });
}

#[test]
fn every_ephemeral_port_can_be_open_at_once_and_no_more() {
    simulate(async |network| {
        let client = network.endpoint(CLIENT);
        let mut open = Vec::new();
        for _ in 0..16_384 {
            open.push(client.udp(ip("10.0.0.1"), 0).await.unwrap());
        }
        assert!(client.udp(ip("10.0.0.1"), 0).await.is_err());
        open.pop();
        assert!(client.udp(ip("10.0.0.1"), 0).await.is_ok());
    });
}
