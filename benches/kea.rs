//! Kea's control commands per second, in process: text in, text out, at 10 000 and at 100 000
//! reservations; beside `config-set` of a real Kea, which is how its version 2.2 adds one.
#![allow(clippy::disallowed_methods)] // Benchmarks run on the real clock.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ipamlab::base::{Moment, SimTime};
use ipamlab::net::{Event, Outbox, Service as _};
use ipamlab::server::dhcp::kea::KeaService;
use ipamlab::server::dhcp::{DhcpServer, DhcpServerConfig};
use serde_json::{Value, json};

/// Commands of one kind that are measured.
const EACH: u32 = 2_000;

fn main() {
    for reservations in [10_000, 100_000] {
        in_process(reservations);
    }
    real_kea(10_000);
}

fn host(number: u32) -> Value {
    let [_, a, b, c] = number.to_be_bytes();
    json!({
        "hw-address": format!("02:00:00:{a:02x}:{b:02x}:{c:02x}"),
        "ip-address": format!("10.{a}.{b}.{c}"),
    })
}

fn config(reservations: u32, more: Value) -> Value {
    let hosts: Vec<Value> = (1..=reservations).map(host).collect();
    let mut config = json!({
        "subnet4": [{ "id": 1, "subnet": "10.0.0.0/8", "reservations": hosts }],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    json!({ "command": "config-set", "arguments": { "Dhcp4": config } })
}

fn in_process(reservations: u32) {
    let addresses = vec!["192.0.2.1".parse().expect("address")];
    let mut server = DhcpServer::new(DhcpServerConfig::new(addresses)).expect("a good set-up");
    let start = "2026-03-02T08:00:00Z".parse().expect("start");
    let at = Moment::of(start, SimTime::ZERO);
    server.handle(at, Event::Started, &mut Outbox::default());
    let mut ask = |command: &str| {
        let answer = server.control(KeaService::Dhcp4, command.as_bytes(), at);
        answer.to_json().to_string()
    };
    let set = config(reservations, json!({})).to_string();
    let began = Instant::now();
    assert!(ask(&set).contains("successful"));
    let millis = began.elapsed().as_secs_f64() * 1e3;
    println!("config-set with {reservations} reservations: {millis:.1} ms");
    let mut measure = |name: &str, command: &dyn Fn(u32) -> Value| {
        let commands: Vec<String> = (1..=EACH)
            .map(|number| command(reservations + number).to_string())
            .collect();
        let began = Instant::now();
        for command in &commands {
            assert!(ask(command).contains("\"result\":0"), "{command}");
        }
        let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(EACH);
        println!("  {name:16} {micros:7.2} us");
    };
    measure("reservation-add", &|number| {
        let mut host = host(number);
        host["subnet-id"] = json!(1);
        json!({ "command": "reservation-add", "arguments": { "reservation": host } })
    });
    let by_address = |command: &str, number: u32| {
        let address = host(number)["ip-address"].clone();
        json!({ "command": command, "arguments": { "subnet-id": 1, "ip-address": address } })
    };
    measure("reservation-get", &|number| {
        by_address("reservation-get", number)
    });
    measure("reservation-del", &|number| {
        by_address("reservation-del", number)
    });
    measure(
        "lease4-add",
        &|number| json!({ "command": "lease4-add", "arguments": host(number) }),
    );
    measure("lease4-get", &|number| by_address("lease4-get", number));
    measure("lease4-del", &|number| by_address("lease4-del", number));
}

fn real_kea(reservations: u32) {
    let folder = std::env::temp_dir().join(format!("ipamlab-bench-kea-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let socket = folder.join("socket");
    let more = json!({
        "control-socket": { "socket-type": "unix", "socket-name": socket },
        "interfaces-config": { "interfaces": [] },
        "lease-database": { "type": "memfile", "persist": false },
    });
    let path = folder.join("config.json");
    let first = config(1, more.clone())["arguments"].to_string();
    std::fs::write(&path, first).expect("written");
    let child = Command::new("kea-dhcp4")
        .args(["-p", "12067", "-P", "12068", "-c"])
        .arg(&path)
        .env("KEA_LOCKFILE_DIR", &folder)
        .env("KEA_PIDFILE_DIR", &folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match child {
        Err(_) => println!("Kea: skipped, it is not installed (package kea-dhcp4-server)"),
        Ok(mut child) => {
            std::thread::sleep(Duration::from_millis(1500));
            let set = config(reservations, more).to_string();
            match timed(&socket, &set) {
                Some(millis) => {
                    println!("Kea: config-set with {reservations} reservations: {millis:.1} ms");
                }
                None => println!("Kea: skipped, it does not answer"),
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
}

fn timed(socket: &std::path::Path, command: &str) -> Option<f64> {
    let mut stream = UnixStream::connect(socket).ok()?;
    let began = Instant::now();
    stream.write_all(command.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    answer.contains("successful").then_some(took)
}
