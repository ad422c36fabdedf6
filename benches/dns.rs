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

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
    loopback(if quick { 1 } else { 4 });
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

/// A server under measurement. Dropping it ends exactly that process.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// User and system CPU seconds so far, all threads.
    fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        let ticks: u64 = fields
            .split_ascii_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        // Linux counts these in hundredths of a second on every machine it runs on.
        ticks as f64 / 100.0
    }
}

fn ours(frame: &str) -> Option<Running> {
    let mut child = Command::new(std::env::current_exe().ok()?)
        .args(["--serve", frame])
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut port = String::new();
    BufReader::new(child.stdout.take()?)
        .read_line(&mut port)
        .ok()?;
    let port = port.trim().parse().ok()?;
    Some(Running { child, port })
}

fn bind9(folder: &Path) -> Option<Running> {
    let free = UdpSocket::bind("127.0.0.1:0")
        .ok()?
        .local_addr()
        .ok()?
        .port();
    let mut text =
        String::from("$TTL 3600\n@ IN SOA ns1.corp.example. h.corp.example. 1 900 600 86400 60\n");
    text.push_str("@ IN NS ns1.corp.example.\n");
    for offset in (0..1 << 17).step_by(2) {
        let (owner, host) = (address(BLOCK + offset), host_of(BLOCK + offset));
        writeln!(text, "{owner}. IN PTR {host}").expect("a string grows");
    }
    fs::write(folder.join("rev.zone"), text).ok()?;
    let folder_text = folder.display();
    let config = format!(
        "key \"testkey\" {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n\
         options {{ directory \"{folder_text}\"; listen-on port {free} {{ 127.0.0.1; }};\n\
         listen-on-v6 {{ none; }}; pid-file \"{folder_text}/pid\"; recursion no; notify no;\n\
         session-keyfile \"{folder_text}/session.key\"; dnssec-validation no;\n\
         empty-zones-enable no; minimal-responses yes; }};\ncontrols {{ }};\n\
         zone \"{ZONE}\" {{ type primary; file \"rev.zone\"; allow-update {{ key testkey; }}; }};\n"
    );
    fs::write(folder.join("named.conf"), config).ok()?;
    let child = Command::new("named")
        .args(["-f", "-c"])
        .arg(folder.join("named.conf"))
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let running = Running { child, port: free };
    wait_for(running.port).then_some(running)
}

/// Waits until the server answers a query, for at most ten seconds.
fn wait_for(port: u16) -> bool {
    let Ok(socket) = UdpSocket::bind("127.0.0.1:0") else {
        return false;
    };
    let message = query(1, &address(BLOCK), RecordType::PTR);
    let _ = socket.set_read_timeout(Some(Duration::from_millis(100)));
    (0..100).any(|_| {
        let _ = socket.send_to(&message, ("127.0.0.1", port));
        let mut buffer = [0; 512];
        let answered = socket
            .recv(&mut buffer)
            .is_ok_and(|len| len > 12 && buffer[3] & 15 == 0);
        if !answered {
            std::thread::sleep(Duration::from_millis(50));
        }
        answered
    })
}

fn loopback(seconds: u32) {
    println!("loopback, dnsperf -c 8 -T 1 -q 200, half NXDOMAIN");
    if Command::new("dnsperf").arg("-h").output().is_err() {
        println!("  skipped: dnsperf is not installed (apt-get install dnsperf)");
        return;
    }
    let folder = std::env::temp_dir().join(format!("ipamlab-bench-{}", std::process::id()));
    if fs::create_dir_all(&folder).is_err() {
        println!(
            "  skipped: no folder for the queries in {}",
            folder.display()
        );
        return;
    }
    let questions = folder.join("q.txt");
    let mut text = String::new();
    for offset in offsets(500_000, None) {
        writeln!(text, "{}. PTR", address(BLOCK + offset)).expect("a string grows");
    }
    fs::write(&questions, text).expect("the folder is writable");
    let single = update_file(&folder);
    for _ in 0..3 {
        for who in ["ours", "ours behind hickory-server", "BIND 9"] {
            measure(who, &folder, &questions, &single, seconds);
        }
    }
    let _ = fs::remove_dir_all(&folder);
}

fn measure(who: &str, folder: &Path, questions: &Path, single: &Path, seconds: u32) {
    let started = match who {
        "ours" => ours("own"),
        "BIND 9" => bind9(folder),
        _ => ours("hickory"),
    };
    let Some(running) = started.filter(|running| wait_for(running.port)) else {
        println!("  {who}: skipped, it did not start (apt-get install bind9)");
        return;
    };
    dnsperf(&running, questions, 1, &[]);
    let before = running.cpu();
    let Some((rate, done, lost)) = dnsperf(&running, questions, seconds, &[]) else {
        println!("  {who}: dnsperf failed");
        return;
    };
    let micros = (running.cpu() - before) * 1e6 / done.max(1.0);
    println!("  {who:<28} {rate:>9.0} queries/s  {micros:>5.2} us CPU/query  {lost} lost");
    let key = format!("hmac-sha256:testkey:{SECRET}");
    let before = running.cpu();
    let update = dnsperf(&running, single, seconds, &["-u", "-n", "1", "-y", &key]);
    if let Some((rate, done, _)) = update {
        let micros = (running.cpu() - before) * 1e6 / done.max(1.0);
        println!("  {who:<28} {rate:>9.0} signed updates/s  {micros:>5.1} us CPU/update");
    }
}

/// Twenty thousand signed updates of one record each, for `dnsperf -u`.
fn update_file(folder: &Path) -> PathBuf {
    let path = folder.join("updates.txt");
    let mut text = String::new();
    for index in 0..20_000_u32 {
        let owner = format!("{}.{}.30", index & 255, index >> 8);
        writeln!(
            text,
            "{ZONE}\nadd {owner} 3600 PTR u-{index}.corp.example.\nsend"
        )
        .expect("a string grows");
    }
    fs::write(&path, text).expect("the folder is writable");
    path
}

/// Runs dnsperf; its rate, how many were completed and how many lost.
fn dnsperf(running: &Running, data: &Path, seconds: u32, more: &[&str]) -> Option<(f64, f64, f64)> {
    let (clients, in_flight) = if more.is_empty() {
        ("8", "200")
    } else {
        ("4", "20")
    };
    let output = Command::new("dnsperf")
        .args(["-s", "127.0.0.1", "-T", "1", "-c", clients, "-q", in_flight])
        .args([
            "-p",
            &running.port.to_string(),
            "-l",
            &seconds.to_string(),
            "-d",
        ])
        .arg(data)
        .args(more)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = |label: &str| -> Option<f64> {
        let line = text.lines().find(|line| line.contains(label))?;
        line.split(':')
            .nth(1)?
            .split_ascii_whitespace()
            .next()?
            .parse()
            .ok()
    };
    let kind = if more.is_empty() {
        "Queries"
    } else {
        "Updates"
    };
    Some((
        number(&format!("{kind} per second"))?,
        number(&format!("{kind} completed"))?,
        number(&format!("{kind} lost")).unwrap_or(0.0),
    ))
}
