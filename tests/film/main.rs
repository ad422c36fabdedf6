//! What players and reports show of a run, and that looking on changes nothing.

use std::path::{Path, PathBuf};

use ipamlab::lab;
use ipamlab::lab::observation::RunRecord;
use ipamlab::lab::scene::{AreaKind, Film};
use ipamlab::report::transcript;
use ipamlab::scenario::load;
use ipamlab::step::{Play, play};

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn run(path: &Path, film: Option<&mut Film>) -> RunRecord {
    let loaded = load(path);
    let scenario = loaded.scenario.expect("shipped scenarios are valid");
    let script = Play {
        steps: &scenario.steps,
        administrator: scenario.administrator.as_ref().map(ToString::to_string),
        stop: &|| false,
        watch: &mut |_| {},
        film,
    };
    lab::run(scenario.lab, async |lab| play(lab, script).await).expect("a valid estate")
}

fn filmed(name: &str) -> (RunRecord, Film) {
    let mut film = Film::default();
    let record = run(&scenarios().join(name), Some(&mut film));
    (record, film)
}

/// One scenario of each group, which together use every view there is.
const LOOKED_AT: &[&str] = &[
    "access/dhcp-rpc-firewall.yaml",
    "allocation/skips-for-every-reason.yaml",
    "dhcp/lease-life.yaml",
    "monitoring/address-expiry.yaml",
    "records/life-cycle.yaml",
    "space/blocks-by-registry.yaml",
];

#[test]
fn looking_on_changes_nothing() {
    for name in LOOKED_AT {
        let plain = run(&scenarios().join(name), None);
        let (record, film) = filmed(name);
        assert_eq!(
            transcript::render(&record),
            transcript::render(&plain),
            "{name}"
        );
        assert_eq!(film.scenes.len(), record.steps.len(), "{name}");
        let sent: u64 = record.packets.sent.iter().map(|(_, count)| count).sum();
        assert_eq!(film.trace.packets.len() as u64, sent, "{name}");
    }
}

#[test]
fn every_message_of_the_traffic_is_told_in_words() {
    for name in LOOKED_AT {
        let (_, film) = filmed(name);
        for packet in &film.trace.packets {
            let words = packet.words();
            assert!(!words.ends_with(" bytes"), "{name}: {words}: {packet:?}");
        }
    }
    let (_, film) = filmed("dhcp/lease-life.yaml");
    let told: Vec<String> = film
        .trace
        .packets
        .iter()
        .take(4)
        .map(|p| p.words())
        .collect();
    assert_eq!(
        told,
        [
            "DHCPDISCOVER 02-00-00-00-00-01",
            "DHCPOFFER 10.0.1.10 02-00-00-00-00-01",
            "DHCPREQUEST wants 10.0.1.10 02-00-00-00-00-01",
            "DHCPACK 10.0.1.10 02-00-00-00-00-01",
        ]
    );
}

#[test]
fn a_scene_shows_what_changed_in_its_step() {
    let (record, film) = filmed("records/life-cycle.yaml");
    assert!(film.before.engines[0].addresses.is_empty());
    let mut searches = 0;
    for (step, scene) in record.steps.iter().zip(&film.scenes) {
        let words = step.words.join(" ");
        assert_eq!(scene.search.is_some(), words.contains("find-"), "{words}");
        if let Some(search) = &scene.search {
            searches += 1;
            assert!(search.candidates.iter().any(|one| one.available));
            assert_eq!(search.candidates[0].evidence.len(), 7);
        }
    }
    assert!(searches > 0);
    let last = film.scenes.last().expect("it has steps");
    let engine = &last.engines[0];
    assert!(engine.areas.iter().any(|area| area.kind == AreaKind::Range));
    let dhcp1 = &engine.inventory[1];
    assert_eq!(dhcp1.name, "dhcp1.corp.example");
    assert_eq!(
        (dhcp1.access.as_str(), dhcp1.checks.len()),
        ("Unblocked", 4)
    );
    let [address] = engine.addresses.as_slice() else {
        panic!("one address was recorded, not {:?}", engine.addresses);
    };
    assert_eq!((address.device.as_str(), address.sync.len()), ("web1", 3));
    assert!(
        address
            .sync
            .iter()
            .all(|(_, state)| state == "Create Success")
    );
}
