//! Whoever runs `ipamlab lab`: the caller, and where that is root an ordinary user too.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_ipamlab");

/// The shipped scenario for this.
pub const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/lab/walk-in.yaml");

/// Seconds anything may take before it counts as hanging.
const PATIENCE: u64 = 60;

/// Debian's `nobody`.
const NOBODY: &str = "65534";

/// One way to call the program.
#[derive(Clone)]
pub struct Walker {
    pub name: &'static str,
    words: Vec<String>,
}

impl Walker {
    /// Everybody who can walk in here; fails where somebody must and cannot.
    pub fn all() -> Vec<Walker> {
        let is_root = sh("id -u").stdout == b"0\n";
        let caller = Walker {
            name: if is_root { "root" } else { "an ordinary user" },
            words: words(&[PROGRAM]),
        };
        let mut walkers = vec![caller];
        if is_root && have("setpriv", "util-linux") {
            let user = format!("--reuid={NOBODY}");
            let group = format!("--regid={NOBODY}");
            let program = readable_program();
            walkers.push(Walker {
                name: "nobody",
                words: words(&["setpriv", &user, &group, "--clear-groups", &program]),
            });
        }
        walkers.retain(Walker::is_let_in);
        walkers
    }

    /// Whether the machine allows this one namespaces at all.
    fn is_let_in(&self) -> bool {
        if !have("ip", "iproute2") {
            return false;
        }
        let output = self.lab(&[], "true");
        let told = text(&output);
        if output.status.code() == Some(125) && told.contains("refuses") {
            skip(&format!("skipped for {}: {told}", self.name));
            return false;
        }
        assert_eq!(output.status.code(), Some(0), "{}: {told}", self.name);
        true
    }

    /// The command line of a lab around a line of shell.
    pub fn command(&self, flags: &[&str], line: &str) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]);
        command.args(["lab", SCENARIO, "--quiet"]).args(flags);
        command.args(["--", "sh", "-c", line]);
        // Nobody may read the folder that a test runs in, and tools want to be somewhere.
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    pub fn lab(&self, flags: &[&str], line: &str) -> Output {
        let line = format!("timeout {PATIENCE} sh -c '{}'", line.replace('\'', "'\\''"));
        let output = self.command(flags, &line).output();
        output.expect("the program is built")
    }

    /// What the line printed, having ended well.
    pub fn told(&self, line: &str) -> String {
        let output = self.lab(&[], line);
        let told = text(&output);
        let name = self.name;
        assert_eq!(output.status.code(), Some(0), "{name}: {line}\n{told}");
        told
    }

    pub fn start(&self, line: &str) -> Child {
        let mut command = self.command(&[], line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program is built")
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The program where an ordinary user can run it: in place, or a copy.
fn readable_program() -> String {
    static COPY: OnceLock<String> = OnceLock::new();
    let place = COPY.get_or_init(|| {
        let test = format!("setpriv --reuid={NOBODY} --clear-groups test -x '{PROGRAM}'");
        let read = format!("setpriv --reuid={NOBODY} --clear-groups test -r '{SCENARIO}'");
        assert!(
            sh(&read).status.success(),
            "an ordinary user cannot read the checkout: {SCENARIO}"
        );
        if sh(&test).status.success() {
            return PROGRAM.to_owned();
        }
        let folder = std::env::temp_dir().join("ipamlab-walk-in");
        fs::create_dir_all(&folder).expect("a folder");
        let copy: PathBuf = folder.join("ipamlab");
        fs::copy(PROGRAM, &copy).expect("a copy");
        copy.display().to_string()
    });
    place.clone()
}

/// Runs a line outside, for a minute at most.
pub fn sh(line: &str) -> Output {
    let mut command = Command::new("timeout");
    let patience = PATIENCE.to_string();
    command
        .args([&patience, "sh", "-c", line])
        .stdin(Stdio::null());
    command.output().expect("coreutils are there")
}

pub fn text(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    String::from_utf8_lossy(&output.stdout).into_owned() + &err
}

fn skip(why: &str) {
    let required = std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_some();
    assert!(!required, "{why}");
    eprintln!("{why}");
}

/// Whether a tool is here. Says so when it is not, and fails where it must be.
pub fn have(tool: &str, package: &str) -> bool {
    let path = "PATH=$PATH:/usr/sbin:/sbin";
    let found = sh(&format!("{path} command -v {tool}")).status.success();
    if !found {
        skip(&format!(
            "skipped: {tool} is not installed (apt-get install {package})"
        ));
    }
    found
}

/// Waits until something holds, for as long as anything may take.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    #[allow(clippy::disallowed_methods)] // Processes end in real time.
    let begun = Instant::now();
    while !holds() {
        assert!(
            begun.elapsed() < Duration::from_secs(PATIENCE),
            "never: {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn contains(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "`{part}` is not in:\n{told}");
    }
}
