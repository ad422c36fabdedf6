//! How many packets a second the simulated network carries: `cargo bench --bench network`.
//!
//! 700 hosts that serve DNS, one client. No faults; the capture keeps counters only. Then the
//! same exchanges over kernel sockets, client and servers in one thread.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};
use ipamlab::base::{Moment, Seed};
use ipamlab::net::{
    AdmitAll, CaptureMode, Endpoint, Event, HostSpec, Network, Outbox, PingReply, Service,
    real_runtime, run_simulated,
};

const HOSTS: u32 = 700;

/// Sends every datagram back.
struct Echo;

impl Service for Echo {
    fn handle(&mut self, _at: Moment, event: Event<'_>, out: &mut Outbox) {
        if let Event::Datagram { from, to, payload } = event {
            out.send(to, from, payload.to_vec());
        }
    }
}

fn server(n: u32) -> IpAddr {
    Ipv4Addr::from_bits(0x0a01_0000 + n).into()
}

fn host(name: String, address: IpAddr) -> HostSpec {
    HostSpec {
        name: name.into(),
        addresses: vec![address],
        segment: "lan".into(),
        answers_ping: true,
    }
}

fn build(network: &Network) -> Endpoint {
    network.set_capture(CaptureMode::Counters);
    for n in 0..HOSTS {
        network.add_host(host(format!("dns{n}"), server(n)));
        network
            .bind_udp(
                SocketAddr::new(server(n), 53),
                "DNS",
                Rc::new(RefCell::new(Echo)),
            )
            .expect("each address is new");
    }
    let client = Ipv4Addr::new(10, 0, 0, 9).into();
    network.add_host(host("ipam1".into(), client));
    network.endpoint("ipam1")
}

#[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn report(label: &str, unit: &str, done: u64, packets: u64, took: Duration) {
    let rate = |n: u64| n as f64 / took.as_secs_f64() / 1e6;
    println!(
        "{label:<44} {:>6.3} M {unit}/s  {:>6.3} M packets/s  {:>7.1} ms",
        rate(done),
        rate(packets),
        took.as_secs_f64() * 1e3
    );
}

fn measure(label: &str, unit: &str, work: impl AsyncFnOnce(&Network, Endpoint) -> u64) {
    let start = jiff::Timestamp::UNIX_EPOCH;
    let (done, packets, took) = run_simulated(start, Seed(1), Rc::new(AdmitAll), async |network| {
        let client = build(&network);
        let begun = now();
        let done = work(&network, client).await;
        (done, network.packets_sent(), begun.elapsed())
    })
    .expect("a runtime");
    report(label, unit, done, packets, took);
}

fn measure_real(label: &str, unit: &str, work: impl AsyncFnOnce(&Network, Endpoint) -> u64) {
    real_runtime().expect("a runtime").block_on(async {
        let network = Network::real(jiff::Timestamp::UNIX_EPOCH, Seed(1), Rc::new(AdmitAll));
        let client = build(&network);
        let begun = now();
        let done = network.run(work(&network, client)).await;
        report(label, unit, done, network.packets_sent(), begun.elapsed());
    });
}

async fn pings(client: &Endpoint, count: u32, at_once: usize, alive: bool) -> u64 {
    let target = |n: u32| match alive {
        true => server(n % HOSTS),
        false => server(100_000 + n),
    };
    stream::iter(0..count)
        .map(|n| client.ping(target(n), Duration::from_secs(1)))
        .buffer_unordered(at_once)
        .filter(|reply| std::future::ready((*reply != PingReply::TimedOut) == alive))
        .count()
        .await as u64
}

async fn exchanges(client: &Endpoint, sockets: u32, each: u32) -> u64 {
    let exchange = |n: u32| async move {
        let to = SocketAddr::new(server(n % HOSTS), 53);
        let socket = client.udp(to.ip(), 0).await.expect("a free port");
        let mut answered = 0;
        for _ in 0..each {
            socket.send_to(b"query", to).await.expect("simulated");
            let reply = socket.recv_from(Duration::from_secs(2)).await;
            answered += u64::from(matches!(reply, Ok(Some(_))));
        }
        answered
    };
    stream::iter(0..sockets)
        .map(exchange)
        .buffer_unordered(10_000)
        .fold(0, |sum, n| std::future::ready(sum + n))
        .await
}

fn main() {
    println!("simulated network, {HOSTS} hosts, one client");
    measure("pings answered, 1 at a time", "pings", async |_, client| {
        pings(&client, 200_000, 1, true).await
    });
    measure("pings answered, 256 at once", "pings", async |_, client| {
        pings(&client, 500_000, 256, true).await
    });
    measure(
        "pings answered, 50 000 at once",
        "pings",
        async |_, client| pings(&client, 500_000, 50_000, true).await,
    );
    measure(
        "pings timed out, 50 000 at once",
        "pings",
        async |_, client| pings(&client, 500_000, 50_000, false).await,
    );
    measure(
        "UDP exchanges, 64 sockets",
        "exchanges",
        async |_, client| exchanges(&client, 64, 5_000).await,
    );
    measure(
        "UDP exchanges, 10 000 sockets",
        "exchanges",
        async |_, client| exchanges(&client, 10_000, 50).await,
    );
    measure(
        "UDP exchanges, a new socket each",
        "exchanges",
        async |_, client| exchanges(&client, 200_000, 1).await,
    );
    measure("devices added", "devices", async |network, _| {
        let device = |n: u32| (server(0x0001_0000 + n), n % 5 < 2);
        network.add_devices((0..65_536).map(device));
        65_536
    });
    println!("loopback sockets, {HOSTS} hosts, one client");
    measure_real(
        "UDP exchanges, 64 sockets",
        "exchanges",
        async |_, client| exchanges(&client, 64, 2_000).await,
    );
    measure_real("pings answered, 256 at once", "pings", async |_, client| {
        pings(&client, 100_000, 256, true).await
    });
}
