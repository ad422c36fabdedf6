//! Slips of the hand at the command line: each is met with the remedy, or does no harm.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Place, code, err, good, out};

#[test]
fn a_switch_of_the_environment_that_is_no_yes_or_no_is_refused() {
    let place = Place::new("banana");
    place.write("first/one.yaml", good("One", "x"));
    let run = |value: &str| {
        let mut command = place.command();
        let output = command
            .args(["check"])
            .env("IPAMLAB_FAIL_FAST", value)
            .output();
        let run = place
            .command()
            .args(["run", "--check"])
            .env("IPAMLAB_FAIL_FAST", value)
            .output();
        (output.unwrap(), run.unwrap())
    };
    let (other, told) = run("banana");
    assert_eq!(code(&told), 2);
    assert!(err(&told).contains("'banana'"), "{}", err(&told));
    assert!(
        err(&told).contains("write `1`, `yes` or `true`"),
        "{}",
        err(&told)
    );
    assert_eq!(
        code(&other),
        0,
        "it is none of the other commands' business"
    );
    for value in ["", "no", "OFF", "yes", "1"] {
        assert_ne!(code(&run(value).1), 2, "{value}");
    }
}

#[test]
fn a_path_below_the_folder_of_scenarios_is_found_without_naming_that() {
    let place = Place::new("below");
    place.write("first/one.yaml", good("One", "x"));
    for path in ["first/", "first/one.yaml"] {
        let found = place.run(&["list", path]);
        assert_eq!(code(&found), 0, "{}", err(&found));
        assert!(
            out(&found).contains("scenarios/first/one.yaml"),
            "{}",
            out(&found)
        );
    }
    let told = place.run(&["list", "first/two.yaml"]);
    assert_eq!(code(&told), 2);
    let words = "`first/two.yaml` does not exist, neither here nor below `scenarios`";
    assert!(err(&told).contains(words), "{}", err(&told));
}

#[test]
fn explain_names_the_flag_that_a_word_is_missing() {
    let place = Place::new("explain-words");
    place.write("first/one.yaml", good("One", "x"));
    let scenario = "scenarios/first/one.yaml";
    for (words, remedy) in [
        (&["orphans"][..], "write `--orphans`"),
        (&["dhcp1"], "did you mean `--server dhcp1`?"),
        (&[], "or `--orphans` for"),
    ] {
        let told = place.run(&[&["explain", scenario], words].concat());
        assert_eq!(code(&told), 2);
        assert!(err(&told).contains(remedy), "{}", err(&told));
    }
}

#[test]
fn the_picture_of_a_scenario_does_not_replace_what_is_played() {
    let place = Place::new("svg");
    place.write("first/one.yaml", good("One", "x"));
    std::fs::write(place.0.join("keys.txt"), "frame\n").unwrap();
    let scenario = "scenarios/first/one.yaml";
    for (file, what) in [
        ("./scenarios/first/one.yaml", "the scenario"),
        ("keys.txt", "the script"),
    ] {
        let before = std::fs::read(place.0.join(file)).unwrap();
        let told = place.run(&["demo", scenario, "--script", "keys.txt", "--svg", file]);
        assert_eq!(code(&told), 2);
        assert!(
            err(&told).contains(&format!("is {what}: name another")),
            "{}",
            err(&told)
        );
        assert_eq!(std::fs::read(place.0.join(file)).unwrap(), before);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn servers_that_nobody_can_be_told_of_are_not_kept_up() {
    let place = Place::new("untold");
    place.write("first/one.yaml", good("One", "x"));
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = Command::new("timeout");
    let command = command.args(["60", env!("CARGO_BIN_EXE_ipamlab")]);
    let command = command.args(["serve", "scenarios/first/one.yaml"]);
    let output = command.current_dir(&place.0).stdout(full).output().unwrap();
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert!(
        err(&output).contains("nobody can be told"),
        "{}",
        err(&output)
    );
}

#[test]
#[cfg(unix)]
fn a_person_who_answers_what_cannot_be_is_asked_again() {
    let place = Place::new("asked-again");
    let mut child = Command::new("timeout")
        .args(["60", "script", "-qec"])
        .arg(format!("{} new mine.yaml", env!("CARGO_BIN_EXE_ipamlab")))
        .arg("/dev/null")
        .current_dir(&place.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let answers = "Mine\n\nno domain\nlab.example\ndhcp.1\ndhcp7\ndhcp7\n\nmagic\nmanual\n";
    let mut to = child.stdin.take().unwrap();
    to.write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(to);
    let told = out(&output);
    for words in [
        "is no domain",
        "`dhcp.1` is no short name",
        "is there already",
        "is no method",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let text =
        std::fs::read_to_string(place.0.join("mine.yaml")).unwrap_or_else(|_| panic!("{told}"));
    assert!(
        text.contains("lab.example") && text.contains("dhcp7"),
        "{text}"
    );
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_script_of_the_player_and_leaves_nothing_behind() {
    let place = Place::new("script-ended");
    let mut text = good("One", "x").replace("\nestate:", "\nengine: { database: file }\nestate:");
    text.push_str(&"  - advance: 30d\n".repeat(500));
    place.write("first/one.yaml", text);
    let temporary = place.0.join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let is_empty = || std::fs::read_dir(&temporary).unwrap().next().is_none();
    let mut command = place.command();
    command
        .args(["demo", "scenarios/first/one.yaml", "--script"])
        .env("TMPDIR", &temporary);
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    while is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(10));
    }
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(is_empty(), "the database is gone");
}
