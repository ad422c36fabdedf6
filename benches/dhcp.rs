//! DHCP exchanges per second, in process and on loopback, next to Kea where it is installed.
//!
//! `cargo bench --bench dhcp`. A rate on a shared machine moves; compare within one run, and
//! prefer the CPU an exchange costs the server.
#![allow(clippy::disallowed_methods)] // A benchmark reads the real clock.

use std::cell::RefCell;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use ipamlab::base::{MacAddress, Moment, SimTime};
use ipamlab::net::{Action, Event, Outbox, Service};
use ipamlab::server::dhcp::{DhcpServer, DhcpServerConfig, ScopeConfig, ScopeV6Config, serve_on};
use ipamlab::wire::dhcp::{ClientV4, ClientV6, StepV6, v6};

const CLIENTS: u32 = 30_000;
const IN_FLIGHT: usize = 64;
const RUN: Duration = Duration::from_secs(3);

fn main() {
    // `cargo test --benches` only asks whether it still runs.
    let quick = std::env::args().any(|arg| arg == "--test");
    let run = if quick {
        Duration::from_millis(50)
    } else {
        RUN
    };
    in_process_v4(run);
    in_process_v6(run);
    ours_on_loopback(run);
    if !quick {
        kea_on_loopback(run);
    }
}

fn server() -> DhcpServer {
    let pool = "10.20.1.0-10.20.255.250".parse().expect("range");
    let scope = ScopeConfig::new("10.20.0.0/16".parse().expect("prefix"), pool)
        .via_relay(Ipv4Addr::LOCALHOST);
    let addresses = vec![
        Ipv4Addr::LOCALHOST.into(),
        "2001:db8::1".parse().expect("v6"),
    ];
    let config = DhcpServerConfig::new(addresses)
        .with_scope(scope)
        .with_scope_v6(ScopeV6Config::new("2001:db8::/64".parse().expect("prefix")));
    DhcpServer::new(config).expect("a good set-up")
}

fn moment(since: Instant) -> Moment {
    let millis = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    Moment::of(
        "2026-03-02T08:00:00Z".parse().expect("start"),
        SimTime(millis),
    )
}

fn mac(client: u32) -> MacAddress {
    let [a, b, c, d] = client.to_be_bytes();
    MacAddress([2, 0, a, b, c, d])
}

/// A relayed DISCOVER whose client and transaction are filled in later.
fn template() -> Vec<u8> {
    ClientV4::new(mac(0), 0)
        .via_relay(Ipv4Addr::LOCALHOST)
        .discover(None)
        .encode()
}

/// Where the parts of a client's packet lie, and of every answer's header.
const XID: usize = 4;
const YIADDR: usize = 16;
const CHADDR: usize = 28;
const OPTIONS: usize = 240;

fn discover(template: &[u8], xid: u32, client: u32) -> Vec<u8> {
    let mut packet = template.to_vec();
    packet[XID..XID + 4].copy_from_slice(&xid.to_be_bytes());
    packet[CHADDR..CHADDR + 6].copy_from_slice(&mac(client).0);
    packet
}

/// The REQUEST that takes an offer: the DISCOVER with type 3, the address and the server.
fn request(template: &[u8], offer: &[u8]) -> Option<Vec<u8>> {
    let mut packet = template[..OPTIONS].to_vec();
    packet[XID..XID + 4].copy_from_slice(&offer[XID..XID + 4]);
    packet[CHADDR..CHADDR + 6].copy_from_slice(&offer[CHADDR..CHADDR + 6]);
    packet.extend_from_slice(&[53, 1, 3, 55, 3, 1, 3, 6, 50, 4]);
    packet.extend_from_slice(&offer[YIADDR..YIADDR + 4]);
    packet.extend_from_slice(&[54, 4]);
    packet.extend_from_slice(option(offer, 54)?);
    packet.push(255);
    Some(packet)
}

fn option(packet: &[u8], wanted: u8) -> Option<&[u8]> {
    let mut rest = packet.get(OPTIONS..)?;
    while let [code, tail @ ..] = rest {
        rest = match *code {
            0 => tail,
            255 => return None,
            code => {
                let (length, tail) = tail.split_first()?;
                let value = tail.get(..usize::from(*length))?;
                if code == wanted {
                    return Some(value);
                }
                &tail[value.len()..]
            }
        };
    }
    None
}

fn ask(server: &mut DhcpServer, at: Moment, from: &str, to: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = Outbox::default();
    let event = Event::Datagram {
        from: from.parse().expect("address"),
        to: to.parse().expect("address"),
        payload,
    };
    server.handle(at, event, &mut out);
    match out.actions.pop() {
        Some(Action::Send { payload, .. }) => payload,
        other => panic!("no answer: {other:?}"),
    }
}

fn in_process_v4(run: Duration) {
    let mut server = server();
    let template = template();
    let start = Instant::now();
    let mut done = 0_u32;
    while start.elapsed() < run {
        let at = moment(start);
        for _ in 0..100 {
            let hello = discover(&template, done, done % CLIENTS);
            let ask = |server: &mut _, bytes: &[u8]| {
                ask(server, at, "127.0.0.1:10068", "127.0.0.1:67", bytes)
            };
            let offer = ask(&mut server, &hello);
            let take = request(&template, &offer).expect("an offer");
            let ack = ask(&mut server, &take);
            assert_eq!(option(&ack, 53), Some(&[5][..]), "an ACK");
            done += 1;
        }
    }
    report("in process, DHCPv4", f64::from(done), start.elapsed(), None);
}

fn in_process_v6(run: Duration) {
    let mut server = server();
    let start = Instant::now();
    let mut done = 0_u32;
    while start.elapsed() < run {
        let at = moment(start);
        for _ in 0..100 {
            let duid = v6::duid::link_layer(mac(done % CLIENTS));
            let mut client = ClientV6::new(duid, 1, done);
            let ask = |server: &mut _, bytes: &[u8]| {
                ask(server, at, "[fe80::9]:546", "[2001:db8::1]:547", bytes)
            };
            let advertise = ask(&mut server, &client.solicit(None, false).encode());
            let Ok(StepV6::Send(take)) = client.receive(&advertise) else {
                panic!("no advertise");
            };
            let reply = ask(&mut server, &take.encode());
            assert!(matches!(client.receive(&reply), Ok(StepV6::Bound(_))));
            done += 1;
        }
    }
    let name = "in process, DHCPv6 (client included)";
    report(name, f64::from(done), start.elapsed(), None);
}

fn report(name: &str, done: f64, elapsed: Duration, cpu: Option<Duration>) {
    let rate = done / elapsed.as_secs_f64();
    let cpu = cpu.map_or(String::new(), |cpu| {
        format!(", {:5.1} us CPU each", cpu.as_secs_f64() * 1e6 / done)
    });
    println!("{name:44} {rate:9.0} exchanges/s{cpu}");
}

/// CPU time of a process or thread from its `stat` file, in clock ticks of 10 ms.
fn cpu_of(stat: &str) -> Duration {
    let text = std::fs::read_to_string(stat).unwrap_or_default();
    // The command name may hold spaces; what follows its closing bracket does not.
    let fields: Vec<&str> = text
        .rsplit_once(')')
        .map_or("", |(_, rest)| rest)
        .split_whitespace()
        .collect();
    let ticks = |index: usize| fields.get(index).and_then(|f| f.parse::<u64>().ok());
    Duration::from_millis(10 * (ticks(11).unwrap_or(0) + ticks(12).unwrap_or(0)))
}

fn ours_on_loopback(run: Duration) {
    let (tell, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let socket = tokio::net::UdpSocket::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let thread = std::fs::read_link("/proc/thread-self").unwrap_or_default();
            tell.send((socket.local_addr().expect("bound"), thread))
                .expect("the generator waits");
            let service: Rc<RefCell<dyn Service>> = Rc::new(RefCell::new(server()));
            let start = Instant::now();
            serve_on(socket, service, move || moment(start))
                .await
                .expect("the socket stays");
        });
    });
    let (to, thread) = hear.recv().expect("the server starts");
    let stat = format!("/proc/{}/stat", thread.display());
    for in_flight in [IN_FLIGHT, 1] {
        let name = format!("loopback, {in_flight} in flight");
        generate(&name, "127.0.0.1:0", to, in_flight, run, &stat);
    }
    perfdhcp(to, run, &stat);
}

/// Keeps so many exchanges under way: a finished one starts the next client's.
fn generate(name: &str, from: &str, to: SocketAddr, in_flight: usize, run: Duration, stat: &str) {
    let socket = UdpSocket::bind(from).expect("a port");
    socket
        .set_read_timeout(Some(Duration::from_millis(200)))
        .expect("a timeout");
    let template = template();
    let mut next = 0_u32;
    let mut begin = || {
        next += 1;
        let hello = discover(&template, next, next.wrapping_mul(2_654_435_761) % CLIENTS);
        socket.send_to(&hello, to).expect("sent");
    };
    let (start, cpu) = (Instant::now(), cpu_of(stat));
    (0..in_flight).for_each(|_| begin());
    let mut buffer = [0; 2048];
    let (mut done, mut lost) = (0_u32, 0_u32);
    while start.elapsed() < run {
        let Ok((length, _)) = socket.recv_from(&mut buffer) else {
            // Everything under way was lost: start afresh.
            lost += u32::try_from(in_flight).unwrap_or(0);
            (0..in_flight).for_each(|_| begin());
            continue;
        };
        let answer = &buffer[..length];
        match option(answer, 53) {
            Some([2]) => {
                let take = request(&template, answer).expect("an offer");
                socket.send_to(&take, to).expect("sent");
            }
            Some([5]) => {
                done += 1;
                begin();
            }
            _ => {
                lost += 1;
                begin();
            }
        }
    }
    let spent = cpu_of(stat).saturating_sub(cpu);
    report(name, f64::from(done), start.elapsed(), Some(spent));
    if lost > 0 {
        println!("{:44} {lost:9} lost", "");
    }
}

/// perfdhcp at a rate it can be trusted with; never above 10 000 a second.
fn perfdhcp(to: SocketAddr, run: Duration, stat: &str) {
    let cpu = cpu_of(stat);
    let seconds = run.as_secs().max(1);
    let output = Command::new("perfdhcp")
        .args(["-4", "-l", "127.0.0.1", "-L", "10068"])
        .args(["-N", &to.port().to_string()])
        .args(["-R", "30000", "-r", "8000", "-W", "200000"])
        .args(["-p", &seconds.to_string(), "127.0.0.1"])
        .output();
    let Ok(output) = output else {
        println!("perfdhcp: skipped, it is not installed (package kea-admin)");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text.lines().find(|line| line.starts_with("Rate:"));
    println!("perfdhcp -r 8000: {}", rate.unwrap_or("no rate").trim());
    let spent = cpu_of(stat).saturating_sub(cpu).as_secs_f64();
    let done = 8000.0 * run.as_secs_f64();
    println!("{:44} {:5.1} us CPU each", "", spent * 1e6 / done);
}

const KEA: &str = r#"{ "Dhcp4": {
  "interfaces-config": { "interfaces": ["lo"], "dhcp-socket-type": "udp" },
  "lease-database": { "type": "memfile", "persist": false },
  "valid-lifetime": 691200,
  "subnet4": [ { "subnet": "10.20.0.0/16", "relay": { "ip-addresses": ["127.0.0.1"] },
    "pools": [ { "pool": "10.20.1.0-10.20.255.250" } ] } ],
  "loggers": [ { "name": "kea-dhcp4", "severity": "ERROR",
    "output_options": [ { "output": "stderr" } ] } ] } }"#;

fn kea_on_loopback(run: Duration) {
    let folder = std::env::temp_dir().join(format!("ipamlab-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let path = folder.join("kea.json");
    let mut file = std::fs::File::create(&path).expect("a file");
    file.write_all(KEA.as_bytes()).expect("written");
    let child = Command::new("kea-dhcp4")
        .args(["-p", "12067", "-P", "12068", "-c"])
        .arg(&path)
        .env("KEA_LOCKFILE_DIR", &folder)
        .env("KEA_PIDFILE_DIR", &folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match child {
        Ok(child) => measure_kea(child, run),
        Err(_) => println!("Kea: skipped, it is not installed (package kea-dhcp4-server)"),
    }
    let _ = std::fs::remove_dir_all(&folder);
}

fn measure_kea(mut child: Child, run: Duration) {
    std::thread::sleep(Duration::from_millis(1500));
    let stat = format!("/proc/{}/stat", child.id());
    let to = "127.0.0.1:12067".parse().expect("address");
    for in_flight in [IN_FLIGHT, 1] {
        let name = format!("Kea, persist=false, {in_flight} in flight");
        generate(&name, "127.0.0.1:12068", to, in_flight, run, &stat);
    }
    let _ = child.kill();
    let _ = child.wait();
}
