//! `demo --script` as programs meet it: bytes, exit codes, files.

use std::io::Write as _;
use std::process::{Output, Stdio};

use super::{ipamlab, read};

const SCENARIO: &str = "scenarios/access/dhcp-rpc-firewall.yaml";

fn demo(arguments: &[&str], script: &str) -> Output {
    let mut child = ipamlab()
        .args(["demo", SCENARIO, "--script", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn without_a_script_every_step_is_a_frame_and_equal_runs_give_equal_bytes() {
    let run = || {
        ipamlab()
            .args(["demo", SCENARIO, "--script"])
            .output()
            .unwrap()
    };
    let (once, again) = (run(), run());
    assert_eq!(once.status.code(), Some(0), "{}", err(&once));
    assert_eq!(once.stdout, again.stdout);
    let heads: Vec<String> = out(&once)
        .lines()
        .filter(|line| line.starts_with("---"))
        .map(str::to_owned)
        .collect();
    assert_eq!(heads.len(), 15, "14 steps, and before the first");
    assert_eq!(heads[14], "--- frame 15: step 14 of 14");
    assert!(!out(&once).contains('\x1b'));
}

#[test]
fn the_readme_shows_a_real_frame() {
    let readme = read("README.md");
    let section = readme
        .split("\n### The player\n")
        .nth(1)
        .expect("there is a section");
    let mut blocks = section.split("```text\n").skip(1);
    let mut block = || {
        blocks
            .next()
            .and_then(|rest| rest.split("```").next())
            .unwrap()
    };
    let (frame, script) = (block(), block());
    let played = demo(&[], script);
    assert_eq!(played.status.code(), Some(0), "{}", err(&played));
    assert_eq!(out(&played), frame);
}

#[test]
fn a_wrong_script_is_told_line_by_line_and_nothing_is_played() {
    let wrong = demo(&[], "frame\nnxt\njump five\n");
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(out(&wrong), "");
    assert_eq!(
        err(&wrong),
        "error: standard input, line 2: `nxt` is no command: did you mean `next`?\n\
         error: standard input, line 3: `jump` takes a number, not `five`: write `jump 5`\n"
    );
}

#[test]
fn a_command_that_cannot_be_carried_out_ends_the_script_with_its_line() {
    for (script, code, said) in [
        (
            "jump 99",
            2,
            "line 1: there is no going to step 99: step 14 is the last",
        ),
        (
            "next\nsee no such words",
            1,
            "line 2: `no such words` is not on the screen",
        ),
        ("insert host-dwn: dhcp1", 2, "did you mean `host-down`?"),
        (
            "help\njump 2",
            2,
            "line 2: `2` cannot be typed now: a dialog is open",
        ),
        (
            "write x.yaml",
            2,
            "nothing was changed yet, so there is nothing to write",
        ),
        (
            "insert advance: 1h\nwrite /nowhere/x.yaml",
            2,
            "cannot write `/nowhere/x.yaml`",
        ),
    ] {
        let ended = demo(&[], script);
        assert_eq!(ended.status.code(), Some(code), "{script}: {}", err(&ended));
        assert!(err(&ended).contains(said), "{script}: {}", err(&ended));
    }
}

#[test]
fn frames_have_colour_when_asked_and_none_when_not_wanted() {
    let ansi = demo(&["--frames", "ansi"], "jump 3\npane access\nframe");
    assert!(out(&ansi).contains("\x1b[32m"), "{}", out(&ansi));
    let never = demo(
        &["--frames", "ansi", "--color", "never"],
        "jump 3\npane access\nframe",
    );
    assert!(out(&never).contains("\x1b[7m") && !out(&never).contains("\x1b[32m"));
    let asked_not = ipamlab()
        .args(["demo", SCENARIO, "--script", "--frames", "ansi"])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(!out(&asked_not).contains("\x1b[3"), "NO_COLOR");
}

#[test]
fn flags_come_from_the_environment_too() {
    let played = ipamlab()
        .args(["demo", SCENARIO])
        .env("IPAMLAB_SCRIPT", "")
        .env("IPAMLAB_SIZE", "120x40")
        .output()
        .unwrap();
    assert_eq!(played.status.code(), Some(0), "{}", err(&played));
    assert_eq!(out(&played).lines().count(), 15 * 41);
    let wrong = ipamlab()
        .args(["demo", SCENARIO, "--size", "80"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        err(&wrong).contains("`80` is no size: write `100x30`"),
        "{}",
        err(&wrong)
    );
}

#[test]
fn a_picture_of_the_last_frame_is_written_and_the_shipped_one_is_current() {
    let file = std::env::temp_dir().join(format!("ipamlab-player-{}.svg", std::process::id()));
    let name = file.to_str().unwrap();
    let script = read("docs/gallery/player.keys");
    let drawn = demo(&["--size", "120x40", "--svg", name], &script);
    assert_eq!(drawn.status.code(), Some(0), "{}", err(&drawn));
    let picture = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let shipped = read("docs/gallery/player.svg");
    assert!(picture == shipped, "docs/gallery/player.sh renews it");
    let none = demo(&["--svg", name], "next");
    assert_eq!(none.status.code(), Some(2));
    assert!(
        err(&none).contains("the script has no `frame`"),
        "{}",
        err(&none)
    );
    assert!(!file.exists());
    let nowhere = demo(&["--svg", "/nowhere/player.svg"], "frame");
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(
        err(&nowhere).contains("cannot write `/nowhere/player.svg`"),
        "{}",
        err(&nowhere)
    );
}

#[test]
fn without_a_terminal_one_line_says_what_to_do() {
    let refused = ipamlab()
        .args(["demo", SCENARIO])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        err(&refused),
        "error: standard input is no terminal: `ipamlab demo SCENARIO --script` prints frames\n"
    );
}

#[test]
fn a_scenario_that_does_not_load_is_explained_as_everywhere() {
    let missing = ipamlab()
        .args(["demo", "no-such.yaml", "--script"])
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        err(&missing).contains("the file does not exist"),
        "{}",
        err(&missing)
    );
    let script = ipamlab()
        .args(["demo", SCENARIO, "--script", "no-such.keys"])
        .output()
        .unwrap();
    assert_eq!(script.status.code(), Some(2));
    assert!(
        err(&script).contains("cannot read the script `no-such.keys`"),
        "{}",
        err(&script)
    );
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    let command = format!(
        "'{}' demo {SCENARIO} --script | head -n 1",
        env!("CARGO_BIN_EXE_ipamlab")
    );
    let mut shell = std::process::Command::new("sh");
    let shell = shell.arg("-c").arg(command).current_dir(super::root());
    let cut = shell.output().unwrap();
    assert_eq!(err(&cut), "");
    assert_eq!(out(&cut), "--- frame 1: step 0 of 14\n");
}
