//! What the tests share: a small estate of three hosts, services that echo and record.

use std::cell::RefCell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use crate::base::{Moment, Seed};
use crate::net::{
    Admission, Admit, AdmitAll, CaptureMode, Event, Flow, HostSpec, Network, Outbox, Service,
    real_runtime, run_simulated,
};

pub(super) const CLIENT: &str = "ipam1";
pub(super) const SERVER: &str = "dns1";

pub(super) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(super) fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub(super) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub(super) fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

pub(super) fn host(name: &str, addresses: &[&str]) -> HostSpec {
    HostSpec {
        name: name.into(),
        addresses: addresses.iter().map(|text| ip(text)).collect(),
        segment: "lan".into(),
        answers_ping: true,
    }
}

/// `ipam1` 10.0.0.9, `dns1` 10.0.0.1 and `far1` 10.1.0.1 on a segment of its own.
pub(super) fn add_hosts(network: &Network) {
    network.add_host(host(CLIENT, &["10.0.0.9", "fe80::9", "2001:db8::9"]));
    network.add_host(host(SERVER, &["10.0.0.1", "fe80::1", "2001:db8::1"]));
    network.add_host(HostSpec {
        segment: "far".into(),
        ..host("far1", &["10.1.0.1", "fe80::f"])
    });
}

pub(super) fn simulate<T>(work: impl AsyncFnOnce(Network) -> T) -> T {
    simulate_behind(Rc::new(AdmitAll), 7, work)
}

pub(super) fn simulate_behind<T>(
    admission: Rc<dyn Admission>,
    seed: u64,
    work: impl AsyncFnOnce(Network) -> T,
) -> T {
    let start = "2026-03-02T08:00:00Z".parse().unwrap();
    run_simulated(start, Seed(seed), admission, async |network: Network| {
        add_hosts(&network);
        work(network).await
    })
    .unwrap()
}

/// Runs on loopback sockets. Nothing may be asserted about timing there.
pub(super) fn on_loopback<T>(
    admission: Rc<dyn Admission>,
    work: impl AsyncFnOnce(Network) -> T,
) -> T {
    real_runtime().unwrap().block_on(async {
        let start = "2026-03-02T08:00:00Z".parse().unwrap();
        let network = Network::real(start, Seed(7), admission);
        network.set_capture(CaptureMode::Full);
        add_hosts(&network);
        network.run(work(network.clone())).await
    })
}

/// Runs the same work on both grounds.
pub(super) fn on_both(admission: fn() -> Rc<dyn Admission>, work: impl AsyncFn(Network)) {
    simulate_behind(admission(), 7, &work);
    on_loopback(admission(), &work);
}

pub(super) fn open_network() -> Rc<dyn Admission> {
    Rc::new(AdmitAll)
}

/// A firewall that blocks one program everywhere.
pub(super) struct Blocks(pub(super) &'static str);

impl Admission for Blocks {
    fn admit(&self, _at: Moment, flow: &Flow<'_>) -> Admit {
        if flow.program == self.0 {
            Admit::Block(format!("no rule allows {} on {}", self.0, flow.host).into())
        } else {
            Admit::Allow
        }
    }
}

/// Sends everything back, and remembers what happened to it.
#[derive(Default)]
pub(super) struct Echo {
    pub(super) log: Vec<String>,
}

pub(super) fn echo() -> Rc<RefCell<Echo>> {
    Rc::new(RefCell::new(Echo::default()))
}

impl Service for Echo {
    fn handle(&mut self, at: Moment, event: Event<'_>, out: &mut Outbox) {
        let line = match event {
            Event::Started => "started".to_owned(),
            Event::Stopped { crashed } => format!("stopped crashed={crashed}"),
            Event::Datagram { from, to, payload } => {
                let own = if to.ip() == ip("255.255.255.255") {
                    SocketAddr::new(ip("10.0.0.1"), to.port())
                } else {
                    to
                };
                out.send(own, from, payload.to_vec());
                format!("datagram to {to} {}", String::from_utf8_lossy(payload))
            }
            Event::Opened { .. } => "opened".to_owned(),
            Event::Data { conn, bytes } => {
                out.write(conn, bytes.to_vec());
                if bytes.ends_with(b"bye") {
                    out.close(conn);
                }
                format!("data {}", bytes.len())
            }
            Event::Closed { .. } => "closed".to_owned(),
            Event::PingDone {
                token,
                target,
                alive,
            } => format!("ping {token} {target} alive={alive}"),
            Event::Timer { token } => format!("timer {token}"),
        };
        self.log.push(format!("{} {line}", at.sim.0));
    }
}
