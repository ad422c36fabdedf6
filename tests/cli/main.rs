//! The command line as scripts meet it: exit codes, what goes where, what is written.

#![cfg(unix)]

mod bad_input;
mod cmdlets;
mod compare;
mod ending;
mod everyday;
mod formats;
mod kea;
#[cfg(target_os = "linux")]
mod lab;
mod pcap;
mod report;
mod slips;
mod space;
mod transfer;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own for one test, with `scenarios/` in it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let folder =
            std::env::temp_dir().join(format!("ipamlab-cli-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("scenarios/first")).unwrap();
        Place(folder)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Place {
        fs::write(self.0.join("scenarios").join(name), text).unwrap();
        self
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// The program in this folder, with nothing of the environment that could change what it does.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ipamlab"));
        command.current_dir(&self.0);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("IPAMLAB_") {
                command.env_remove(name);
            }
        }
        command.env("XDG_CACHE_HOME", self.0.join("cache"));
        command
    }

    fn snapshot(&self, name: &str) -> PathBuf {
        self.0.join("snapshots").join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn good(title: &str, tag: &str) -> String {
    let head = format!("scenario: {title}\ntags: [{tag}]\n");
    let rest = "\
estate:
  domains:
    corp.example:
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
steps:
  - dns-query: { name: dc1.corp.example }
  - expect: { dns: { name: dc1.corp.example, answers: [10.0.0.1] } }
";
    head + rest
}

#[test]
fn a_new_snapshot_is_a_finding_until_it_is_accepted() {
    let place = Place::new("accept");
    place.write("first/one.yaml", good("One", "a"));
    let first = place.run(&["run"]);
    assert_eq!(code(&first), 1, "{}", err(&first));
    assert!(
        !place.snapshot("first__one.snap").exists(),
        "run alone writes nothing"
    );
    let accepted = place.run(&["run", "--accept"]);
    assert_eq!(code(&accepted), 0, "{}{}", out(&accepted), err(&accepted));
    let snapshot = fs::read_to_string(place.snapshot("first__one.snap")).unwrap();
    assert!(
        snapshot.contains("input_file: scenarios/first/one.yaml"),
        "{snapshot}"
    );
    assert!(
        snapshot.contains("dc1.corp.example A 10.0.0.1"),
        "{snapshot}"
    );
    assert_eq!(code(&place.run(&["run", "--check"])), 0);
    let stale = snapshot.replace("10.0.0.1", "10.0.0.2");
    fs::write(place.snapshot("first__one.snap"), stale).unwrap();
    let changed = place.run(&["run"]);
    assert_eq!(code(&changed), 1);
    assert!(
        out(&changed).contains("-  dc1.corp.example A 10.0.0.2"),
        "{}",
        out(&changed)
    );
}

#[test]
fn a_run_with_a_finding_is_never_accepted() {
    let place = Place::new("finding");
    place.write(
        "first/one.yaml",
        good("One", "a").replace("answers: [10.0.0.1]", "answers: []"),
    );
    let run = place.run(&["run", "--accept"]);
    assert_eq!(code(&run), 1);
    assert!(
        out(&run).contains("wanted none, found 10.0.0.1"),
        "{}",
        out(&run)
    );
    assert!(!place.snapshot("first__one.snap").exists());
}

#[test]
fn bad_input_ends_with_2_and_names_file_line_and_column() {
    let place = Place::new("bad");
    place.write(
        "first/one.yaml",
        good("One", "a").replace("steps:", "stpes:"),
    );
    place.write("first/two.yaml", b"scenario: \xff\n");
    place.write("first/three.yaml", good("Three", "a"));
    let check = place.run(&["check"]);
    assert_eq!(code(&check), 2);
    assert!(
        err(&check).contains("scenarios/first/one.yaml:9:1"),
        "{}",
        err(&check)
    );
    assert!(
        err(&check).contains("did you mean `steps`?"),
        "{}",
        err(&check)
    );
    assert!(err(&check).contains("is not UTF-8"), "{}", err(&check));
    assert!(out(&check).is_empty(), "what is wrong is for people");
    assert_eq!(
        code(&place.run(&["check", "scenarios/first/three.yaml"])),
        0
    );
    let run = place.run(&["run", "--accept"]);
    assert_eq!(code(&run), 2);
    assert!(
        place.snapshot("first__three.snap").exists(),
        "the good one ran"
    );
    for arguments in [
        &["check", "scenarios/absent.yaml"][..],
        &["run", "no-such-word"],
        &["run", "--partition", "hash:5/4"],
        &["run", "--accept", "--check"],
        &["frobnicate"],
        &[
            "explain",
            "scenarios/first/three.yaml",
            "--server",
            "absent",
        ],
    ] {
        assert_eq!(code(&place.run(arguments)), 2, "{arguments:?}");
    }
}

#[test]
fn choosing_nothing_ends_with_3() {
    let place = Place::new("nothing");
    assert_eq!(code(&place.run(&["run"])), 3);
    place.write("first/one.yaml", good("One", "a"));
    assert_eq!(code(&place.run(&["run", "--tag", "b"])), 3);
    assert_eq!(code(&place.run(&["list", "--tag", "b"])), 3);
    assert_eq!(code(&place.run(&["check", "--tag", "b"])), 3);
}

#[test]
fn output_is_in_file_order_and_equal_whatever_the_jobs() {
    let place = Place::new("jobs");
    for number in 0..12 {
        let name = format!("first/s{number:02}.yaml");
        place.write(&name, good(&format!("Number {number}"), "a"));
    }
    let one = place.run(&["run", "-j", "1", "--format", "json"]);
    let many = place.run(&["run", "-j", "8", "--format", "json"]);
    assert_eq!(out(&one), out(&many));
    let files: Vec<String> = out(&one)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["file"].to_string())
        .collect();
    assert_eq!(files.len(), 12);
    assert!(files.is_sorted(), "{files:?}");
    let fast = place.run(&["run", "-j", "1", "--fail-fast"]);
    assert_eq!(code(&fast), 1);
    assert!(out(&fast).contains("11 not run"), "{}", out(&fast));
    let mut parts = Vec::new();
    for part in 1..=3 {
        let partition = format!("hash:{part}/3");
        let run = place.run(&["run", "--format", "json", "--partition", &partition]);
        parts.extend(out(&run).lines().map(str::to_owned));
    }
    parts.sort();
    assert_eq!(parts.len(), 12, "the parts are the whole");
}

#[test]
fn the_seed_of_the_command_line_is_in_the_record() {
    let place = Place::new("seed");
    place.write("first/one.yaml", good("One", "a"));
    let run = place.run(&["run", "--seed", "42", "--format", "json"]);
    assert!(out(&run).contains("\"seed\":42"), "{}", out(&run));
}

#[test]
fn explain_names_what_is_missing_and_the_command_that_sets_it() {
    let place = Place::new("explain");
    place.write("first/one.yaml", good("One", "a"));
    let explained = place.run(&["explain", "scenarios/first/one.yaml", "--server", "dc1"]);
    assert_eq!(code(&explained), 0, "{}", err(&explained));
    let text = out(&explained);
    assert!(
        text.contains("Event log: Blocked at the firewall"),
        "{text}"
    );
    let missing = "missing firewall rule `Remote Event Log Management (RPC)` (event-log-rpc)";
    assert!(text.contains(missing), "{text}");
    assert!(text.contains("netsh advfirewall"), "{text}");
}

#[test]
fn the_schema_is_json_and_knows_every_step() {
    let schema = Place::new("schema").run(&["schema"]);
    assert_eq!(code(&schema), 0);
    let value: serde_json::Value = serde_json::from_str(&out(&schema)).unwrap();
    let text = value.to_string();
    for step in ipamlab::step::STEPS {
        assert!(
            text.contains(&format!("\"{}\"", step.name)),
            "{}",
            step.name
        );
    }
}

#[test]
fn list_tells_titles_and_tags() {
    let place = Place::new("list");
    place
        .write("first/one.yaml", good("One", "a"))
        .write("first/two.yaml", good("Two", "b"));
    let listed = place.run(&["list"]);
    assert_eq!(
        out(&listed),
        "scenarios/first/one.yaml  One  [a]\nscenarios/first/two.yaml  Two  [b]\n"
    );
    let only = place.run(&["list", "two"]);
    assert!(!out(&only).contains("One") && out(&only).contains("Two"));
    assert!(Path::new(env!("CARGO_BIN_EXE_ipamlab")).exists());
}
