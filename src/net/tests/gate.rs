//! Packets that a gate holds.

use std::rc::Rc;

use super::kit::*;
use crate::net::{Gate, Packet};

/// Holds whatever goes to the echo service.
struct ToService;

impl Gate for ToService {
    fn holds(&self, packet: &Packet) -> bool {
        packet.to == at("10.0.0.1:53")
    }
}

#[test]
fn held_packets_arrive_in_the_order_in_which_they_are_released() {
    simulate(async |network| {
        network.bind_udp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        network.set_gate(Rc::new(ToService));
        let engine = network.endpoint(CLIENT);
        let socket = engine.udp(ip("10.0.0.1"), 0).await.unwrap();
        for payload in [b"first", b"later"] {
            socket.send_to(payload, at("10.0.0.1:53")).await.unwrap();
        }
        assert_eq!(socket.recv_from(seconds(1)).await.unwrap(), None);
        assert_eq!(network.counters().in_flight(), 2);
        let held: Vec<Vec<u8>> = network
            .held()
            .iter()
            .map(|packet| packet.payload.to_vec())
            .collect();
        assert_eq!(held, [b"first", b"later"]);
        assert!(network.release(1) && network.release(0) && !network.release(0));
        for payload in [b"later", b"first"] {
            let (answer, _) = socket.recv_from(seconds(1)).await.unwrap().unwrap();
            assert_eq!(answer, payload);
        }
        assert_eq!(network.counters().in_flight(), 0);
        assert!(network.held().is_empty());
    });
}
