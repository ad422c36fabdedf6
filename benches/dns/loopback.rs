//! The loopback half: servers in processes of their own, asked by `dnsperf`.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ipamlab::wire::dns::{RecordType, query};

use super::{BLOCK, SECRET, ZONE, address, host_of, offsets};

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

pub fn run(seconds: u32) {
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
