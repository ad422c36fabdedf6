//! Faults that befall packets.

use super::*;
use crate::net::fault::{Chance, Peer};
use crate::net::{ConnectError, DropReason, Fate, Transport};

#[test]
fn loss_by_count_drops_exactly_that_many() {
    simulate(async |network| {
        let (_, socket) = dns(&network).await;
        let spec = FaultSpec {
            limit: Limit {
                skip: 2,
                first: Some(1),
            },
            ..fault(FaultKind::Loss {
                chance: Chance::ALWAYS,
            })
        };
        network.add_fault(spec).unwrap();
        assert_eq!(asks(&socket, "one").await.as_deref(), Some("one"));
        assert_eq!(asks(&socket, "two").await, None);
        assert_eq!(asks(&socket, "three").await.as_deref(), Some("three"));
        assert_eq!(fired(&network), 1);
        let lost = Fate::Dropped(DropReason::Fault("it".into()));
        assert_eq!(network.capture()[2].fate, lost);
    });
}

#[test]
fn loss_by_percent_drops_about_that_many() {
    simulate(async |network| {
        let chance = Chance::percent(20.0).unwrap();
        network
            .add_fault(FaultSpec {
                scope: FaultScope {
                    transport: Some(Transport::Icmp),
                    link: Some((Peer::parse(CLIENT), Peer::Any)),
                    ..FaultScope::default()
                },
                ..fault(FaultKind::Loss { chance })
            })
            .unwrap();
        let client = network.endpoint(CLIENT);
        let mut alive = 0;
        for _ in 0..1000 {
            alive += u64::from(pings(&client, "10.0.0.1").await);
        }
        // 0.8 for the request times 0.8 for the reply; five standard deviations each way.
        assert!((565..=715).contains(&alive), "{alive}");
        assert_eq!(fired(&network), 1000 - alive);
    });
    assert!(Chance::percent(100.1).is_err());
    assert!(Chance::percent(f64::NAN).is_err());
    assert_eq!(Chance::percent(100.0), Ok(Chance::ALWAYS));
}

#[test]
fn delay_adds_its_time_and_up_to_its_jitter() {
    simulate(async |network| {
        network
            .add_fault(FaultSpec {
                scope: FaultScope {
                    host: Some(Peer::parse("10.0.0.1")),
                    ..FaultScope::default()
                },
                ..fault(FaultKind::Delay {
                    by: ms(10),
                    jitter: ms(5),
                })
            })
            .unwrap();
        let client = network.endpoint(CLIENT);
        let mut longest = ms(0);
        for _ in 0..50 {
            let reply = client.ping(ip("10.0.0.1"), seconds(1)).await;
            let PingReply::Alive { round_trip } = reply else {
                panic!("a delayed ping is not a lost one");
            };
            assert!((ms(22)..=ms(32)).contains(&round_trip), "{round_trip:?}");
            longest = longest.max(round_trip);
        }
        assert!(longest > ms(25), "jitter is drawn");
        let unharmed = client.ping(ip("10.1.0.1"), seconds(1)).await;
        assert_eq!(unharmed, PingReply::Alive { round_trip: ms(2) });
        assert_eq!(fired(&network), 100);
        let Fate::Delivered { fault, .. } = &network.capture()[0].fate else {
            panic!("it arrived");
        };
        assert_eq!(fault.as_deref(), Some("it"));
    });
}

#[test]
fn duplicate_delivers_a_datagram_twice_and_a_stream_once() {
    simulate(async |network| {
        let (service, socket) = dns(&network).await;
        let spec = FaultSpec {
            scope: FaultScope {
                link: Some((Peer::parse(CLIENT), Peer::parse(SERVER))),
                ..FaultScope::default()
            },
            ..fault(FaultKind::Duplicate {
                chance: Chance::ALWAYS,
                offset: ms(3),
            })
        };
        network.add_fault(spec).unwrap();
        assert_eq!(asks(&socket, "query").await.as_deref(), Some("query"));
        network.advance(ms(50)).await;
        let log = service.borrow().log.clone();
        assert_eq!(
            log,
            [
                "0 started",
                "1 datagram to 10.0.0.1:53 query",
                "4 datagram to 10.0.0.1:53 query"
            ]
        );
        assert_eq!(network.packets_sent(), 6, "two requests, two replies twice");
        let client = network.endpoint(CLIENT);
        let mut stream = client.connect(at("10.0.0.1:53"), seconds(1)).await.unwrap();
        stream.write_all(b"once").await.unwrap();
        assert_eq!(stream.read_exact(4, seconds(1)).await.unwrap(), b"once");
        assert!(stream.read(ms(50)).await.is_err(), "nothing follows");
        let opened = service
            .borrow()
            .log
            .iter()
            .filter(|l| l.ends_with("opened"))
            .count();
        assert_eq!(opened, 1);
    });
}

#[test]
fn reorder_lets_a_later_packet_overtake() {
    simulate(async |network| {
        let (service, socket) = dns(&network).await;
        network
            .add_fault(FaultSpec {
                limit: first(1),
                ..fault(FaultKind::Reorder {
                    chance: Chance::ALWAYS,
                    hold: ms(5),
                })
            })
            .unwrap();
        for text in [b"first!", b"second"] {
            socket.send_to(text, at("10.0.0.1:53")).await.unwrap();
        }
        network.advance(ms(20)).await;
        let log = &service.borrow().log;
        assert!(
            log[1].ends_with("second") && log[2].ends_with("first!"),
            "{log:?}"
        );
        assert_eq!(fired(&network), 1);
    });
}

#[test]
fn a_partition_cuts_two_sides_for_its_window() {
    simulate(async |network| {
        network
            .add_fault(FaultSpec {
                scope: window(100, 400),
                ..fault(FaultKind::Partition {
                    one: vec![Peer::parse(CLIENT)],
                    other: vec![Peer::parse(SERVER)],
                })
            })
            .unwrap();
        let client = network.endpoint(CLIENT);
        assert!(pings(&client, "10.0.0.1").await);
        network.advance(ms(110)).await;
        assert!(!pings(&client, "10.0.0.1").await);
        assert!(!pings(&network.endpoint(SERVER), "10.0.0.9").await);
        assert!(pings(&client, "10.1.0.1").await, "the rest is whole");
        network.advance(ms(200)).await;
        assert!(pings(&client, "10.0.0.1").await);
        assert_eq!(fired(&network), 2);
    });
}

#[test]
fn lost_segments_come_late_and_a_dead_link_breaks_the_stream() {
    simulate(async |network| {
        let (_, _socket) = dns(&network).await;
        let client = network.endpoint(CLIENT);
        let mut stream = client.connect(at("10.0.0.1:53"), seconds(1)).await.unwrap();
        let loss = fault(FaultKind::Loss {
            chance: Chance::ALWAYS,
        });
        network
            .add_fault(FaultSpec {
                limit: first(2),
                ..loss.clone()
            })
            .unwrap();
        let before = network.now().sim;
        stream.write_all(b"late").await.unwrap();
        assert_eq!(stream.read_exact(4, seconds(9)).await.unwrap(), b"late");
        let taken = network.now().sim.since(before);
        assert_eq!(taken, ms(200 + 400 + 2), "two tries were lost");
        network
            .add_fault(FaultSpec {
                name: "dead".into(),
                ..loss
            })
            .unwrap();
        stream.write_all(b"never").await.unwrap();
        let error = stream.read(seconds(60)).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        let connected = client.connect(at("10.0.0.1:53"), seconds(5)).await;
        assert_eq!(connected.err(), Some(ConnectError::TimedOut));
        network.remove_fault("dead");
        assert!(client.connect(at("10.0.0.1:53"), seconds(5)).await.is_ok());
    });
}
