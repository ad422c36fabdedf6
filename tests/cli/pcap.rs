//! Captures, read by tshark.
//!
//! Where it is not installed the tests say so and pass; `IPAMLAB_REQUIRE_TOOLS=1`, as CI sets it,
//! makes that a failure.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Place, code, err, good, out};

/// Shipped scenarios that between them have every protocol and fault.
const SHIPPED: &[&str] = &[
    "provisioning/gpo-flow",
    "dhcp/lease-life",
    "dhcp/conflict-detection",
    "records/ipv6-reservation",
    "records/signed-dynamic-update",
    "dns/answers",
    "faults/loss-during-sync",
    "faults/slow-doubled-and-out-of-order",
    "allocation/skips-for-every-reason",
];

/// The Windows interfaces speak frames of our own on the ports of these protocols.
const OURS: &[&str] = &["kerberos", "ldap", "nbss"];

/// The lines tshark prints; `None` when it is not installed, which CI forbids.
fn tshark(file: &Path, arguments: &[&str]) -> Option<Vec<String>> {
    let mut command = Command::new("tshark");
    for protocol in OURS {
        command.args(["--disable-protocol", protocol]);
    }
    let Ok(read) = command.arg("-r").arg(file).args(arguments).output() else {
        let required = std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_some();
        assert!(!required, "tshark is not installed");
        eprintln!("skipped: tshark is not installed");
        return None;
    };
    assert!(read.status.success(), "{}", err(&read));
    Some(out(&read).lines().map(str::to_owned).collect())
}

#[test]
fn every_packet_of_the_trace_is_in_the_capture_and_none_is_malformed() {
    let place = Place::new("pcap");
    let folder = place.0.join("captures");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in SHIPPED {
        let run = Command::new(env!("CARGO_BIN_EXE_ipamlab"))
            .current_dir(root)
            .arg("run")
            .arg(format!("scenarios/{name}.yaml"))
            .args(["--format", "json", "--pcap"])
            .arg(&folder)
            .output()
            .unwrap();
        assert_eq!(code(&run), 0, "{name}: {}", err(&run));
        let line: serde_json::Value = serde_json::from_str(&out(&run)).unwrap();
        let count = |what: &str| -> u64 {
            let counts = line["run"]["packets"][what].as_array().unwrap();
            counts.iter().map(|pair| pair[1].as_u64().unwrap()).sum()
        };
        let file = folder.join(format!("{}.pcapng", name.replace('/', "__")));
        let Some(all) = tshark(&file, &["-T", "fields", "-e", "frame.comment"]) else {
            return;
        };
        assert_eq!(all.len() as u64, count("sent"), "{name}: packets");
        let dropped = all.iter().filter(|line| line.contains("DROPPED: ")).count();
        assert_eq!(dropped as u64, count("dropped"), "{name}: dropped packets");
        assert!(all.last().unwrap().contains("verdict: passed"), "{name}");
        let wrong = "_ws.malformed || _ws.unreassembled || _ws.expert.severity == error || \
                     tcp.analysis.ack_lost_segment || tcp.analysis.lost_segment";
        let wrong = tshark(&file, &["-o", "tcp.check_checksum:TRUE", "-Y", wrong]).unwrap();
        assert_eq!(wrong, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn names_replies_and_retransmissions_are_understood() {
    let place = Place::new("pcap-understood");
    let steps = "steps:
  - Invoke-IpamServerProvisioning: { ProvisioningMethod: Manual }
  - dns-query: { name: dc1.corp.example }
  - ping: { to: dc1 }
faults:
  - { name: cut, loss: {}, link: [ipam1, dc1], first: 1 }
";
    let text = good("One", "a");
    let text = text.split("steps:").next().unwrap().to_owned() + steps;
    place.write("first/one.yaml", text);
    let run = place.run(&["run", "--accept", "--pcap", "deep/captures"]);
    assert_eq!(code(&run), 0, "{}{}", out(&run), err(&run));
    let file = place.0.join("deep/captures/first__one.pcapng");
    let names: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left beside it");
    let Some(answered) = tshark(&file, &["-Y", "icmp.resp_to || dns.response_to"]) else {
        return;
    };
    assert_eq!(answered.len(), 2, "{answered:?}");
    let again = tshark(&file, &["-Y", "tcp.analysis.retransmission"]).unwrap();
    assert_eq!(again.len(), 1, "the lost SYN is sent again: {again:?}");
    let named = tshark(&file, &["-N", "n", "-Y", "icmp.type == 0"]).unwrap();
    assert!(
        named[0].contains("dc1.corp.example → ipam1.corp.example"),
        "{named:?}"
    );
    let fields = [
        "-T",
        "fields",
        "-e",
        "frame.interface_name",
        "-Y",
        "icmp.type == 8",
    ];
    assert_eq!(tshark(&file, &fields).unwrap(), ["ipam1.corp.example"]);
}

#[test]
fn a_capture_that_cannot_be_written_is_told() {
    let place = Place::new("pcap-unwritable");
    place.write("first/one.yaml", good("One", "a"));
    fs::write(place.0.join("file"), "kept").unwrap();
    let run = place.run(&["run", "--pcap", "file/captures"]);
    assert_eq!(code(&run), 2);
    let why = "error: the folder `file/captures` cannot be made: Not a directory";
    assert!(err(&run).contains(why), "{}", err(&run));
    // A folder stands where the capture should.
    fs::create_dir_all(place.0.join("captures/first__one.pcapng")).unwrap();
    let run = place.run(&["run", "--accept", "--pcap", "captures"]);
    assert_eq!(code(&run), 1);
    let why = "cannot write the capture `captures/first__one.pcapng`: ";
    assert!(err(&run).contains(why), "{}", err(&run));
    let left: Vec<_> = fs::read_dir(place.0.join("captures")).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing half-written is left");
}
