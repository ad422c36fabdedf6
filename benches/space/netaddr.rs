//! Python's netaddr, as NetBox uses it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Debian's Python, which sees Debian's `python3-netaddr`.
const PYTHON: &str = "/usr/bin/python3";

/// What one search costs: NetBox makes the set of the block's children anew for each.
pub struct Search {
    pub building: Duration,
    pub difference: Duration,
    pub found: u32,
}

/// One search from the start of the block, or `None` where netaddr is not installed.
pub fn search(addresses: &[u32]) -> Option<Search> {
    let mut look = Command::new(PYTHON);
    let installed = look.args(["-c", "import netaddr"]).stderr(Stdio::null());
    if !installed.status().ok()?.success() {
        return None;
    }
    let mut lines = String::new();
    for number in addresses {
        writeln!(lines, "{number}").expect("a string takes all");
    }
    let mut script = Command::new(PYTHON)
        .args(["-c", include_str!("netaddr.py"), "10.0.0.0/11"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it was there a moment ago");
    let mut input = script.stdin.take().expect("it is piped");
    input
        .write_all(lines.as_bytes())
        .expect("the script reads everything");
    drop(input);
    let output = script.wait_with_output().expect("it is our child");
    let text = String::from_utf8(output.stdout).expect("the script prints numbers");
    let figures: Vec<f64> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [building, difference, found] = figures[..] else {
        panic!("the script says `{text}`");
    };
    Some(Search {
        building: Duration::from_secs_f64(building / 1e3),
        difference: Duration::from_secs_f64(difference / 1e3),
        found: found as u32,
    })
}
