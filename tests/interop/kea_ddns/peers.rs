//! The processes of the comparison, each in a folder of its own, and what a BIND holds.

use std::collections::BTreeSet;
use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::served::{sh, text};

pub const FORWARD: &str = "corp.example";
pub const REVERSE: &str = "1.0.10.in-addr.arpa";

/// A loopback port that is free.
pub fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a free port");
    socket.local_addr().expect("it is bound").port()
}

/// A process of our own in a folder of its own, both gone with the value.
pub struct Peer {
    children: Vec<Child>,
    folder: PathBuf,
}

impl Peer {
    pub fn new(title: &str) -> Peer {
        let name = format!("ipamlab-{title}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a temporary folder");
        Peer {
            children: Vec::new(),
            folder,
        }
    }

    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, content).expect("the folder is writable");
        path
    }

    pub fn start(&mut self, command: &mut Command) {
        let log = self.folder.join(format!("log{}", self.children.len()));
        let log = fs::File::create(log).expect("the folder is writable");
        let out = log.try_clone().expect("a file");
        let child = command
            .env("KEA_LOCKFILE_DIR", &self.folder)
            .env("KEA_PIDFILE_DIR", &self.folder)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(log)
            .spawn();
        self.children.push(child.expect("it is installed"));
    }

    pub fn logs(&self) -> String {
        let logs = (0..self.children.len()).map(|n| self.folder.join(format!("log{n}")));
        logs.map(|log| fs::read_to_string(log).unwrap_or_default())
            .collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A BIND that takes any update, and a static name.
pub struct Bind {
    peer: Peer,
    pub at: SocketAddr,
}

impl Bind {
    pub fn start(title: &str) -> Bind {
        let (mut peer, port) = (Peer::new(title), free_port());
        let folder = peer.folder.display().to_string();
        let mut options = format!(
            "options {{ directory \"{folder}\"; pid-file none; session-keyfile none;\n\
             recursion no;\n\
             listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
             managed-keys-directory \"{folder}\"; }};\ncontrols {{}};\n"
        );
        for zone in [FORWARD, REVERSE] {
            let soa = "$TTL 900\n@ SOA ns.corp.example. admin.corp.example. 1 900 600 86400 900\n\
                       @ NS ns.corp.example.\n";
            let more = if zone == FORWARD {
                "ns A 127.0.0.1\nstatic A 10.0.1.222\n"
            } else {
                ""
            };
            peer.file(zone, &format!("{soa}{more}"));
            options.push_str(&format!(
                "zone \"{zone}\" {{ type primary; file \"{zone}\"; check-names ignore;\n\
                 allow-update {{ any; }};\n\
                 allow-transfer {{ any; }}; }};\n"
            ));
        }
        let file = peer.file("named.conf", &options);
        peer.start(
            Command::new("named")
                .args(["-g", "-n", "1", "-c"])
                .arg(file),
        );
        let at = SocketAddr::from(([127, 0, 0, 1], port));
        let bind = Bind { peer, at };
        for _ in 0..100 {
            if !bind.zone(FORWARD).is_empty() {
                return bind;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("named does not answer: {}", bind.peer.logs());
    }

    /// The records of a zone that leases make, as `name type data`.
    pub fn zone(&self, zone: &str) -> BTreeSet<String> {
        let line = format!(
            "dig @127.0.0.1 -p {} {zone} AXFR +noall +answer +tries=1 +time=2",
            self.at.port()
        );
        let output = text(&sh(&line));
        let records = output.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, _ttl, _class, kind) =
                (words.next()?, words.next()?, words.next()?, words.next()?);
            let words: Vec<&str> = words.collect();
            // A DHCID is printed in pieces of base 64; of names case does not count, and Kea
            // makes it small.
            let data = match kind {
                "A" | "PTR" => words.join("").to_ascii_lowercase(),
                "DHCID" => words.join(""),
                _ => return None,
            };
            Some(format!("{} {kind} {data}", name.to_ascii_lowercase()))
        });
        records.collect()
    }

    /// Both zones, but for what Kea alone keeps: a DHCID beside each PTR record.
    pub fn records(&self) -> BTreeSet<String> {
        let reverse = self.zone(REVERSE).into_iter();
        let reverse = reverse.filter(|record| !record.contains(" DHCID "));
        self.zone(FORWARD).into_iter().chain(reverse).collect()
    }
}
