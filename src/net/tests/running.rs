//! Time, latency, and services that are more than one thing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::future::join;

use super::kit::*;
use crate::base::Moment;
use crate::net::{
    Action, CaptureMode, Event, Network, Outbox, PingReply, Service, TcpStream, Transport,
};

#[test]
fn timers_of_the_work_and_of_the_network_share_one_clock() {
    simulate(async |network| {
        let client = network.endpoint(CLIENT);
        let order = RefCell::new(Vec::new());
        let note = |what: &'static str| order.borrow_mut().push((network.now().sim.0, what));
        let own = async {
            tokio::time::sleep(ms(3)).await;
            note("tokio");
            tokio::time::sleep(ms(4)).await;
            note("tokio");
        };
        let others = async {
            client.ping(ip("10.0.0.1"), seconds(1)).await;
            note("ping");
            client.sleep(ms(3)).await;
            note("sleep");
            client.sleep(seconds(10 * 365 * 24 * 3600)).await;
        };
        join(own, others).await;
        assert_eq!(
            order.into_inner(),
            [(2, "ping"), (3, "tokio"), (5, "sleep"), (7, "tokio")]
        );
        let moment = network.now();
        assert_eq!(moment.sim.0, 5 + 10 * 365 * 24 * 3600 * 1000);
        assert_eq!(moment.wall.to_string(), "2036-02-28T08:00:00.005Z");
    });
}

#[test]
fn two_runs_of_one_network_go_on_where_the_first_stopped() {
    crate::net::simulated_runtime().unwrap().block_on(async {
        let start = jiff::Timestamp::UNIX_EPOCH;
        let network = Network::simulated(start, crate::base::Seed(1), open_network());
        add_hosts(&network);
        network.bind_udp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        let client = network.endpoint(CLIENT);
        let socket = network.run(client.udp(ip("10.0.0.1"), 0)).await.unwrap();
        let server = at("10.0.0.1:53");
        network.run(socket.send_to(b"x", server)).await.unwrap();
        let reply = network.run(socket.recv_from(seconds(1))).await.unwrap();
        assert!(reply.is_some());
    });
}

#[test]
fn latency_belongs_to_a_link() {
    simulate(async |network| {
        let client = network.endpoint(CLIENT);
        assert!(network.set_latency(CLIENT, SERVER, ms(25)));
        assert!(!network.set_latency(CLIENT, "nobody", ms(25)));
        let ping = async |to: &str| client.ping(ip(to), seconds(1)).await;
        assert_eq!(
            ping("10.0.0.1").await,
            PingReply::Alive { round_trip: ms(50) }
        );
        assert_eq!(
            ping("10.1.0.1").await,
            PingReply::Alive { round_trip: ms(2) }
        );
        network.set_default_latency(ms(0));
        assert_eq!(
            ping("10.1.0.1").await,
            PingReply::Alive { round_trip: ms(0) }
        );
    });
}

#[test]
fn counters_go_on_without_a_capture() {
    simulate(async |network| {
        network.set_capture(CaptureMode::Counters);
        let client = network.endpoint(CLIENT);
        for _ in 0..10 {
            client.ping(ip("10.0.0.1"), seconds(1)).await;
            client.ping(ip("10.0.0.200"), ms(5)).await;
        }
        let counters = network.counters();
        assert_eq!(
            (counters.sent, counters.delivered, counters.dropped),
            (30, 20, 10)
        );
        assert!(network.capture().is_empty());
    });
}

/// One core behind two ports: what it hears on the second it passes on to the first.
#[derive(Default)]
struct Relay {
    first: Option<crate::net::ConnId>,
    log: Vec<String>,
}

impl Service for Relay {
    fn handle(&mut self, _at: Moment, event: Event<'_>, out: &mut Outbox) {
        match event {
            Event::Opened { conn, local, .. } if local.port() == 135 => self.first = Some(conn),
            Event::Data { bytes, .. } => out.actions.extend(self.first.map(|conn| Action::Write {
                conn,
                bytes: bytes.to_vec(),
            })),
            Event::Started | Event::Stopped { .. } => self.log.push(format!("{event:?}")),
            _ => {}
        }
    }
}

#[test]
fn one_core_under_two_programs_is_stopped_one_by_one() {
    on_both(open_network, async |network: Network| {
        let relay = Rc::new(RefCell::new(Relay::default()));
        for (local, program) in [("10.0.0.1:135", "RPCSS"), ("10.0.0.1:445", "Server")] {
            network.bind_tcp(at(local), program, relay.clone()).unwrap();
        }
        let client = network.endpoint(CLIENT);
        let connect = async |to| client.connect(at(to), seconds(5)).await;
        let mut first: TcpStream = connect("10.0.0.1:135").await.unwrap();
        let mut second = connect("10.0.0.1:445").await.unwrap();
        second.write_all(b"across").await.unwrap();
        assert_eq!(first.read_exact(6, seconds(5)).await.unwrap(), b"across");
        assert!(network.stop_service(SERVER, "Server"));
        assert!(second.read(seconds(5)).await.is_err());
        assert!(connect("10.0.0.1:445").await.is_err());
        assert!(connect("10.0.0.1:135").await.is_ok());
        let log = relay.borrow().log.clone();
        assert_eq!(log, ["Started", "Started", "Stopped { crashed: false }"]);
    });
}

/// Stops another service when it is told to, as a service control manager does.
struct Controller(RefCell<Option<Network>>, Rc<Cell<bool>>);

impl Service for Controller {
    fn handle(&mut self, _at: Moment, event: Event<'_>, _out: &mut Outbox) {
        if let Event::Datagram { .. } = event
            && let Some(network) = self.0.borrow().as_ref()
        {
            self.1.set(network.stop_service(SERVER, "DNS"));
        }
    }
}

#[test]
fn a_service_may_use_the_controls_of_the_network() {
    on_both(open_network, async |network: Network| {
        let stopped = Rc::new(Cell::new(false));
        let link = RefCell::new(Some(network.clone()));
        let controller = Rc::new(RefCell::new(Controller(link, Rc::clone(&stopped))));
        network
            .bind_udp(at("10.0.0.1:99"), "SCM", controller.clone())
            .unwrap();
        network.bind_tcp(at("10.0.0.1:53"), "DNS", echo()).unwrap();
        let client = network.endpoint(CLIENT);
        let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
        socket.send_to(b"stop", at("10.0.0.1:99")).await.unwrap();
        client.sleep(ms(50)).await;
        assert!(stopped.get());
        assert!(client.connect(at("10.0.0.1:53"), seconds(1)).await.is_err());
        // The network and its service would keep each other alive.
        controller.borrow().0.take();
    });
}

#[test]
fn a_port_that_is_unbound_no_longer_answers() {
    on_both(open_network, async |network: Network| {
        let service = echo();
        network
            .bind_udp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        network.bind_tcp(at("10.0.0.1:53"), "DNS", service).unwrap();
        let client = network.endpoint(CLIENT);
        let connect = async || client.connect(at("10.0.0.1:53"), seconds(5)).await.is_ok();
        assert!(connect().await);
        assert!(network.unbind(Transport::Tcp, at("10.0.0.1:53")));
        assert!(!connect().await);
        let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
        socket.send_to(b"still", at("10.0.0.1:53")).await.unwrap();
        assert!(socket.recv_from(seconds(5)).await.unwrap().is_some());
    });
}
