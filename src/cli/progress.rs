//! How far a run is, for a person who watches: a line that is written over, on standard error.
//!
//! It is shown on terminals only, so it is in no log and in no comparison. It is the one place that
//! times scenarios, on the machine's clock; a run itself knows virtual time only.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The line, and the times it has seen.
pub struct Progress {
    bar: ProgressBar,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    passed: usize,
    failed: Vec<PathBuf>,
    times: Vec<(Duration, PathBuf)>,
}

/// How many names of failed scenarios the line has room for.
const NAMED: usize = 3;

impl Progress {
    /// A line for `files` scenarios, seen by a person at a terminal and hidden otherwise.
    pub fn new(files: usize, wanted: bool) -> Progress {
        let bar = match wanted && std::io::stderr().is_terminal() && !in_ci() {
            true => ProgressBar::with_draw_target(
                Some(files as u64),
                ProgressDrawTarget::stderr_with_hz(10),
            ),
            false => ProgressBar::hidden(),
        };
        let style = ProgressStyle::with_template("[{pos}/{len}] {wide_msg}");
        bar.set_style(style.expect("the template is a constant"));
        Progress {
            bar,
            seen: Mutex::new(Seen::default()),
        }
    }

    /// Does `work` on a scenario and keeps how long it took.
    pub fn time<R>(&self, file: &Path, work: impl FnOnce() -> R, failed: impl Fn(&R) -> bool) -> R {
        let began = now();
        let result = work();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.times.push((began.elapsed(), file.to_owned()));
        match failed(&result) {
            true => seen.failed.push(file.to_owned()),
            false => seen.passed += 1,
        }
        let message = seen.message();
        drop(seen);
        self.bar.set_message(message);
        self.bar.inc(1);
        result
    }

    /// Tells something else without the line in between.
    pub fn aside<R>(&self, tell: impl FnOnce() -> R) -> R {
        self.bar.suspend(tell)
    }

    /// Takes the line away. Gives the `count` scenarios that took longest, longest first.
    pub fn end(self, count: usize) -> Vec<String> {
        self.bar.finish_and_clear();
        let seen = self
            .seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        seen.slowest(count)
    }
}

impl Seen {
    fn message(&self) -> String {
        let mut message = format!("{} passed, {} failed", self.passed, self.failed.len());
        if let Some(slowest) = self.slowest(1).pop() {
            message.push_str(&format!("; slowest {slowest}"));
        }
        if !self.failed.is_empty() {
            let names = self.failed.iter().rev().take(NAMED);
            let names: Vec<String> = names.map(|file| shown(file)).collect();
            message.push_str(&format!("; failed: {}", names.join(", ")));
        }
        message
    }

    fn slowest(&self, count: usize) -> Vec<String> {
        let mut times: Vec<_> = self.times.iter().collect();
        times.sort_by(|a, b| b.cmp(a));
        let line = |(time, file): &(Duration, PathBuf)| {
            format!("{} {:.2} s", shown(file), time.as_secs_f64())
        };
        times.into_iter().take(count).map(line).collect()
    }
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

/// CI systems give a terminal to some programs, and keep every line that is written over.
pub fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a scenario takes on this machine is part of no result"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_and_names_the_slowest_and_the_failed() {
        let mut seen = Seen {
            passed: 2,
            failed: vec!["c.yaml".into()],
            times: Vec::new(),
        };
        for (name, milliseconds) in [("a.yaml", 5), ("b.yaml", 700), ("c.yaml", 20)] {
            seen.times
                .push((Duration::from_millis(milliseconds), name.into()));
        }
        let line = "2 passed, 1 failed; slowest b.yaml 0.70 s; failed: c.yaml";
        assert_eq!(seen.message(), line);
        assert_eq!(seen.slowest(2), ["b.yaml 0.70 s", "c.yaml 0.02 s"]);
    }
}
