//! `watch`: what a change touches is run again.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::{Place, err, good, out};

/// A program that watches, and what it says.
struct Watcher {
    child: Child,
    lines: Receiver<String>,
}

impl Watcher {
    fn start(place: &Place, arguments: &[&str]) -> Watcher {
        // One pipe for both streams, or their lines come in no order; `exec` keeps the process.
        let own = place.command();
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$0\" watch \"$@\" 2>&1"]);
        shell.arg(own.get_program()).args(arguments);
        shell.current_dir(&place.0);
        for (name, value) in own.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let mut child = shell.stdout(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = channel();
        let pipe = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Watcher { child, lines }
    }

    /// What is said until a line that contains `last`.
    fn until(&self, last: &str) -> Vec<String> {
        let mut said = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(30)) {
                Ok(line) => {
                    let ends = line.contains(last);
                    said.push(line);
                    if ends {
                        return said;
                    }
                }
                Err(_) => panic!("no line with `{last}` after {said:?}"),
            }
        }
    }

    fn interrupt(mut self) -> i32 {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().unwrap();
        self.child
            .wait()
            .unwrap()
            .code()
            .expect("it ended by itself")
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_changed_scenario_or_snapshot_is_run_again_and_nothing_else() {
    let place = Place::new("watch");
    place.write("first/a.yaml", good("A", "a"));
    place.write("first/b.yaml", good("B", "a"));
    let accepted = place.run(&["run", "--accept"]);
    assert!(out(&accepted).contains("2 written"), "{}", err(&accepted));
    let watcher = Watcher::start(&place, &[]);
    let first = watcher.until("watching 2 scenarios").join("\n");
    assert!(first.contains("2 passed"), "{first}");

    place.write("first/a.yaml", good("Changed", "a"));
    let second = watcher.until("watching 2 scenarios").join("\n");
    assert!(second.contains("FAIL  scenarios/first/a.yaml"), "{second}");
    assert!(!second.contains("b.yaml"), "{second}");

    // Editors write a new file and give it the old one's name.
    let beside = place.0.join("scenarios/first/.a.yaml.swp");
    fs::write(&beside, good("A", "a")).unwrap();
    fs::rename(&beside, place.0.join("scenarios/first/a.yaml")).unwrap();
    let third = watcher.until("watching 2 scenarios").join("\n");
    assert!(third.contains("ok    scenarios/first/a.yaml"), "{third}");

    fs::write(place.snapshot("first__b.snap"), "nonsense").unwrap();
    let fourth = watcher.until("watching 2 scenarios").join("\n");
    assert!(fourth.contains("FAIL  scenarios/first/b.yaml"), "{fourth}");

    place.write("first/c.yaml", good("C", "a"));
    let fifth = watcher.until("watching 3 scenarios").join("\n");
    assert!(fifth.contains("scenarios/first/c.yaml"), "{fifth}");
    assert_eq!(watcher.interrupt(), 0);
}

#[test]
fn a_file_that_cannot_be_read_yet_is_told_and_watched_on() {
    let place = Place::new("watch-broken");
    place.write("first/a.yaml", "scenario: [\n");
    let watcher = Watcher::start(&place, &["scenarios/first/a.yaml", "--accept"]);
    let first = watcher.until("watching 1 scenario;").join("\n");
    assert!(first.contains("a.yaml:"), "{first}");
    place.write("first/a.yaml", good("A", "a"));
    let second = watcher.until("watching 1 scenario;").join("\n");
    assert!(second.contains("wrote scenarios/first/a.yaml"), "{second}");
    assert_eq!(watcher.interrupt(), 0);
}
