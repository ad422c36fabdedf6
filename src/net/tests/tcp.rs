//! Connections: opened, refused, timed out, reset, closed.

use std::io::ErrorKind;
use std::rc::Rc;

use super::kit::*;
use crate::net::{ConnectError, Fate, Network, PacketKind, TcpStream};

async fn connect(network: &Network) -> Result<TcpStream, ConnectError> {
    let engine = network.endpoint(CLIENT);
    engine.connect(at("10.0.0.1:53"), seconds(5)).await
}

#[test]
fn a_stream_carries_bytes_both_ways_and_ends_in_order() {
    simulate(async |network| {
        let service = echo();
        network
            .bind_tcp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        let mut stream = connect(&network).await.unwrap();
        assert_eq!(network.now().sim.0, 2, "one round trip");
        let long: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        stream.write_all(&long).await.unwrap();
        assert_eq!(stream.read_exact(100_000, seconds(1)).await.unwrap(), long);
        stream.write_all(b"good bye").await.unwrap();
        assert_eq!(stream.read_exact(4, seconds(1)).await.unwrap(), b"good");
        assert_eq!(stream.read(seconds(1)).await.unwrap(), b" bye");
        assert!(stream.read(seconds(1)).await.unwrap().is_empty());
        let short = stream.read_exact(1, seconds(1)).await.unwrap_err();
        assert_eq!(short.kind(), ErrorKind::UnexpectedEof);
    });
}

#[test]
fn a_dropped_stream_closes_the_connection() {
    simulate(async |network| {
        let service = echo();
        network
            .bind_tcp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        drop(connect(&network).await.unwrap());
        network.advance(ms(10)).await;
        assert_eq!(service.borrow().log, ["0 started", "1 opened", "3 closed"]);
        let kinds: Vec<PacketKind> = network.capture().iter().map(|p| p.kind).collect();
        assert_eq!(
            kinds,
            [PacketKind::Syn, PacketKind::SynAck, PacketKind::Fin]
        );
    });
}

#[test]
fn nothing_listening_refuses_and_a_firewall_stays_silent() {
    simulate(async |network| {
        assert_eq!(connect(&network).await.err(), Some(ConnectError::Refused));
        assert_eq!(network.now().sim.0, 2);
        network.bind_tcp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        assert!(connect(&network).await.is_ok());
        assert!(network.stop_service(SERVER, "dns"));
        assert!(!network.stop_service(SERVER, "dns"));
        assert_eq!(connect(&network).await.err(), Some(ConnectError::Refused));
        assert!(network.start_service(SERVER, "DNS"));
        assert!(connect(&network).await.is_ok());
        network.set_host_up(SERVER, false);
        let before = network.now().sim;
        assert_eq!(connect(&network).await.err(), Some(ConnectError::TimedOut));
        assert_eq!(network.now().sim.since(before), seconds(5));
    });
    simulate_behind(Rc::new(Blocks("DNS")), 1, async |network| {
        network.bind_tcp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        assert_eq!(connect(&network).await.err(), Some(ConnectError::TimedOut));
        assert_eq!(
            network.packets_sent(),
            1,
            "a blocked request is not repeated"
        );
        assert!(matches!(network.capture()[0].fate, Fate::Dropped(_)));
    });
}

#[test]
fn a_stopping_or_crashing_service_resets_its_connections() {
    for crashed in [false, true] {
        simulate(async |network| {
            let service = echo();
            network
                .bind_tcp(at("10.0.0.1:53"), "DNS", service.clone())
                .unwrap();
            let mut stream = connect(&network).await.unwrap();
            if crashed {
                assert!(network.crash_service(SERVER, "DNS", Some(seconds(1))));
            } else {
                assert!(network.stop_service(SERVER, "DNS"));
            }
            let error = stream.read(seconds(5)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            let error = stream.write_all(b"x").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            network.advance(seconds(2)).await;
            let last = service.borrow().log.last().unwrap().clone();
            let expected = match crashed {
                true => "1002 started".to_owned(),
                false => "2 stopped crashed=false".to_owned(),
            };
            assert_eq!(last, expected);
        });
    }
}

#[test]
fn a_crashed_host_is_silent_and_forgets_its_connections() {
    simulate(async |network| {
        network.bind_tcp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        let mut stream = connect(&network).await.unwrap();
        assert!(network.crash_host(SERVER, Some(ms(700))));
        assert!(!network.crash_host(SERVER, None), "it is down already");
        let error = stream.read(ms(100)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        stream.write_all(b"are you there").await.unwrap();
        let error = stream.read(seconds(5)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert!(connect(&network).await.is_ok(), "it is back");
    });
}
