//! Kea's own shell, sockets and a DHCP client against the control channels of `ipamlab serve`.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipamlab::wire::dhcp::v4::{DhcpOption, Hardware, Message, MessageType};
use serde_json::{Value, json};

use crate::served::{SCENARIO, Served, have, sh, text};

/// A path for a socket that nobody else uses.
fn socket(name: &str) -> PathBuf {
    let name = format!("ipamlab-kea-{name}-{}.sock", std::process::id());
    std::env::temp_dir().join(name)
}

fn raw(path: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(path).expect("it listens");
    let patience = Some(Duration::from_secs(30));
    stream.set_read_timeout(patience).expect("a time-out");
    stream.write_all(bytes).expect("sent");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the server closes");
    answer
}

fn ask(path: &Path, command: &str, arguments: Value) -> Value {
    let command = json!({ "command": command, "arguments": arguments });
    let answer = raw(path, command.to_string().as_bytes());
    serde_json::from_str(&answer).expect("JSON")
}

/// The address and port of the only HTTP channel.
fn http(served: &Served) -> (String, String) {
    let line = served.commands("kea-shell ")[0];
    let words: Vec<&str> = line.split(' ').collect();
    (words[2].to_owned(), words[4].to_owned())
}

#[test]
fn kea_shell_manages_leases_reservations_and_the_configuration() {
    if !have("kea-shell", "kea-ctrl-agent") {
        return;
    }
    let served = Served::start(&[SCENARIO, "--kea-http", "0"]);
    let lines = served.commands("kea-shell ");
    assert_eq!(lines.len(), 1, "{:?}", served.lines);
    let shell = |command: &str, arguments: &str| {
        let (host, port) = http(&served);
        let service = if command.contains('6') {
            "dhcp6"
        } else {
            "dhcp4"
        };
        let output = sh(&format!(
            "printf '%s' '{arguments}' | \
             kea-shell --host {host} --port {port} --service {service} {command}"
        ));
        let told = text(&output);
        assert_eq!(output.status.code(), Some(0), "{command}: {told}");
        let answers: Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(answers.as_array().map(Vec::len), Some(1), "{told}");
        answers[0].clone()
    };
    let listed = sh(lines[0]);
    assert_eq!(
        listed.status.code(),
        Some(0),
        "the line that is printed works as it is"
    );
    assert!(
        text(&listed).contains("reservation-add"),
        "{}",
        text(&listed)
    );
    let lease = r#""ip-address": "10.0.1.44", "hw-address": "02:00:00:00:00:44""#;
    assert_eq!(shell("lease4-add", lease)["result"], 0);
    let found = shell("lease4-get", r#""ip-address": "10.0.1.44""#);
    assert_eq!(found["arguments"]["hw-address"], "02:00:00:00:00:44");
    assert_eq!(
        shell("lease4-del", r#""ip-address": "10.0.1.44""#)["result"],
        0
    );
    assert_eq!(shell("lease4-get-all", "")["result"], 3);
    let host = r#""reservation": { "subnet-id": 1, "ip-address": "10.0.1.45",
        "hw-address": "02:00:00:00:00:45", "hostname": "reserved" }"#;
    assert_eq!(shell("reservation-add", host)["result"], 0);
    let config = shell("config-get", "");
    let hosts = &config["arguments"]["Dhcp4"]["subnet4"][0]["reservations"];
    assert_eq!(hosts[0]["hostname"], "reserved");
    assert_eq!(
        shell("subnet6-list", "")["arguments"]["subnets"][0]["id"],
        1
    );
    assert_eq!(shell("no-such-command", "")["result"], 2);
    assert_eq!(served.interrupt(), Some(0));
}

/// A DHCP client behind a relay on this machine.
struct Client {
    socket: UdpSocket,
    hardware: Hardware,
}

impl Client {
    fn new(served: &Served, mac: &str) -> Client {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let line = served.commands("perfdhcp -4")[0];
        let port = line.split(' ').skip_while(|word| *word != "-N").nth(1);
        let port: u16 = port.and_then(|port| port.parse().ok()).expect("a port");
        socket.connect(("127.0.0.1", port)).expect("loopback");
        Client {
            socket,
            hardware: Hardware::ethernet(mac.parse().expect("an address")),
        }
    }

    fn message(&self, kind: MessageType) -> Message {
        let mut message = Message::request(7, self.hardware);
        message.giaddr = Ipv4Addr::LOCALHOST;
        message.with(DhcpOption::MessageType(kind))
    }

    /// The answer within `patience`.
    fn exchange(&self, message: &Message, patience: Duration) -> Option<Message> {
        self.socket.send(&message.encode()).expect("sent");
        self.socket
            .set_read_timeout(Some(patience))
            .expect("a time-out");
        let mut buffer = [0; 1500];
        let length = self.socket.recv(&mut buffer).ok()?;
        Some(Message::decode(&buffer[..length]).expect("a DHCP message"))
    }

    fn offer(&self, patience: Duration) -> Option<Message> {
        self.exchange(&self.message(MessageType::Discover), patience)
    }

    /// Leases an address.
    fn lease(&self) -> Ipv4Addr {
        let offer = self.offer(PATIENCE).expect("an offer");
        let server = offer.server_id().expect("a server identifier");
        let request = self
            .message(MessageType::Request)
            .with(DhcpOption::ServerId(server))
            .with(DhcpOption::HostName("Tool".to_owned()))
            .with(DhcpOption::RequestedAddress(offer.yiaddr));
        let ack = self.exchange(&request, PATIENCE).expect("an answer");
        assert_eq!(ack.kind(), Some(MessageType::Ack));
        ack.yiaddr
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn what_clients_do_is_seen_on_the_socket_and_what_is_set_there_clients_get() {
    let path = socket("clients");
    let place = path.display().to_string();
    let served = Served::start(&[SCENARIO, "--kea-socket", &place]);
    let mode = std::fs::metadata(&path)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "others may not command the server");
    let client = Client::new(&served, "02-00-00-00-00-01");
    let address = client.lease();
    let all = ask(&path, "lease4-get-all", json!({ "subnets": [1] }));
    let lease = &all["arguments"]["leases"][0];
    assert_eq!(lease["ip-address"], address.to_string());
    assert_eq!(lease["hw-address"], "02:00:00:00:00:01");
    assert_eq!(
        (&lease["hostname"], &lease["state"]),
        (&json!("tool"), &json!(0))
    );
    let sent = ask(&path, "statistic-get", json!({ "name": "pkt4-ack-sent" }));
    assert_eq!(sent["arguments"]["pkt4-ack-sent"][0][0], 1);

    let other = Client::new(&served, "02-00-00-00-00-02");
    let offered = other.offer(PATIENCE).expect("an offer").yiaddr;
    assert_ne!(offered.to_string(), "10.0.1.200");
    let host = json!({ "reservation": {
        "subnet-id": 1, "ip-address": "10.0.1.200", "hw-address": "02:00:00:00:00:02",
    } });
    assert_eq!(ask(&path, "reservation-add", host)["result"], 0);
    let offered = other.offer(PATIENCE).expect("an offer").yiaddr;
    assert_eq!(offered.to_string(), "10.0.1.200");

    let told = ask(&path, "dhcp-disable", json!({ "max-period": 3600 }));
    assert_eq!(told["text"], "DHCPv4 service disabled for 3600 seconds");
    assert!(
        other.offer(Duration::from_millis(400)).is_none(),
        "it keeps silent"
    );
    assert_eq!(ask(&path, "dhcp-enable", json!({}))["result"], 0);
    assert!(other.offer(PATIENCE).is_some());
    assert_eq!(served.interrupt(), Some(0));
    assert!(!path.exists(), "the socket is removed at the end");
}

#[test]
fn nonsense_on_a_socket_is_answered_and_harms_nobody() {
    let (path, six) = (socket("nonsense"), socket("six"));
    let places = [
        path.display().to_string(),
        format!("dhcp1/dhcp6={}", six.display()),
    ];
    let served = Served::start(&[SCENARIO, "--kea-socket", &places.join(",")]);
    let result = |text: &str| serde_json::from_str::<Value>(text).expect("JSON")["result"].clone();
    assert_eq!(
        raw(&path, b"nonsense"),
        r#"{"result":1,"text":"invalid first character n"}"#
    );
    for bytes in [
        &b"{}"[..],
        b"[]",
        b"\xff\xfe",
        b"{\"command\": \"x\x00\"}",
        b"{\"a\": bad}",
    ] {
        assert_eq!(result(&raw(&path, bytes)), 1, "{bytes:?}");
    }
    assert_eq!(result(&raw(&path, b"{\"command\": \"zz\"} trailing")), 2);
    // Half a command and a client that leaves, in either direction.
    let mut stream = UnixStream::connect(&path).expect("it listens");
    stream.write_all(b"{\"command\":").expect("sent");
    stream.shutdown(Shutdown::Write).expect("half closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert_eq!(result(&answer), 1);
    drop(UnixStream::connect(&path).expect("it listens"));
    let mut piece_by_piece = UnixStream::connect(&six).expect("it listens");
    for piece in [&b"{\"comma"[..], b"nd\": \"subnet6", b"-list\"}"] {
        piece_by_piece.write_all(piece).expect("sent");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut answer = String::new();
    piece_by_piece
        .read_to_string(&mut answer)
        .expect("answered");
    assert_eq!(result(&answer), 0, "{answer}");
    let big = format!("{{\"command\": \"{}\"}}", "x".repeat(2_000_000));
    assert_eq!(result(&raw(&path, big.as_bytes())), 2);
    assert_eq!(served.terminate(), Some(0));
    assert!(!path.exists() && !six.exists(), "SIGTERM removes them too");
}

/// The status line and the body of an answer to this request.
fn request(served: &Served, head: &str, body: &str) -> (String, String) {
    let (host, port) = http(served);
    let mut stream = TcpStream::connect(format!("{host}:{port}")).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let length = body.len();
    let head =
        format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all((head + body).as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.lines().next().unwrap_or_default();
    (status.to_owned(), body.to_owned())
}

#[test]
fn http_takes_json_that_is_posted_and_answers_with_a_list() {
    let served = Served::start(&[SCENARIO, "--kea-http", "127.0.0.1:0"]);
    let post = "POST / HTTP/1.1\r\nContent-Type: application/json";
    let both = r#"{ "command": "dhcp-enable", "service": ["dhcp4", "dhcp6", "d2"] }"#;
    let (status, body) = request(&served, post, both);
    assert_eq!(status, "HTTP/1.1 200 OK");
    let answers: Value = serde_json::from_str(&body).expect("JSON");
    let codes: Vec<&Value> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["result"])
        .collect();
    assert_eq!(codes, [0, 0, 1]);
    let refused = r#"{"result":400,"text":"Bad Request"}"#.to_owned();
    for (head, body) in [
        ("GET / HTTP/1.1", ""),
        ("PUT / HTTP/1.1\r\nContent-Type: application/json", both),
        ("POST / HTTP/1.1\r\nContent-Type: text/plain", both),
        (post, ""),
        (post, "nonsense"),
    ] {
        let answer = request(&served, head, body);
        assert_eq!(
            answer,
            ("HTTP/1.1 400 Bad Request".to_owned(), refused.clone()),
            "{head}"
        );
    }
    assert!(request(&served, "nonsense", "").0.contains("400"));
    assert_eq!(served.interrupt(), Some(0));
}

#[test]
fn a_channel_that_cannot_be_opened_is_named_and_leaves_nothing_behind() {
    let program = env!("CARGO_BIN_EXE_ipamlab");
    let taken = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let port = taken.local_addr().expect("it is bound").port();
    let (made, there) = (socket("made"), socket("there"));
    std::fs::write(&there, "mine").expect("written");
    let (made_text, there_text) = (made.display(), there.display());
    for (flags, words) in [
        (format!("--kea-socket {there_text}"), "is there already"),
        (
            format!("--kea-socket {made_text} --kea-socket {there_text}"),
            "is there already",
        ),
        (
            format!("--kea-socket {made_text} --kea-http {port}"),
            "choose another port",
        ),
        (
            "--kea-socket /no/such/folder/socket".to_owned(),
            "cannot be made",
        ),
        (
            format!("--kea-socket dc1={made_text}"),
            "`dc1` is no DHCP server",
        ),
        ("--kea-http nonsense".to_owned(), "write `8000`"),
        ("--kea-socket ''".to_owned(), "has no path"),
    ] {
        let output = sh(&format!("'{program}' serve '{SCENARIO}' {flags}"));
        let told = text(&output);
        assert_eq!(output.status.code(), Some(2), "{flags}: {told}");
        assert!(told.contains(words), "{flags}: {told}");
        assert!(!told.contains("# ready"), "{flags}: {told}");
        assert!(!made.exists(), "{flags} leaves its socket behind");
    }
    assert_eq!(std::fs::read_to_string(&there).expect("untouched"), "mine");
    std::fs::remove_file(&there).expect("it was ours");
}
