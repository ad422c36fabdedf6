//! `ipamlab serve` as a process of its own, known by the lines it printed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

pub const SCENARIO: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/interop/serve_estate.yaml"
);

/// How long anything here may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `ipamlab serve`, ended with the value.
pub struct Served {
    child: Child,
    /// What it printed before it was ready.
    pub lines: Vec<String>,
}

impl Served {
    pub fn start(arguments: &[&str]) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ipamlab"))
            .arg("serve")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program is built");
        let out = child.stdout.take().expect("it is piped");
        let (tell, hear) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        let mut served = Served {
            child,
            lines: Vec::new(),
        };
        loop {
            let line = hear.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|error| panic!("{error} after {:?}", served.lines));
            if line.starts_with("# ready") {
                return served;
            }
            served.lines.push(line);
        }
    }

    /// The commands among the lines, of those that begin with `with`.
    pub fn commands(&self, with: &str) -> Vec<&str> {
        let lines = self.lines.iter().map(String::as_str);
        lines.filter(|line| line.starts_with(with)).collect()
    }

    /// The address and port of the DNS server, out of the first `dig` line.
    pub fn dns(&self) -> (String, String) {
        let dig = self.commands("dig @")[0];
        let mut words = dig.split(' ').skip(1);
        let address = words.next().expect("dig's server").trim_start_matches('@');
        let port = words.nth(1).expect("dig's port");
        (address.to_owned(), port.to_owned())
    }

    /// What `dig` prints for these words, having ended well.
    pub fn dig(&self, words: &str) -> String {
        let (address, port) = self.dns();
        let output = sh(&format!(
            "dig @{address} -p {port} +tries=1 +time=5 {words}"
        ));
        assert_eq!(
            output.status.code(),
            Some(0),
            "dig {words}: {}",
            text(&output)
        );
        text(&output)
    }

    /// Sends an update: the exit code of `nsupdate` and what it printed.
    pub fn nsupdate(&self, words: &str, change: &str) -> (Option<i32>, String) {
        let (address, port) = self.dns();
        let script = format!("server {address} {port}\\n{change}\\nsend\\n");
        let output = sh(&format!("printf '{script}' | nsupdate -t 5 {words}"));
        (output.status.code(), text(&output))
    }

    /// Presses Ctrl-C and waits for the end: the exit code.
    pub fn interrupt(self) -> Option<i32> {
        self.end("INT")
    }

    /// Asks it to end as a service manager does, and waits for that: the exit code.
    pub fn terminate(self) -> Option<i32> {
        self.end("TERM")
    }

    fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id();
        assert!(sh(&format!("kill -{signal} {id}")).status.success());
        for _ in 0..PATIENCE.as_millis() / 20 {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a line as a person's shell would, for a minute at most.
pub fn sh(line: &str) -> Output {
    let mut command = Command::new("timeout");
    command.args(["60", "sh", "-c", line]).stdin(Stdio::null());
    command.output().expect("coreutils are there")
}

pub fn text(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    String::from_utf8_lossy(&output.stdout).into_owned() + &err
}

/// Whether a tool is here. Says so when it is not, and fails where it must be.
pub fn have(tool: &str, package: &str) -> bool {
    let found = sh(&format!("command -v {tool}")).status.success();
    if !found {
        let text = format!("skipped: {tool} is not installed (apt-get install {package})");
        let required = std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_some();
        assert!(!required, "{text}");
        eprintln!("{text}");
    }
    found
}

pub fn have_bind_tools() -> bool {
    have("dig", "bind9-dnsutils") && have("nsupdate", "bind9-dnsutils")
}
