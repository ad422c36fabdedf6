//! Exit codes, interrupts, kills, and that nothing is left.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Child;

use crate::walker::{Walker, contains, have, sh, text, wait_until};

/// Prints the namespaces it is in, leaves an orphan behind, and waits.
const STAY: &str = "readlink /proc/self/ns/net /proc/self/ns/pid; \
                    (setsid sleep 600 &) ; echo ready; sleep 600";

#[test]
fn the_code_of_the_command_is_passed_on() {
    for walker in Walker::all() {
        for (line, code) in [
            ("exit 0", 0),
            ("exit 7", 7),
            ("kill -TERM $$", 143),
            ("sleep 600 & exit 3", 3),
            // The first real-time signal has a number and no name: of the command, and of an
            // orphan that ends before it.
            ("kill -34 $$", 162),
            ("(sh -c 'kill -34 $$' &) ; sleep 1 ; exit 9", 9),
        ] {
            let mut lab = walker.command(&[], line);
            let status = lab.status().expect("the program is built");
            assert_eq!(status.code(), Some(code), "{}: {line}", walker.name);
        }
    }
}

#[test]
fn files_inside_can_be_read_whatever_the_callers_mask() {
    for walker in Walker::all() {
        let lab = walker.command(&[], "stat -c %a /etc /etc/resolv.conf");
        let mut masked = std::process::Command::new("sh");
        masked.args(["-c", "umask 077; exec \"$@\"", "sh"]);
        masked.arg(lab.get_program()).args(lab.get_args());
        let output = masked.current_dir("/").output().expect("sh is there");
        assert_eq!(text(&output), "755\n644\n", "{}", walker.name);
    }
}

#[test]
fn a_command_that_cannot_start_is_named_with_the_shells_codes() {
    let Some(walker) = Walker::all().pop() else {
        return;
    };
    for (name, code) in [("no-such-command", 127), ("/etc/passwd", 126)] {
        let lab = walker.command(&[], "true");
        let words: Vec<_> = lab.get_args().collect();
        let end = words
            .iter()
            .position(|word| *word == "--")
            .expect("a command");
        let mut other = std::process::Command::new(lab.get_program());
        other.args(&words[..=end]).arg(name);
        let output = other.output().expect("the program is built");
        let told = text(&output);
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(
            told.starts_with(&format!("error: `{name}` cannot be started")),
            "{told}"
        );
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

/// The namespaces named in the first two lines, and those of the estate around them.
fn namespaces(lab: &mut Child) -> BTreeSet<String> {
    let out = BufReader::new(lab.stdout.take().expect("it is piped"));
    let lines = out.lines().map_while(Result::ok);
    let mut seen: BTreeSet<String> = lines.take_while(|line| line != "ready").collect();
    assert_eq!(seen.len(), 2, "{seen:?}");
    let own = fs::read_link("/proc/self/ns/net").expect("a namespace");
    let estate = fs::read_link(format!("/proc/{}/ns/net", lab.id())).expect("a namespace");
    assert_ne!(own, estate, "the estate is not on the machine's network");
    seen.insert(estate.display().to_string());
    assert!(
        !in_namespaces(&seen).is_empty(),
        "they are there while it runs"
    );
    seen
}

/// The processes in any of these namespaces.
fn in_namespaces(which: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("it is mounted").flatten() {
        for kind in ["net", "pid"] {
            let link = fs::read_link(entry.path().join("ns").join(kind));
            if link.is_ok_and(|link| which.contains(&link.display().to_string())) {
                found.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    found
}

/// What a named namespace or a forgotten interface would show up in.
fn traces() -> String {
    text(&sh(
        "ls /run/netns 2>&1; ls /sys/class/net; mount | grep -c netns",
    ))
}

#[test]
fn nothing_is_left_after_a_kill_of_either_process() {
    for walker in Walker::all() {
        let before = traces();
        for inner in [false, true] {
            let mut lab = walker.start(STAY);
            let seen = namespaces(&mut lab);
            let outer = lab.id();
            let victim = match inner {
                false => outer,
                true => child_of(outer),
            };
            assert!(sh(&format!("kill -KILL {victim}")).status.success());
            let output = lab.wait_with_output().expect("it is our child");
            if inner {
                let told = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(125), "{told}");
                contains(&told, &["error: the lab's inner process was killed"]);
            } else {
                assert_eq!(output.status.code(), None, "it was killed");
            }
            // The kernel takes a moment to bury everybody.
            wait_until("all of it is gone", || in_namespaces(&seen).is_empty());
            assert_eq!(traces(), before, "{}", walker.name);
        }
    }
}

fn child_of(parent: u32) -> u32 {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
    let children = children.expect("the kernel tells");
    let mut ids = children.split_whitespace();
    let id = ids.next().and_then(|id| id.parse().ok());
    id.expect("it has a child")
}

#[test]
fn an_interrupt_is_the_commands_affair_and_termination_ends_everything() {
    if !have("setsid", "util-linux") {
        return;
    }
    for walker in Walker::all() {
        let mut lab =
            walker.start("trap 'echo caught' INT; echo; echo; echo ready; sleep 1; exit 5");
        let mut out = BufReader::new(lab.stdout.take().expect("it is piped"));
        let mut line = String::new();
        while line != "ready\n" {
            line.clear();
            assert_ne!(
                out.read_line(&mut line).expect("it prints"),
                0,
                "it ended early"
            );
        }
        assert!(sh(&format!("kill -INT {}", lab.id())).status.success());
        let status = lab.wait().expect("it is our child");
        assert_eq!(status.code(), Some(5), "{}", walker.name);

        let mut lab = walker.start(STAY);
        let seen = namespaces(&mut lab);
        assert!(sh(&format!("kill -TERM {}", lab.id())).status.success());
        assert_eq!(lab.wait().expect("it is our child").code(), None);
        wait_until("all of it is gone", || in_namespaces(&seen).is_empty());
    }
}
