//! The server on loopback sockets against tools nobody here wrote: `dig` and `nsupdate`.
//!
//! Where a tool is not installed the test says so and passes; with `IPAMLAB_REQUIRE_TOOLS=1`, as
//! CI sets it, it fails instead.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::dns_support::*;
use ipamlab::server::dns::{Clock, DnsServer, DnsServerConfig, ZoneConfig, serve_on};
use ipamlab::wire::dns::{Data, ReverseName, TsigKey};
use ipamlab::wire::windows::dnsp::DynamicUpdate;

/// A server on sockets of its own, until it is dropped.
struct Served {
    at: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    fn start(server: DnsServer) -> Served {
        let (ready, listening) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
                let at = udp.local_addr().unwrap();
                let tcp = tokio::net::TcpListener::bind(at).await.unwrap();
                ready.send(at).unwrap();
                let server = Arc::new(Mutex::new(server));
                tokio::select! {
                    biased;
                    _ = stopped => {}
                    result = serve_on(udp, tcp, server, wall_clock()) => result.unwrap(),
                }
            });
        });
        Served {
            at: listening.recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// What dig prints for these words.
    fn dig(&self, words: &str) -> String {
        let port = self.at.port().to_string();
        run(
            Command::new("dig")
                .args(["@127.0.0.1", "-p", &port, "+time=5", "+tries=1"])
                .args(words.split_ascii_whitespace()),
            "",
        )
    }

    /// What nsupdate prints, to either stream, for this script.
    fn nsupdate(&self, key: Option<&TsigKey>, script: &str) -> String {
        let mut command = Command::new("nsupdate");
        command.args(["-t", "5"]);
        if let Some(key) = key {
            let (algorithm, name) = (key.algorithm().name(), key.name());
            command.args(["-y", &format!("{algorithm}:{name}:{}", key.secret_base64())]);
        }
        let script = format!("server 127.0.0.1 {}\n{script}\nsend\n", self.at.port());
        run(&mut command, &script)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The tools sign with the machine's time.
#[allow(
    clippy::disallowed_methods,
    reason = "real tools know the real time only"
)]
fn wall_clock() -> Clock {
    use ipamlab::base::{Moment, SimTime};
    Arc::new(|| Moment::of(jiff::Timestamp::now(), SimTime::ZERO))
}

/// Runs a tool to its end and gives what it printed.
fn run(command: &mut Command, input: &str) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Whether the tools are here. Says so when they are not, and fails where they must be.
fn have(tools: &[&str]) -> bool {
    for tool in tools {
        let found = Command::new(tool)
            .arg("-V")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok();
        if !found {
            let text = format!("skipped: {tool} is not installed (apt-get install bind9-dnsutils)");
            assert!(
                std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_none(),
                "{text}"
            );
            eprintln!("{text}");
            return false;
        }
    }
    true
}

/// The known-good zones and a reverse zone that takes secure updates.
fn served() -> Served {
    let mut reverse =
        secure(ZoneConfig::primary(name("10.in-addr.arpa"))).name_server(name("ns1.corp.example"));
    for host in 0..2000_u32 {
        let address = std::net::Ipv4Addr::from(0x0a14_0000 + host);
        let owner = ReverseName::of(address.into()).name();
        reverse = reverse.record(owner, 60, Data::Ptr(name(&format!("h{host}.corp.example"))));
    }
    Served::start(server_of(
        DnsServerConfig::default()
            .zone(secure(corp()))
            .zone(open_zone())
            .zone(reverse)
            .zone(ZoneConfig::primary(name("fixed.example")).updates(DynamicUpdate::None))
            .key(key()),
    ))
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn dig_reads_answers_over_both_transports_with_and_without_edns() {
    if !have(&["dig"]) {
        return;
    }
    let served = served();
    for how in [
        "",
        "+tcp",
        "+noedns",
        "+nocookie +dnssec",
        "+bufsize=512 +nsid",
    ] {
        let text = served.dig(&format!("dc1.corp.example A {how}"));
        contains(
            &text,
            &["status: NOERROR", "flags: qr aa rd", "10.0.0.5", "10.0.0.6"],
        );
        assert_eq!(
            text.contains("EDNS: version: 0"),
            how != "+noedns",
            "{text}"
        );
        assert!(!text.to_lowercase().contains("malformed"), "{text}");
    }
    assert_eq!(served.dig("+short -x 10.20.0.5"), "h5.corp.example.\n");
    let missing = served.dig("-x 10.21.0.5");
    contains(&missing, &["status: NXDOMAIN", "SOA\tns1.corp.example."]);
    contains(
        &served.dig("+edns=1 +noednsnegotiation corp.example SOA"),
        &["BADVERS"],
    );
    contains(&served.dig("elsewhere.example A"), &["status: REFUSED"]);
    contains(
        &served.dig("+opcode=STATUS corp.example"),
        &["status: NOTIMP"],
    );
    let referral = served.dig("+norec a.child.corp.example A");
    contains(
        &referral,
        &["flags: qr;", "AUTHORITY: 2", "ns.child.corp.example."],
    );
}

#[test]
fn dig_transfers_a_zone_in_several_messages_plain_and_signed() {
    if !have(&["dig"]) {
        return;
    }
    let served = served();
    let key = key();
    let signed = format!(
        "-y {}:{}:{}",
        key.algorithm().name(),
        key.name(),
        key.secret_base64()
    );
    for words in ["", &signed] {
        let text = served.dig(&format!("10.in-addr.arpa AXFR {words}"));
        contains(&text, &["XFR size: 2003 records", "h1999.corp.example."]);
        assert!(!text.contains("Couldn't verify"), "{text}");
        assert!(!text.contains("; Transfer failed"), "{text}");
    }
    // dig asks for IXFR over TCP when it is told a serial.
    let text = served.dig("corp.example IXFR=0");
    contains(&text, &["XFR size:", "from the wildcard", "messages 1"]);
    contains(&served.dig("elsewhere.example AXFR"), &["Transfer failed"]);
}

#[test]
fn nsupdate_signs_and_changes_records() {
    if !have(&["dig", "nsupdate"]) {
        return;
    }
    let served = served();
    let add = "zone 10.in-addr.arpa\n\
               update add 5.0.30.10.in-addr.arpa 300 PTR new.corp.example.";
    assert_eq!(served.nsupdate(Some(&key()), add), "");
    assert_eq!(served.dig("+short -x 10.30.0.5"), "new.corp.example.\n");
    // The zone is found by its SOA when it is not named, over TCP as well.
    let delete = "update delete 5.0.30.10.in-addr.arpa PTR";
    assert_eq!(served.nsupdate(Some(&key()), delete), "");
    contains(&served.dig("-x 10.30.0.5"), &["status: NXDOMAIN"]);
    let many: String = (0..200)
        .map(|host| format!("update add m{host}.corp.example 60 A 10.8.0.{host}\n"))
        .collect();
    assert_eq!(
        served.nsupdate(Some(&key()), &format!("zone corp.example\n{many}")),
        ""
    );
    assert_eq!(served.dig("+short m199.corp.example"), "10.8.0.199\n");
}

#[test]
fn nsupdate_is_refused_unsigned_with_a_bad_secret_and_with_an_unknown_key() {
    if !have(&["dig", "nsupdate"]) {
        return;
    }
    let served = served();
    let add = "zone corp.example\nupdate add u.corp.example 60 A 10.9.9.9";
    contains(&served.nsupdate(None, add), &["update failed: REFUSED"]);
    let bad = TsigKey::new(key().name().clone(), key().algorithm(), b"another").unwrap();
    contains(&served.nsupdate(Some(&bad), add), &["NOTAUTH(BADSIG)"]);
    let stranger = TsigKey::new(name("stranger"), key().algorithm(), &[7; 32]).unwrap();
    contains(&served.nsupdate(Some(&stranger), add), &["NOTAUTH(BADKEY)"]);
    let fixed = "zone fixed.example\nupdate add u.fixed.example 60 A 10.9.9.9";
    contains(
        &served.nsupdate(Some(&key()), fixed),
        &["update failed: REFUSED"],
    );
    contains(&served.dig("u.corp.example A"), &["status: NXDOMAIN"]);
}

#[test]
fn nsupdate_prerequisites_of_every_form_hold_or_fail() {
    if !have(&["nsupdate", "dig"]) {
        return;
    }
    let served = served();
    let host = "host.open.example";
    for (prerequisite, failure) in [
        ("prereq nxdomain none.open.example".to_owned(), None),
        (format!("prereq nxdomain {host}"), Some("YXDOMAIN")),
        (format!("prereq yxdomain {host}"), None),
        (
            "prereq yxdomain none.open.example".to_owned(),
            Some("NXDOMAIN"),
        ),
        (format!("prereq nxrrset {host} AAAA"), None),
        (format!("prereq nxrrset {host} A"), Some("YXRRSET")),
        (format!("prereq yxrrset {host} A"), None),
        (format!("prereq yxrrset {host} AAAA"), Some("NXRRSET")),
        (format!("prereq yxrrset {host} A 10.1.0.1"), Some("NXRRSET")),
        (
            format!("prereq yxrrset {host} A 10.1.0.1\nprereq yxrrset {host} A 10.1.0.2"),
            None,
        ),
    ] {
        let script = format!(
            "zone open.example\n{prerequisite}\nupdate add probe.open.example 60 A 10.9.9.9"
        );
        let text = served.nsupdate(None, &script);
        let held = served.dig("+short probe.open.example");
        match failure {
            None => assert_eq!(
                (text.as_str(), held.as_str()),
                ("", "10.9.9.9\n"),
                "{prerequisite}"
            ),
            Some(code) => {
                contains(&text, &[&format!("update failed: {code}")]);
                assert_eq!(held, "", "{prerequisite}");
            }
        }
        let clean = "zone open.example\nupdate delete probe.open.example";
        assert_eq!(served.nsupdate(None, clean), "");
    }
}
