//! The HTML report in a browser: headless Chromium opens it from the disk with the network off.
//!
//! Needs `node`, Debian's `chromium`, and axe-core as `npm ci --prefix tests/report` installs it.
//! Where one is missing the test says so and passes; `IPAMLAB_REQUIRE_TOOLS=1`, as CI sets it,
//! makes that a failure.

#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Shipped scenarios that between them have every panel.
const SHIPPED: &[&str] = &[
    "allocation/skips-for-every-reason",
    "faults/loss-during-sync",
    "provisioning/gpo-against-manual",
    "space/ipv6-space",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A tool that is missing, in words; `None` when all are there.
fn missing() -> Option<String> {
    for program in ["node", "chromium"] {
        let found = Command::new(program).arg("--version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            return Some(format!("{program} is not installed"));
        }
    }
    let axe = root().join("tests/report/node_modules/axe-core/axe.min.js");
    (!axe.exists()).then(|| "axe-core is not installed: npm ci --prefix tests/report".to_owned())
}

/// A small scenario of two steps; what its DNS answer must be may be wrong.
fn small(title: &str, note: &str, answer: &str) -> String {
    let title = serde_json::Value::from(title);
    let note = serde_json::Value::from(note);
    format!(
        "scenario: {title}
estate:
  domains:
    corp.example:
      hosts:
        dc1: {{ address: 10.0.0.1, roles: [dc, dns] }}
        ipam1: {{ address: 10.0.0.9, roles: [ipam] }}
steps:
  - note: {note}
  - expect: {{ dns: {{ name: dc1.corp.example, answers: [{answer}] }} }}
"
    )
}

/// A folder of its own with scenarios, removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let name = format!("ipamlab-report-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Place(folder)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let file = self.0.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_ipamlab"))
            .current_dir(&self.0)
            .args(arguments)
            .env("XDG_CACHE_HOME", self.0.join("cache"))
            .output()
            .unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Every kind of ending: shipped scenarios that pass, a hostile title, a changed snapshot, and a
/// file that cannot be run. Returns the results as JSON lines.
fn every_kind(place: &Place) -> String {
    for name in SHIPPED {
        let snapshot = format!("snapshots/{}.snap", name.replace('/', "__"));
        for file in [format!("scenarios/{name}.yaml"), snapshot] {
            place.write(&file, fs::read(root().join(&file)).unwrap());
        }
    }
    let hostile = "</script><img src=x onerror=alert(1)>\"'<!-- --><svg onload=alert(2)>";
    place.write(
        "scenarios/hostile.yaml",
        small(hostile, hostile, "10.0.0.1"),
    );
    place.write(
        "scenarios/wrong.yaml",
        small("Wrong", "changed below", "10.0.0.1"),
    );
    let accepted = place.run(&["run", "--accept"]);
    assert_eq!(accepted.status.code(), Some(0), "{accepted:?}");
    // The host moves, and the scenario still expects it where the snapshot has it.
    let moved = small("Wrong", "changed below", "10.0.0.1")
        .replace("address: 10.0.0.1,", "address: 10.0.0.2,");
    place.write("scenarios/wrong.yaml", moved);
    place.write("scenarios/zbroken.yaml", "scenario: [\n");
    let run = place.run(&["run", "--format", "json", "--report", "report.html"]);
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn a_browser_shows_what_ran_to_everybody_and_asks_nobody() {
    if let Some(missing) = missing() {
        let required = std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_some();
        assert!(!required, "{missing}");
        eprintln!("skipped: {missing}");
        return;
    }
    let place = Place::new("browser");
    let results = every_kind(&place);
    place.write("results.jsonl", results);
    let many = Place::new("many");
    for number in 0..2000 {
        let title = format!("Number {number}");
        let name = format!("scenarios/n{number:04}.yaml");
        many.write(&name, small(&title, "one of many", "10.0.0.1"));
    }
    let run = many.run(&[
        "run",
        "--accept",
        "--format",
        "tap",
        "--report",
        "many.html",
    ]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let checked = Command::new("timeout")
        .args(["300", "node"])
        .arg(root().join("tests/report/check.mjs"))
        .arg(place.0.join("report.html"))
        .arg(place.0.join("results.jsonl"))
        .arg(many.0.join("many.html"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stdout);
    let wrong = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{told}{wrong}");
    eprintln!("{told}");
}
