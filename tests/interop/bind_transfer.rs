//! The messages of `wire::dns` and the server against BIND 9: it copies our zone as a secondary,
//! and takes our signed updates as a primary.
//!
//! Skipped with a word why where `named` is not installed; see `tests/interop_dns.rs`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::dns_support::*;
use ipamlab::base::{Moment, SimTime};
use ipamlab::server::dns::{Clock, DnsServerConfig, TransferPolicy, serve_on};
use ipamlab::wire::dns::{
    Rcode, Reply, TransferReader, TsigError, TsigKey, UpdateMessage, query, transfer_query,
};

#[allow(clippy::disallowed_methods, reason = "BIND 9 knows the real time only")]
fn wall() -> Moment {
    Moment::of(jiff::Timestamp::now(), SimTime::ZERO)
}

/// A `named` of our own. Dropping it ends exactly that process and removes its folder.
struct Named {
    child: Child,
    folder: PathBuf,
    at: SocketAddr,
}

impl Drop for Named {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Named {
    /// Starts BIND 9 with one zone; `None` with a printed reason when it is not installed.
    fn start(title: &str, zone: &str, files: &[(&str, &str)]) -> Option<Named> {
        if Command::new("named").arg("-v").output().is_err() {
            let text = "skipped: named is not installed (apt-get install bind9)";
            assert!(
                std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_none(),
                "{text}"
            );
            eprintln!("{text}");
            return None;
        }
        let folder = std::env::temp_dir().join(format!("ipamlab-{title}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        let free = UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let (path, port, key) = (folder.display(), free.port(), key());
        let config = format!(
            "key \"{}\" {{ algorithm {}; secret \"{}\"; }};\n\
             options {{ directory \"{path}\"; listen-on port {port} {{ 127.0.0.1; }};\n\
             listen-on-v6 {{ none; }}; pid-file \"{path}/pid\"; recursion no; notify no;\n\
             session-keyfile \"{path}/session.key\"; dnssec-validation no;\n\
             empty-zones-enable no; }};\ncontrols {{ }};\n{zone}\n",
            key.name(),
            key.algorithm().name(),
            key.secret_base64(),
        );
        fs::write(folder.join("named.conf"), config).unwrap();
        let child = Command::new("named")
            .args(["-f", "-c"])
            .arg(folder.join("named.conf"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Named {
            child,
            folder,
            at: free,
        })
    }

    /// One exchange over UDP.
    fn send(&self, message: &[u8]) -> Option<Vec<u8>> {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(2)))
            .unwrap();
        socket.send_to(message, self.at).ok()?;
        let mut buffer = vec![0; 4096];
        let length = socket.recv(&mut buffer).ok()?;
        buffer.truncate(length);
        Some(buffer)
    }

    /// Asks until the answer has this code, for at most fifteen seconds.
    fn wait_for(&self, owner: &str, of: &str, rcode: Rcode) -> Reply {
        for _ in 0..150 {
            let answer = self.send(&query(1, &name(owner), kind(of)));
            let reply = answer.and_then(|bytes| Reply::parse(&bytes).ok());
            if let Some(reply) = reply.filter(|reply| reply.rcode == rcode) {
                return reply;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("BIND 9 did not answer {rcode} for {owner}");
    }
}

#[test]
fn bind9_copies_our_zone_as_a_secondary_with_a_signed_transfer() {
    let mut zone = corp().transfers(TransferPolicy::Only(Vec::new()));
    for host in 0..3000_u32 {
        let owner = name(&format!("h{host}.corp.example"));
        let address = format!("10.6.{}.{}", host >> 8, host & 255);
        zone = zone.record(owner, 60, data("A", &address));
    }
    let server = server_of(DnsServerConfig::default().zone(zone).key(key()));
    let (ready, listening) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let at = udp.local_addr().unwrap();
            let tcp = tokio::net::TcpListener::bind(at).await.unwrap();
            ready.send(at).unwrap();
            let clock: Clock = Arc::new(wall);
            tokio::select! {
                biased;
                _ = stopped => {}
                result = serve_on(udp, tcp, Arc::new(Mutex::new(server)), clock) => result.unwrap(),
            }
        });
    });
    let ours = listening.recv().unwrap();
    let zone = format!(
        "zone \"corp.example\" {{ type secondary; file \"copy\"; \
         primaries {{ 127.0.0.1 port {} key \"{}\"; }}; }};",
        ours.port(),
        key().name()
    );
    if let Some(named) = Named::start("secondary", &zone, &[]) {
        let last = named.wait_for("h2999.corp.example", "A", Rcode::NOERROR);
        assert_eq!(lines(&last.answers), ["h2999.corp.example A 10.6.11.183"]);
        let wild = named.wait_for("any.wild.corp.example", "A", Rcode::NOERROR);
        assert_eq!(lines(&wild.answers), ["any.wild.corp.example A 10.0.0.99"]);
        named.wait_for("gone.corp.example", "A", Rcode::NXDOMAIN);
    }
    let _ = stop.send(());
    serving.join().unwrap();
}

const ZONE: &str = "$TTL 60\n\
    @ IN SOA ns1.corp.example. h.corp.example. 1 900 600 86400 60\n\
    @ IN NS ns1.corp.example.\n";

#[test]
fn bind9_takes_our_signed_updates_and_we_take_its_signed_transfer() {
    let zone = format!(
        "zone \"z.example\" {{ type primary; file \"z\"; allow-update {{ key \"{0}\"; }}; \
         allow-transfer {{ key \"{0}\"; }}; }};",
        key().name()
    );
    let Some(named) = Named::start("primary", &zone, &[("z", ZONE)]) else {
        return;
    };
    named.wait_for("z.example", "SOA", Rcode::NOERROR);
    let now = wall().unix_seconds();
    let host = name("host.z.example");
    let update = |key: &TsigKey, message: &UpdateMessage| {
        let (signed, mut verifier) = key.sign_request(message.encode(), now);
        let answer = named.send(&signed).unwrap();
        (
            Reply::parse(&answer).unwrap().rcode,
            verifier.verify(&answer, now),
        )
    };
    let add = UpdateMessage::new(5, name("z.example"))
        .forbid_name(&host)
        .add(&host, 60, &data("A", "10.0.0.5"))
        .add(&host, 60, &data("TXT", "\"one\" \"two\""));
    assert_eq!(update(&key(), &add), (Rcode::NOERROR, Ok(())));
    assert_eq!(update(&key(), &add), (Rcode::YXDOMAIN, Ok(())));
    let wrong = TsigKey::new(key().name().clone(), key().algorithm(), b"wrong").unwrap();
    assert_eq!(
        update(&wrong, &add),
        (Rcode::NOTAUTH, Err(TsigError::BadSig))
    );
    let swap = UpdateMessage::new(6, name("z.example"))
        .require_exactly(&host, &[data("A", "10.0.0.5")])
        .delete(&host, &data("A", "10.0.0.5"))
        .delete_rrset(&host, kind("TXT"))
        .add(&host, 60, &data("A", "10.0.0.6"));
    assert_eq!(update(&key(), &swap), (Rcode::NOERROR, Ok(())));
    assert_eq!(update(&key(), &swap), (Rcode::NXRRSET, Ok(())));
    let many = (0..200).fold(UpdateMessage::new(7, name("z.example")), |message, host| {
        let owner = name(&format!("h{host}.z.example"));
        message.add(&owner, 60, &data("A", &format!("10.0.1.{host}")))
    });
    let small_enough = many.encode().len() < 65_000;
    assert!(small_enough && update(&key(), &many) == (Rcode::NOERROR, Ok(())));

    let (signed, mut verifier) = key().sign_request(transfer_query(8, &name("z.example")), now);
    let mut stream = TcpStream::connect(named.at).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    stream
        .write_all(&(signed.len() as u16).to_be_bytes())
        .unwrap();
    stream.write_all(&signed).unwrap();
    let mut reader = TransferReader::default();
    loop {
        let mut length = [0; 2];
        stream.read_exact(&mut length).unwrap();
        let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut message).unwrap();
        assert_eq!(verifier.verify(&message, now), Ok(()));
        if reader.push(&message).unwrap() {
            break;
        }
    }
    assert!(verifier.complete());
    let records = lines(&reader.into_records());
    assert_eq!(records.len(), 2 + 1 + 200);
    assert!(records.contains(&"host.z.example A 10.0.0.6".to_owned()));
}
