//! The engine's DNS sync by dynamic update against a real BIND 9 with a TSIG key.
//!
//! The estate and its controller are ours, on loopback sockets; the DNS server that the records
//! go to is `named`. Where it is not installed the test says so and passes; with
//! `IPAMLAB_REQUIRE_TOOLS=1`, as CI sets it, it fails instead.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::space_support::*;
use ipamlab::estate::{HostSpec, InboundRule, Ports, RuleAction, Transport};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::space::{AddressChange, AddressKey, NewAddress, SyncStatus};
use ipamlab::ipam::sync::SyncReport;
use ipamlab::ipam::{Caller, ErrorId, Ipam, IpamResult, RecordChannel, UpdateKey};
use ipamlab::lab::{self, Lab};
use ipamlab::net::RealOptions;
use ipamlab::wire::dns::{TsigAlgorithm, TsigKey};

const SECRET: &[u8] = b"thirty-two octets of test secret";
const NS9: &str = "ns9.corp.example";

/// A `named` of its own in a folder of its own, until it is dropped.
struct Bind {
    child: Child,
    folder: PathBuf,
    at: SocketAddr,
}

impl Drop for Bind {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn installed() -> bool {
    let mut version = Command::new("named");
    let found = version
        .arg("-v")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if found.is_err() {
        let text = "skipped: named is not installed (apt-get install bind9)";
        assert!(
            std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_none(),
            "{text}"
        );
        eprintln!("{text}");
        return false;
    }
    true
}

/// A loopback port that is free for UDP and TCP.
fn free_port() -> SocketAddr {
    for _ in 0..32 {
        let tcp = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let at = tcp.local_addr().expect("it is bound");
        if UdpSocket::bind(at).is_ok() {
            return at;
        }
    }
    panic!("no port is free for both UDP and TCP");
}

fn zone_file(folder: &Path, name: &str) {
    let text =
        format!("$TTL 3600\n@ SOA {NS9}. admin.corp.example. 1 900 600 86400 3600\n@ NS {NS9}.\n");
    std::fs::write(folder.join(name), text).expect("the folder is writable");
}

fn start_bind(name: &str) -> Bind {
    let folder = std::env::temp_dir().join(format!("ipamlab-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let key_name = "ipam-key".parse().expect("a name");
    let key = TsigKey::new(key_name, TsigAlgorithm::HmacSha256, SECRET).expect("a key");
    let (at, secret) = (free_port(), key.secret_base64());
    let mut config = format!(
        "options {{ directory \"{0}\"; pid-file none; session-keyfile none; recursion no;\n\
         listen-on port {1} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
         managed-keys-directory \"{0}\"; }};\ncontrols {{}};\n\
         key ipam-key {{ algorithm hmac-sha256; secret \"{secret}\"; }};\n",
        folder.display(),
        at.port()
    );
    for zone in ["lab.example", "1.0.10.in-addr.arpa"] {
        zone_file(&folder, zone);
        config.push_str(&format!(
            "zone \"{zone}\" {{ type primary; file \"{zone}\";\n\
             allow-update {{ key ipam-key; }}; }};\n"
        ));
    }
    let file = folder.join("named.conf");
    std::fs::write(&file, config).expect("the folder is writable");
    let log = std::fs::File::create(folder.join("log")).expect("the folder is writable");
    let child = Command::new("named")
        .args(["-g", "-n", "1", "-c"])
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("named is installed");
    let mut bind = Bind { child, folder, at };
    wait_until_it_answers(&mut bind);
    bind
}

fn wait_until_it_answers(bind: &mut Bind) {
    let query = ipamlab::wire::dns::query(
        7,
        &"lab.example".parse().expect("a name"),
        ipamlab::wire::dns::RecordType::SOA,
    );
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a free port");
    let patience = Some(Duration::from_millis(200));
    socket
        .set_read_timeout(patience)
        .expect("a time-out above zero");
    let mut buffer = [0; 512];
    for _ in 0..50 {
        socket
            .send_to(&query, bind.at)
            .expect("loopback takes datagrams");
        if socket.recv(&mut buffer).is_ok() {
            return;
        }
        let ended = bind.child.try_wait().expect("the child is ours");
        let log = std::fs::read_to_string(bind.folder.join("log")).unwrap_or_default();
        assert!(ended.is_none(), "named ended: {log}");
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("named does not answer");
}

/// Runs `work` in an estate on loopback whose `ns9` is `bind`.
fn with_bind(bind: &Bind, secret: &[u8], work: impl AsyncFnOnce(&Ipam, &Caller)) {
    let mut spec = spec();
    // BIND checks the time of a signature against the machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the peer lives in real time")]
    {
        spec.start = jiff::Timestamp::now();
    }
    let ns9 = HostSpec::new("ns9".parse().expect("a host name"), vec![ip("10.0.0.53")]);
    spec.estate.domains[0].hosts.push(ns9);
    spec.engine.records = RecordChannel::DynamicUpdate {
        key: Some(UpdateKey {
            name: fqdn("ipam-key"),
            secret: secret.to_vec(),
        }),
    };
    let at = bind.at;
    lab::serve(spec, RealOptions::default(), async |lab| {
        admit_bind(lab, at);
        let (ipam, admin) = (lab.ipam(), lab.caller(ADMIN).expect("the account exists"));
        ipam.invoke_ipam_server_provisioning(&admin, ServerProvisioning::default())
            .await
            .expect("a new server can be provisioned");
        work(&ipam, &admin).await;
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

fn admit_bind(lab: &Lab, at: SocketAddr) {
    let simulated: SocketAddr = "10.0.0.53:53".parse().expect("an address");
    let now = lab.now();
    for transport in [Transport::Udp, Transport::Tcp] {
        let rule = InboundRule {
            action: RuleAction::Allow,
            ..InboundRule::block(&format!("BIND {transport:?}"), transport, Ports::Any)
        };
        lab.estate_mut()
            .add_firewall_rule(&fqdn(NS9), rule, now)
            .expect("the rule is new");
        lab.network()
            .register_external(transport, simulated, at, "named")
            .expect("the host has the address");
    }
}

/// 10.0.1.20 as `web1.lab.example` on `ns9`.
async fn add_record(ipam: &Ipam, admin: &Caller) -> AddressKey {
    let mut new = NewAddress::new(ip("10.0.1.20"));
    new.details.device_name = "web1".to_owned();
    new.details.forward_lookup_zone = Some(fqdn("lab.example"));
    new.details.forward_lookup_primary_server = Some(fqdn(NS9));
    new.details.reverse_lookup_zone = Some(fqdn("1.0.10.in-addr.arpa"));
    new.details.reverse_lookup_primary_server = Some(fqdn(NS9));
    let added = ipam.add_ipam_address(admin, new).await;
    added.expect("the record is complete").key
}

/// What `named` itself answers, asked past the engine.
fn ask(bind: &Bind, name: &str, kind: ipamlab::wire::dns::RecordType) -> Vec<String> {
    let query = ipamlab::wire::dns::query(9, &name.parse().expect(name), kind);
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a free port");
    let patience = Some(Duration::from_secs(5));
    socket
        .set_read_timeout(patience)
        .expect("a time-out above zero");
    socket
        .send_to(&query, bind.at)
        .expect("loopback takes datagrams");
    let mut buffer = [0; 1500];
    let length = socket.recv(&mut buffer).expect("named answers");
    let reply = ipamlab::wire::dns::Reply::parse(&buffer[..length]).expect("a reply");
    reply
        .answers
        .iter()
        .map(|record| record.data.to_string())
        .collect()
}

const A: ipamlab::wire::dns::RecordType = ipamlab::wire::dns::RecordType::A;
const PTR: ipamlab::wire::dns::RecordType = ipamlab::wire::dns::RecordType::PTR;
const REVERSE: &str = "20.1.0.10.in-addr.arpa";

fn expect(report: IpamResult<SyncReport>, status: SyncStatus, detail: &str) {
    let report = report.expect("the record can be pushed");
    assert_eq!(report.state.status, status, "{report:?}");
    assert!(report.state.detail.contains(detail), "{report:?}");
}

#[test]
fn records_are_created_repeated_deleted_and_never_written_over_in_bind() {
    if !installed() {
        return;
    }
    let bind = start_bind("bind-sync");
    with_bind(&bind, SECRET, async |ipam, admin| {
        let key = add_record(ipam, admin).await;
        for detail in ["", "it was there already"] {
            let host = ipam.create_dns_host_record(admin, &key).await;
            expect(host, SyncStatus::CreateSuccess, "");
            let ptr = ipam.create_dns_ptr_record(admin, &key).await;
            expect(ptr, SyncStatus::CreateSuccess, detail);
        }
        assert_eq!(ask(&bind, "web1.lab.example", A), ["10.0.1.20"]);
        assert_eq!(ask(&bind, REVERSE, PTR), ["web1.lab.example."]);

        // Under another name the record is still the engine's own, and follows it.
        let rename = |name: &str| vec![AddressChange::DeviceName(name.to_owned())];
        ipam.set_ipam_address(admin, &key, rename("web2"))
            .await
            .unwrap();
        let ptr = ipam.create_dns_ptr_record(admin, &key).await;
        expect(ptr, SyncStatus::CreateSuccess, "replaced web1.lab.example");
        assert_eq!(ask(&bind, REVERSE, PTR), ["web2.lab.example."]);
        ipam.set_ipam_address(admin, &key, rename("web1"))
            .await
            .unwrap();

        for _ in 0..2 {
            let host = ipam.delete_dns_host_record(admin, &key).await;
            expect(host, SyncStatus::DeleteSuccess, "");
            let ptr = ipam.delete_dns_ptr_record(admin, &key).await;
            expect(ptr, SyncStatus::DeleteSuccess, "");
        }
        assert!(ask(&bind, "web1.lab.example", A).is_empty());
        assert!(ask(&bind, REVERSE, PTR).is_empty());
    });
}

#[test]
fn bind_refuses_a_wrong_key_and_a_zone_it_does_not_have() {
    if !installed() {
        return;
    }
    let bind = start_bind("bind-refusals");
    with_bind(
        &bind,
        b"another secret of the same name!",
        async |ipam, admin| {
            let key = add_record(ipam, admin).await;
            let host = ipam.create_dns_host_record(admin, &key).await;
            expect(host, SyncStatus::CreateFailure, "signature");
            assert!(ask(&bind, "web1.lab.example", A).is_empty());
        },
    );
    with_bind(&bind, SECRET, async |ipam, admin| {
        let key = add_record(ipam, admin).await;
        let zone = AddressChange::ForwardLookupZone(Some(fqdn("absent.example")));
        ipam.set_ipam_address(admin, &key, vec![zone])
            .await
            .unwrap();
        let report = ipam.create_dns_host_record(admin, &key).await.unwrap();
        assert_eq!(report.state.status, SyncStatus::CreateFailure);
        assert_eq!(
            report.fault,
            Some(ErrorId::IpamApiForwardLookUpDnsServerDoesNotBelongToZone)
        );
    });
}
