//! One client and one server, the same code on both grounds.

use std::io::ErrorKind;
use std::rc::Rc;

use futures_util::future::join_all;

use super::kit::*;
use crate::net::{ConnectError, DropReason, Fate, Network, PingReply, Transport};

#[test]
fn a_query_is_answered_with_the_addresses_of_the_estate() {
    on_both(open_network, async |network: Network| {
        let service = echo();
        for local in ["10.0.0.1:53", "[2001:db8::1]:53"] {
            network.bind_udp(at(local), "DNS", service.clone()).unwrap();
        }
        let client = network.endpoint(CLIENT);
        for (server, own) in [
            ("10.0.0.1:53", "10.0.0.9"),
            ("[2001:db8::1]:53", "2001:db8::9"),
        ] {
            let server = at(server);
            assert!(client.address_towards(server.ip()).is_some());
            let socket = client.udp(ip(own), 0).await.unwrap();
            socket.send_to(b"query", server).await.unwrap();
            let reply = socket.recv_from(seconds(5)).await.unwrap();
            assert_eq!(reply, Some((b"query".to_vec(), server)));
            let requests = network.capture();
            let request = requests.iter().find(|packet| packet.to == server).unwrap();
            assert_eq!(request.from, socket.local());
        }
        assert!(service.borrow().log[0].ends_with("started"));
        assert_eq!(service.borrow().log.len(), 3);
    });
}

#[test]
fn a_datagram_that_nobody_takes_is_silence() {
    on_both(
        || Rc::new(Blocks("DHCPServer")),
        async |network: Network| {
            network
                .bind_udp(at("10.0.0.1:67"), "DHCPServer", echo())
                .unwrap();
            let client = network.endpoint(CLIENT);
            let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
            for to in ["10.0.0.1:67", "10.0.0.1:99", "10.9.9.9:67"] {
                socket.send_to(b"x", at(to)).await.unwrap();
            }
            assert_eq!(socket.recv_from(ms(50)).await.unwrap(), None);
            let blocked = DropReason::Firewall("no rule allows DHCPServer on dns1".into());
            assert_eq!(network.capture()[0].fate, Fate::Dropped(blocked));
        },
    );
}

#[test]
fn a_broadcast_stays_on_its_segment() {
    on_both(open_network, async |network: Network| {
        let (near, far) = (echo(), echo());
        network
            .bind_udp(at("10.0.0.1:67"), "dhcp", near.clone())
            .unwrap();
        network
            .bind_udp(at("10.1.0.1:67"), "dhcp", far.clone())
            .unwrap();
        let client = network.endpoint(CLIENT);
        let socket = client.udp(ip("0.0.0.0"), 68).await.unwrap();
        let everyone = at("255.255.255.255:67");
        socket.send_to(b"discover", everyone).await.unwrap();
        let (offer, from) = socket.recv_from(seconds(5)).await.unwrap().unwrap();
        assert_eq!(
            (offer.as_slice(), from),
            (&b"discover"[..], at("10.0.0.1:67"))
        );
        assert_eq!(far.borrow().log.len(), 1, "it started, and that is all");
    });
}

#[test]
fn a_stream_carries_much_and_ends_in_order() {
    on_both(open_network, async |network: Network| {
        let service = echo();
        network
            .bind_tcp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        let client = network.endpoint(CLIENT);
        let mut stream = client.connect(at("10.0.0.1:53"), seconds(5)).await.unwrap();
        assert_eq!(stream.peer(), at("10.0.0.1:53"));
        assert_eq!(stream.local().ip(), ip("10.0.0.9"));
        let much: Vec<u8> = (0..3_000_000_u32).map(|n| (n >> 3) as u8).collect();
        for part in much.chunks(50_000) {
            stream.write_all(part).await.unwrap();
            assert_eq!(
                stream.read_exact(part.len(), seconds(5)).await.unwrap(),
                part
            );
        }
        stream.write_all(b"bye").await.unwrap();
        assert_eq!(stream.read_exact(3, seconds(5)).await.unwrap(), b"bye");
        assert!(stream.read(seconds(5)).await.unwrap().is_empty());
        drop(stream);
        let second = client.connect(at("10.0.0.1:53"), seconds(5)).await.unwrap();
        drop(second);
        client.sleep(ms(50)).await;
        let closed = |line: &&String| line.ends_with("closed");
        assert_eq!(
            service.borrow().log.iter().filter(closed).count(),
            1,
            "only the second was closed by the client"
        );
    });
}

#[test]
fn connections_are_refused_timed_out_and_reset() {
    on_both(
        || Rc::new(Blocks("Secret")),
        async |network: Network| {
            network.bind_tcp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
            network
                .bind_tcp(at("10.0.0.1:99"), "Secret", echo())
                .unwrap();
            let client = network.endpoint(CLIENT);
            let connect = async |to: &str| client.connect(at(to), ms(300)).await;
            let refused = Some(ConnectError::Refused);
            let timed_out = Some(ConnectError::TimedOut);
            assert_eq!(connect("10.0.0.1:54").await.err(), refused);
            assert_eq!(connect("10.0.0.1:99").await.err(), timed_out);
            assert_eq!(connect("10.0.0.200:53").await.err(), timed_out);
            let mut stream = connect("10.0.0.1:53").await.unwrap();
            assert!(network.stop_service(SERVER, "DNS"));
            let error = stream.read(seconds(5)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            assert_eq!(connect("10.0.0.1:53").await.err(), refused);
            assert!(network.start_service(SERVER, "DNS"));
            let mut stream = connect("10.0.0.1:53").await.unwrap();
            let error = stream.read(ms(50)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            network.set_host_up(SERVER, false);
            assert_eq!(connect("10.0.0.1:53").await.err(), timed_out);
        },
    );
}

#[test]
fn pings_are_answered_by_whom_the_estate_says() {
    on_both(open_network, async |network: Network| {
        let devices = (0..200).map(|n| (ip(&format!("10.2.0.{n}")), n % 3 == 0));
        network.add_devices(devices);
        network.set_answers_ping(ip("2001:db8::1"), false);
        let client = network.endpoint(CLIENT);
        let alive =
            async |target: String| client.ping(ip(&target), ms(400)).await != PingReply::TimedOut;
        let sweep = (0..256).map(|n| alive(format!("10.2.0.{n}")));
        let found: Vec<usize> = (0..256)
            .zip(join_all(sweep).await)
            .filter_map(|(n, alive)| alive.then_some(n))
            .collect();
        let expected: Vec<usize> = (0..200).filter(|n| n % 3 == 0).collect();
        assert_eq!(found, expected);
        assert!(alive("10.0.0.1".into()).await);
        assert!(!alive("2001:db8::1".into()).await);
        assert_eq!(network.capture().last().unwrap().transport, Transport::Icmp);
    });
}

#[test]
fn a_crashed_service_comes_back_from_what_it_had() {
    on_both(open_network, async |network: Network| {
        let service = echo();
        network
            .bind_udp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        let client = network.endpoint(CLIENT);
        let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
        assert!(network.crash_service(SERVER, "DNS", Some(ms(100))));
        socket.send_to(b"lost", at("10.0.0.1:53")).await.unwrap();
        client.sleep(ms(250)).await;
        socket.send_to(b"kept", at("10.0.0.1:53")).await.unwrap();
        let (reply, _) = socket.recv_from(seconds(5)).await.unwrap().unwrap();
        assert_eq!(reply, b"kept");
        let log = service.borrow().log.join("\n");
        assert!(log.contains("stopped crashed=true"), "{log}");
        assert!(!log.contains("lost"), "{log}");
    });
}

#[test]
fn a_service_pings_and_sets_timers_that_end_with_it() {
    use crate::net::{Event, Outbox, Service};

    /// Pings and sets timers when it starts.
    struct Busy(Vec<String>);
    impl Service for Busy {
        fn handle(&mut self, _at: crate::base::Moment, event: Event<'_>, out: &mut Outbox) {
            if let Event::Started = event {
                out.ping(ip("10.0.0.9"), ms(100), 1);
                out.ping(ip("10.0.0.99"), ms(100), 2);
                out.timer(ms(200), 3);
                out.timer(seconds(1), 4);
            } else {
                self.0.push(format!("{event:?}"));
            }
        }
    }

    on_both(open_network, async |network: Network| {
        let busy = Rc::new(std::cell::RefCell::new(Busy(Vec::new())));
        network
            .bind_udp(at("10.0.0.1:67"), "dhcp", busy.clone())
            .unwrap();
        let client = network.endpoint(CLIENT);
        client.sleep(ms(400)).await;
        network.stop_service(SERVER, "dhcp");
        client.sleep(ms(1200)).await;
        assert_eq!(
            busy.borrow().0,
            [
                "PingDone { token: 1, target: 10.0.0.9, alive: true }",
                "PingDone { token: 2, target: 10.0.0.99, alive: false }",
                "Timer { token: 3 }",
                "Stopped { crashed: false }"
            ]
        );
    });
}
