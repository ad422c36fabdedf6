//! How the program ends when somebody ends it: a closed pipe, Ctrl-C.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Output, Stdio};

use super::{Place, code, err, good, out};

fn shell(place: &Place, line: &str) -> Output {
    Command::new("timeout")
        .args(["60", "bash", "-c", line])
        .current_dir(&place.0)
        .env("IPAMLAB", env!("CARGO_BIN_EXE_ipamlab"))
        .output()
        .unwrap()
}

#[test]
fn a_closed_pipe_is_no_mistake() {
    let place = Place::new("pipe");
    for number in 0..60 {
        let text = good(&format!("Number {number}"), "a");
        place.write(&format!("first/n{number}.yaml"), text);
        place.write(&format!("first/broken{number}.yaml"), "scenario: [\n");
    }
    for (command, wanted) in [
        ("list first/n", 0),
        ("schema", 0),
        ("--help", 0),
        ("run first/n", 1),
        ("check 2>&1", 2),
        ("run 2>&1", 2),
        ("explain scenarios/first/n0.yaml --server dc1", 0),
    ] {
        // `true` closes its end without reading a byte.
        let ended = shell(
            &place,
            &format!("\"$IPAMLAB\" {command} | true; exit ${{PIPESTATUS[0]}}"),
        );
        assert_eq!(code(&ended), wanted, "{command}: {}", err(&ended));
        assert!(
            !err(&ended).contains("panicked"),
            "{command}: {}",
            err(&ended)
        );
    }
}

#[test]
fn no_colour_reaches_a_pipe() {
    let place = Place::new("colour");
    place.write("first/one.yaml", good("One", "a"));
    place.write("first/broken.yaml", "scenario: [\n");
    let run = place.run(&["run", "--no-capture"]);
    assert!(!out(&run).contains('\u{1b}') && !err(&run).contains('\u{1b}'));
    // Every step is told with its file, and on standard error.
    assert!(
        err(&run).contains("scenarios/first/one.yaml: [1]"),
        "{}",
        err(&run)
    );
    assert!(err(&run).contains("> dns-query: { name: dc1.corp.example }"));
    assert!(!out(&run).contains("> dns-query"));
}

#[test]
fn accepting_a_new_snapshot_says_that_it_was_written_and_no_more() {
    let place = Place::new("accept-words");
    place.write("first/one.yaml", good("One", "a"));
    let accept = place.run(&["run", "--accept"]);
    let wanted = "  wrote scenarios/first/one.yaml  One\n0 passed, 0 failed, 1 written\n";
    assert_eq!(out(&accept), wanted);
}

#[test]
fn ctrl_c_ends_a_run_after_what_is_under_way_and_tells_what_was_done() {
    let place = Place::new("ctrl-c");
    let steps = "  - dns-query: { name: dc1.corp.example }\n".repeat(200);
    for number in 0..2000 {
        let text = good(&format!("Number {number}"), "a") + &steps;
        place.write(&format!("first/n{number:04}.yaml"), text);
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_ipamlab"))
        .args(["run", "-j", "2"])
        .current_dir(&place.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    told.read_line(&mut first).unwrap();
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130, "{}", err(&output));
    assert!(err(&output).ends_with("interrupted\n"), "{}", err(&output));
    assert!(first.contains("scenarios/first/n0000.yaml"), "{first}");
    let summary = rest.lines().last().unwrap_or_default();
    let not_run = summary
        .split(", ")
        .find_map(|part| part.strip_suffix(" not run"));
    let not_run: usize = not_run
        .unwrap_or_else(|| panic!("{summary}"))
        .parse()
        .unwrap();
    assert!((1..2000).contains(&not_run), "{summary}");
    let lines = 1 + rest
        .lines()
        .filter(|line| line.contains("scenarios/first/"))
        .count();
    assert_eq!(lines, 2000 - not_run, "what was begun is told");
    assert!(!place.snapshot("").exists(), "nothing is written");
}
