//! What only kernel sockets have: peers from outside, fixed ports, listeners of others.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, UdpSocket as StdSocket};
use std::time::Duration;

use super::kit::*;
use crate::base::Seed;
use crate::net::fault::{Chance, FaultError, FaultKind, FaultScope, FaultSpec, Limit};
use crate::net::{Network, RealOptions, Transport, real_runtime};

fn binding(network: &Network, simulated: &str) -> SocketAddr {
    let bindings = network.bindings();
    let found = bindings
        .iter()
        .find(|binding| binding.simulated == at(simulated));
    found.unwrap().real
}

#[test]
fn a_peer_from_outside_is_answered_at_its_own_address() {
    on_loopback(open_network(), async |network| {
        let service = echo();
        network
            .bind_udp(at("10.0.0.1:67"), "dhcp", service.clone())
            .unwrap();
        let outside = StdSocket::bind("127.0.0.1:0").unwrap();
        outside
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let server = binding(&network, "10.0.0.1:67");
        outside.send_to(b"from perfdhcp", server).unwrap();
        network.endpoint(CLIENT).sleep(ms(50)).await;
        let mut buffer = [0; 64];
        let (length, from) = outside.recv_from(&mut buffer).unwrap();
        assert_eq!((&buffer[..length], from), (&b"from perfdhcp"[..], server));
        assert_eq!(network.capture()[0].from, outside.local_addr().unwrap());
    });
}

#[test]
fn a_stream_from_outside_is_served() {
    on_loopback(open_network(), async |network| {
        network.bind_tcp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        let server = binding(&network, "10.0.0.1:53");
        let client = std::thread::spawn(move || {
            let mut stream = std::net::TcpStream::connect(server).unwrap();
            stream.write_all(b"bye").unwrap();
            let mut reply = Vec::new();
            stream.read_to_end(&mut reply).unwrap();
            reply
        });
        let endpoint = network.endpoint(CLIENT);
        while !client.is_finished() {
            endpoint.sleep(ms(5)).await;
        }
        assert_eq!(client.join().unwrap(), b"bye");
    });
}

#[test]
fn listeners_of_others_and_servers_on_this_machine_can_be_reached() {
    on_loopback(open_network(), async |network| {
        let other = StdSocket::bind("127.0.0.1:0").unwrap();
        other.set_nonblocking(true).unwrap();
        let real = other.local_addr().unwrap();
        network
            .register_external(Transport::Udp, at("10.0.0.1:53"), real, "DNS")
            .unwrap();
        let taken = network.bind_udp(at("10.0.0.1:53"), "DNS", echo());
        assert!(taken.is_err());
        let client = network.endpoint(CLIENT);
        let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
        let mut buffer = [0; 64];
        for (to, from) in [
            (at("10.0.0.1:53"), at("10.0.0.1:53")),
            (real, at("10.0.0.1:53")),
        ] {
            socket.send_to(b"query", to).await.unwrap();
            client.sleep(ms(20)).await;
            let (length, peer) = other.recv_from(&mut buffer).unwrap();
            other.send_to(&buffer[..length], peer).unwrap();
            let reply = socket.recv_from(seconds(5)).await.unwrap();
            assert_eq!(reply, Some((b"query".to_vec(), from)));
        }
    });
}

#[test]
fn a_firewall_stands_before_the_listeners_of_others_too() {
    on_loopback(std::rc::Rc::new(Blocks("DNS")), async |network| {
        let other = StdSocket::bind("127.0.0.1:0").unwrap();
        other.set_nonblocking(true).unwrap();
        let real = other.local_addr().unwrap();
        network
            .register_external(Transport::Udp, at("10.0.0.1:53"), real, "DNS")
            .unwrap();
        let client = network.endpoint(CLIENT);
        let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
        socket.send_to(b"query", at("10.0.0.1:53")).await.unwrap();
        client.sleep(ms(20)).await;
        assert!(other.recv_from(&mut [0; 64]).is_err());
    });
}

#[test]
fn listeners_take_the_ports_from_the_base_port_on() {
    real_runtime().unwrap().block_on(async {
        // Whatever port is free now serves as the base; two in a row are very likely free.
        let probe = StdSocket::bind("127.0.0.1:0").unwrap();
        let base = probe.local_addr().unwrap().port().min(65_000);
        drop(probe);
        let options = RealOptions {
            base_port: Some(base),
            ..RealOptions::default()
        };
        let start = jiff::Timestamp::UNIX_EPOCH;
        let network = Network::real_with(start, Seed(1), open_network(), options);
        add_hosts(&network);
        let service = echo();
        network
            .bind_udp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        network
            .bind_tcp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        let ports: Vec<u16> = network.bindings().iter().map(|b| b.real.port()).collect();
        assert_eq!(ports, [base, base]);
        // An unbound port is free at once.
        assert!(network.unbind(Transport::Udp, at("10.0.0.1:53")));
        network.run(network.endpoint(CLIENT).sleep(ms(1))).await;
        network.bind_udp(at("10.0.0.1:53"), "DNS", service).unwrap();
        assert_eq!(binding(&network, "10.0.0.1:53").port(), base);
    });
}

#[test]
fn dropping_the_network_closes_its_sockets() {
    let real = on_loopback(open_network(), async |network| {
        network.bind_udp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        binding(&network, "10.0.0.1:53")
    });
    assert!(StdSocket::bind(real).is_ok());
}

#[test]
fn the_calendar_can_be_advanced_and_faults_are_refused() {
    on_loopback(open_network(), async |network| {
        let before = network.now().wall;
        network.advance(seconds(3600)).await;
        let passed = network.now().wall.duration_since(before);
        assert!((3600..3660).contains(&passed.as_secs()));
        let fault = FaultSpec {
            name: "loss".into(),
            scope: FaultScope::default(),
            limit: Limit::default(),
            optional: false,
            kind: FaultKind::Loss {
                chance: Chance::ALWAYS,
            },
        };
        let refused = network.add_fault(fault).unwrap_err();
        assert_eq!(refused, FaultError::NotSimulated("loss".into()));
    });
}
