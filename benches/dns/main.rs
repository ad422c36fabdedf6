//! How many DNS queries and updates a second, in process and on loopback.
//!
//! Zone and queries are those of the comparison with other servers: `10.in-addr.arpa` with 65 536
//! PTR records, one for every even address of 10.20.0.0/15, asked for random addresses of that
//! block, so that half of the answers are NXDOMAIN. On loopback `dnsperf` asks; our two frames and
//! BIND 9 answer one after the other in the same run, each in a process of its own whose CPU time
//! is read from /proc. What is missing on the machine is skipped with a word why.
//!
//! `cargo bench --bench dns`; `-- --quick` for a tenth of the time.

#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures the machine's own time"
)]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hickory_server::Server;
use ipamlab::base::{Moment, Seed, SimTime};
use ipamlab::server::dns::{
    Clock, DnsHandler, DnsServer, DnsServerConfig, Transport, ZoneConfig, serve_on,
};
use ipamlab::wire::dns::{
    Data, DnsName, Rcode, RecordType, Reply, ReverseName, TsigAlgorithm, TsigKey, UpdateMessage,
    query,
};
use ipamlab::wire::windows::dnsp::{DynamicUpdate, ZoneStorage};
use rand::RngExt as _;

mod loopback;

const ZONE: &str = "10.in-addr.arpa";
const SECRET: &str = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTIzNDU2Nzg=";

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|arg| arg == "--serve") {
        return serve(&args[at + 1]);
    }
    let quick = args.iter().any(|arg| arg == "--quick");
    let work = if quick { 100_000 } else { 1_000_000 };
    in_process_queries(work);
    in_process_updates(work / 20);
    loopback::run(if quick { 1 } else { 4 });
}

fn name(text: &str) -> DnsName {
    text.parse().expect("a name of this file")
}

fn key() -> TsigKey {
    TsigKey::from_base64(name("testkey"), TsigAlgorithm::HmacSha256, SECRET).expect("base64")
}

fn address(value: u32) -> DnsName {
    ReverseName::of(std::net::IpAddr::V4(value.into())).name()
}

fn host_of(value: u32) -> Data {
    let [_, b, c, d] = value.to_be_bytes();
    Data::Ptr(name(&format!("h-{b}-{c}-{d}.corp.example")))
}

const BLOCK: u32 = 0x0a14_0000;

/// The zone of the comparison; with updates for whoever holds the key, or for anyone.
fn zone(updates: DynamicUpdate) -> ZoneConfig {
    let mut zone = ZoneConfig::primary(name(ZONE))
        .storage(ZoneStorage::AdIntegrated)
        .updates(updates)
        .name_server(name("ns1.corp.example"));
    for offset in (0..1 << 17).step_by(2) {
        zone = zone.record(address(BLOCK + offset), 3600, host_of(BLOCK + offset));
    }
    zone
}

fn server(updates: DynamicUpdate) -> DnsServer {
    let config = DnsServerConfig::default().zone(zone(updates)).key(key());
    DnsServer::new(&config).expect("the zone above is good")
}

fn now() -> Moment {
    Moment::of(jiff::Timestamp::now(), SimTime::ZERO)
}

fn peer() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 53_000))
}

/// Offsets into the block: random ones, made even or odd where only hits or misses are wanted.
fn offsets(count: usize, low_bit: Option<u32>) -> Vec<u32> {
    let mut stream = Seed(1).stream("bench queries");
    (0..count)
        .map(|_| {
            let offset = stream.random_range(0..1_u32 << 17);
            low_bit.map_or(offset, |bit| offset & !1 | bit)
        })
        .collect()
}

fn line(what: &str, rate: f64, unit: &str, floor: &str) {
    println!("{what:<46} {rate:>12.0} {unit:<12} {floor}");
}

fn in_process_queries(count: usize) {
    println!("in process, {} names", 1 << 16);
    let mut server = server(DynamicUpdate::None);
    let mut out = Vec::with_capacity(512);
    for (what, bit) in [
        ("hits", Some(0)),
        ("NXDOMAIN", Some(1)),
        ("half of each", None),
    ] {
        let messages: Vec<Vec<u8>> = offsets(count.min(200_000), bit)
            .into_iter()
            .map(|offset| query(9, &address(BLOCK + offset), RecordType::PTR))
            .collect();
        let start = Instant::now();
        let mut bytes = 0;
        for message in messages.iter().cycle().take(count) {
            assert!(server.answer_plain(message, Transport::Udp, &mut out));
            bytes += out.len();
        }
        let rate = count as f64 / start.elapsed().as_secs_f64();
        assert!(bytes > count * 40);
        line(
            &format!("  queries, {what}"),
            rate,
            "queries/s",
            "floor 500 000, aim 1 000 000",
        );
        let start = Instant::now();
        let moment = now();
        for message in messages.iter().cycle().take(count / 10) {
            let replies = server.handle_fully(message, Transport::Udp, peer(), moment);
            assert_eq!(replies.len(), 1);
        }
        let rate = (count / 10) as f64 / start.elapsed().as_secs_f64();
        line(
            &format!("  queries, {what}, full path"),
            rate,
            "queries/s",
            "",
        );
    }
}

/// Updates of `per` records each, made before the clock starts; signing is part of the client.
fn updates(count: usize, per: usize, block: u32, signed: bool, at: Moment) -> Vec<Vec<u8>> {
    (0..count)
        .map(|index| {
            let mut message = UpdateMessage::new(index as u16, name(ZONE));
            for record in 0..per {
                let value = block + (index * per + record) as u32;
                message = message.add(&address(value), 3600, &host_of(value));
            }
            let bytes = message.encode();
            if signed {
                key().sign_request(bytes, at.unix_seconds()).0
            } else {
                bytes
            }
        })
        .collect()
}

fn in_process_updates(count: usize) {
    println!("in process, updates of a zone with {} names", 1 << 16);
    for signed in [false, true] {
        for (per, floor) in [(1, "floor 5 000 signed"), (100, "floor 50 000")] {
            let at = now();
            let policy = if signed {
                DynamicUpdate::Secure
            } else {
                DynamicUpdate::NonsecureAndSecure
            };
            let mut server = server(policy);
            let messages = updates(count / per, per, 0x0a40_0000, signed, at);
            let start = Instant::now();
            for message in &messages {
                let replies = server.handle(message, Transport::Tcp, peer(), at);
                assert_eq!(replies[0][3] & 15, 0, "NOERROR");
            }
            let rate = (messages.len() * per) as f64 / start.elapsed().as_secs_f64();
            let how = if signed { "signed" } else { "unsigned" };
            line(
                &format!("  {how}, {per} a message"),
                rate,
                "records/s",
                floor,
            );
            let asked = query(1, &address(0x0a40_0000), RecordType::PTR);
            let reply = server.handle(&asked, Transport::Udp, peer(), at);
            let reply = Reply::parse(&reply[0]).expect("an answer");
            assert_eq!((reply.rcode, reply.answers.len()), (Rcode::NOERROR, 1));
        }
    }
}

/// The child process: serves the zone by the frame called `frame` and prints its port.
fn serve(frame: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let server = Arc::new(Mutex::new(server(DynamicUpdate::Secure)));
    let clock: Clock = Arc::new(now);
    runtime.block_on(async {
        let udp = tokio::net::UdpSocket::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let local = udp.local_addr().expect("bound");
        let tcp = tokio::net::TcpListener::bind(local)
            .await
            .expect("the same port");
        println!("{}", local.port());
        match frame {
            "own" => serve_on(udp, tcp, server, clock).await.expect("serves"),
            _ => {
                let mut frame = Server::new(DnsHandler::new(server, clock));
                frame.register_socket(udp);
                frame.register_listener(tcp, Duration::from_secs(10), 8_192);
                frame.block_until_done().await.expect("serves");
            }
        }
    });
}
