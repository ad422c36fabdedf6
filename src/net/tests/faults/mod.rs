//! Each fault does what it says, where and when it says, and its record tells.

mod hosts;
mod packets;

use std::cell::RefCell;
use std::rc::Rc;

use super::kit::*;
use super::properties::every_kind;
use crate::base::SimTime;
use crate::net::fault::{FAULTS, FaultKind, FaultScope, FaultSpec, Limit};
use crate::net::{Endpoint, Network, PingReply, UdpSocket};

pub(super) fn fault(kind: FaultKind) -> FaultSpec {
    FaultSpec {
        name: "it".into(),
        scope: FaultScope::default(),
        limit: Limit::default(),
        optional: false,
        kind,
    }
}

pub(super) fn window(from: u64, until: u64) -> FaultScope {
    FaultScope {
        from: Some(SimTime(from)),
        until: Some(SimTime(until)),
        ..FaultScope::default()
    }
}

pub(super) fn first(n: u64) -> Limit {
    Limit {
        first: Some(n),
        ..Limit::default()
    }
}

pub(super) fn fired(network: &Network) -> u64 {
    network.faults()[0].fired
}

pub(super) async fn dns(network: &Network) -> (Rc<RefCell<Echo>>, UdpSocket) {
    let service = echo();
    network
        .bind_udp(at("10.0.0.1:53"), "DNS", service.clone())
        .unwrap();
    network
        .bind_tcp(at("10.0.0.1:53"), "DNS", service.clone())
        .unwrap();
    let client = network.endpoint(CLIENT);
    let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
    (service, socket)
}

pub(super) async fn asks(socket: &UdpSocket, text: &str) -> Option<String> {
    let server = at("10.0.0.1:53");
    socket.send_to(text.as_bytes(), server).await.unwrap();
    let reply = socket.recv_from(ms(100)).await.unwrap();
    reply.map(|(bytes, _)| String::from_utf8(bytes).unwrap())
}

pub(super) async fn pings(client: &Endpoint, target: &str) -> bool {
    client.ping(ip(target), ms(100)).await != PingReply::TimedOut
}

#[test]
fn the_registry_names_every_fault_once() {
    let mut names: Vec<&str> = FAULTS.iter().map(|info| info.name).collect();
    for kind in every_kind() {
        assert!(FAULTS.contains(&kind.info()), "{kind:?}");
    }
    assert_eq!(every_kind().len(), FAULTS.len());
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FAULTS.len());
    assert!(FAULTS.iter().all(|info| !info.does.is_empty()));
}
