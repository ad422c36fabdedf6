//! The everyday feel: a scenario to begin from, running again what failed, the edit that would
//! pass, completions, manual pages, terminals.

use std::fs;
use std::process::{Command, Stdio};

use super::{Place, code, err, good, out};

/// A scenario that expects the wrong address of its controller, on line 11.
fn wrong() -> String {
    good("Wrong", "a").replace("answers: [10.0.0.1]", "answers: [10.0.0.2]")
}

#[test]
fn a_failed_step_shows_the_edit_under_which_it_would_pass() {
    let place = Place::new("edit");
    place.write("first/wrong.yaml", wrong());
    let run = place.run(&["run"]);
    assert_eq!(code(&run), 1);
    let told = out(&run);
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    let at = lines
        .iter()
        .position(|line| *line == "what was found would pass as, in line 11:")
        .unwrap_or_else(|| panic!("{told}"));
    let words = "expect: { dns: { name: dc1.corp.example, answers: [10.0.0.X] } }";
    assert_eq!(
        lines[at + 1],
        format!("- {}", words.replace('X', "2")),
        "{told}"
    );
    assert_eq!(
        lines[at + 2],
        format!("+ {}", words.replace('X', "1")),
        "{told}"
    );
    // The edit is what it says: made, the scenario passes.
    place.write("first/wrong.yaml", good("Wrong", "a"));
    assert_eq!(code(&place.run(&["run", "--accept"])), 0);
}

#[test]
fn only_what_failed_is_run_again_until_it_passes() {
    let place = Place::new("again");
    place.write("first/good.yaml", good("Good", "a"));
    place.write("first/wrong.yaml", wrong());
    place.write("first/broken.yaml", "scenario: [\n");
    let again = place.run(&["run", "--rerun-failed"]);
    assert_eq!(code(&again), 3, "nothing ran here yet: {}", err(&again));
    place.run(&["run", "--accept"]);
    let again = place.run(&["run", "--rerun-failed"]);
    assert_eq!(code(&again), 2, "{}", out(&again));
    assert!(!out(&again).contains("good.yaml"), "{}", out(&again));
    assert!(out(&again).contains("wrong.yaml") && err(&again).contains("broken.yaml"));
    fs::remove_file(place.0.join("scenarios/first/broken.yaml")).unwrap();
    place.write("first/wrong.yaml", good("Wrong", "a"));
    // What is not chosen stays remembered.
    assert_eq!(code(&place.run(&["run", "first/good"])), 0);
    let again = place.run(&["run", "--rerun-failed", "--accept"]);
    assert_eq!(code(&again), 0, "{}", err(&again));
    assert!(
        out(&again).contains("wrote scenarios/first/wrong.yaml"),
        "{}",
        out(&again)
    );
    let again = place.run(&["run", "--rerun-failed"]);
    assert_eq!(code(&again), 3, "{}", out(&again));
}

#[test]
fn a_memory_that_cannot_be_kept_changes_no_verdict() {
    let place = Place::new("memory");
    place.write("first/good.yaml", good("Good", "a"));
    place.write("first/wrong.yaml", wrong());
    fs::write(place.0.join("cache"), "a file where a folder should be").unwrap();
    assert_eq!(code(&place.run(&["run", "--accept", "good"])), 0);
    let run = place.run(&["run", "wrong"]);
    assert_eq!(code(&run), 1);
    assert!(
        err(&run).contains("cannot be kept for `--rerun-failed`"),
        "{}",
        err(&run)
    );
    fs::remove_file(place.0.join("cache")).unwrap();
    place.run(&["run"]);
    let kept = fs::read_dir(place.0.join("cache/ipamlab")).unwrap();
    for file in kept {
        fs::write(file.unwrap().path(), "{ half").unwrap();
    }
    assert_eq!(
        code(&place.run(&["run", "--rerun-failed"])),
        3,
        "damage is like nothing"
    );
}

#[test]
fn flags_may_come_from_the_environment() {
    let place = Place::new("environment");
    place.write("first/a.yaml", wrong());
    place.write("first/b.yaml", wrong());
    let run = |variables: &[(&str, &str)]| {
        let mut command = place.command();
        command
            .envs(variables.iter().copied())
            .args(["run", "-j", "1"]);
        command.output().unwrap()
    };
    assert!(out(&run(&[])).contains("2 failed"));
    let stopped = run(&[("IPAMLAB_FAIL_FAST", "yes")]);
    assert!(
        out(&stopped).contains("1 failed, 1 not run"),
        "{}",
        out(&stopped)
    );
    assert!(out(&run(&[("IPAMLAB_FAIL_FAST", "0")])).contains("2 failed"));
    let slowest = run(&[("IPAMLAB_SLOWEST", "1")]);
    assert!(
        err(&slowest).contains("slowest: scenarios/first/"),
        "{}",
        err(&slowest)
    );
    let chosen = run(&[("IPAMLAB_TAG", "b,c")]);
    assert_eq!(code(&chosen), 3, "{}", out(&chosen));
    let nonsense = run(&[("IPAMLAB_PARTITION", "half")]);
    assert_eq!(code(&nonsense), 2);
    assert!(err(&nonsense).contains("hash:1/4"), "{}", err(&nonsense));
}

#[test]
fn a_new_scenario_of_every_method_runs_as_it_is_and_nothing_is_overwritten() {
    let place = Place::new("new");
    for method in ["gpo", "manual", "prepared"] {
        let file = format!("scenarios/mine/{method}.yaml");
        let flags = ["--method", method, "--dns", "ns1", "--dhcp", "dhcp1,dhcp2"];
        let mut words = vec!["new", file.as_str(), "--domain", "lab.example"];
        words.extend(flags);
        let new = place.run(&words);
        assert_eq!(code(&new), 0, "{}", err(&new));
        assert_eq!(code(&place.run(&["check", &file])), 0);
        let run = place.run(&["run", "--accept", &file]);
        assert_eq!(code(&run), 0, "{method}: {}", out(&run));
        let before = fs::read_to_string(place.0.join(&file)).unwrap();
        let again = place.run(&words);
        assert_eq!(code(&again), 2);
        assert!(err(&again).contains("exists already"), "{}", err(&again));
        assert_eq!(fs::read_to_string(place.0.join(&file)).unwrap(), before);
    }
    for (flag, value, wanted) in [
        ("--dhcp", "dc1", "is there already"),
        ("--dhcp", "a.b", "no short name"),
        ("--domain", "..", "`..`"),
        ("--method", "magic", "magic"),
    ] {
        let refused = place.run(&["new", "scenarios/bad.yaml", flag, value]);
        assert_eq!(code(&refused), 2, "{value}");
        assert!(err(&refused).contains(wanted), "{}", err(&refused));
        assert!(!place.0.join("scenarios/bad.yaml").exists());
    }
    fs::write(place.0.join("file"), "").unwrap();
    let refused = place.run(&["new", "file/below.yaml"]);
    assert_eq!(code(&refused), 2);
    assert!(
        err(&refused).contains("`file/below.yaml` cannot be written"),
        "{}",
        err(&refused)
    );
}

#[test]
fn completions_are_scripts_that_name_every_command() {
    let place = Place::new("completions");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.run(&["completions", shell]);
        assert_eq!(code(&script), 0);
        for word in ["rerun-failed", "explain", "watch"] {
            assert!(out(&script).contains(word), "{shell} lacks {word}");
        }
    }
    let script = place.run(&["completions", "bash"]);
    fs::write(place.0.join("ipamlab.bash"), script.stdout).unwrap();
    let ask = "source ipamlab.bash; COMP_WORDS=(ipamlab expl); COMP_CWORD=1; \
               _ipamlab ipamlab expl ipamlab; echo \"${COMPREPLY[@]}\"";
    let answer = Command::new("bash")
        .args(["-c", ask])
        .current_dir(&place.0)
        .output();
    assert_eq!(out(&answer.unwrap()).trim(), "explain");
    assert_eq!(code(&place.run(&["completions", "dos"])), 2);
}

#[test]
fn every_command_has_a_manual_page() {
    let place = Place::new("man");
    let page = place.run(&["man"]);
    assert!(out(&page).contains(".TH ipamlab 1"), "{}", out(&page));
    assert_eq!(code(&place.run(&["man", "--dir", "pages"])), 0);
    for command in [
        "run", "explain", "compare", "serve", "check", "list", "schema", "new",
    ] {
        let file = place.0.join(format!("pages/ipamlab-{command}.1"));
        let page = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(page.contains(".SH OPTIONS"), "{command}");
    }
    fs::write(place.0.join("file"), "").unwrap();
    let refused = place.run(&["man", "--dir", "file"]);
    assert_eq!(code(&refused), 2);
    assert!(
        err(&refused).contains("cannot write into `file`"),
        "{}",
        err(&refused)
    );
}

/// What a person sees who runs it in a terminal.
fn at_a_terminal(place: &Place, variables: &[(&str, &str)]) -> String {
    let program = env!("CARGO_BIN_EXE_ipamlab");
    let mut script = Command::new("timeout");
    script
        .args([
            "60",
            "script",
            "-qec",
            &format!("stty cols 100; {program} run -j 1"),
            "/dev/null",
        ])
        .current_dir(&place.0)
        .env("XDG_CACHE_HOME", place.0.join("cache"))
        .env("TERM", "xterm")
        .env_remove("CI")
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    String::from_utf8_lossy(&script.output().unwrap().stdout).into_owned()
}

#[test]
fn a_terminal_a_pipe_and_ci_each_get_what_suits_them() {
    let place = Place::new("terminal");
    for number in 0..20 {
        place.write(&format!("first/n{number}.yaml"), good("Good", "a"));
    }
    place.write("first/wrong.yaml", wrong());
    place.run(&["run", "--accept"]);
    let seen = at_a_terminal(&place, &[]);
    assert!(
        seen.contains("\u{1b}[32m") && seen.contains("/21]"),
        "{seen:?}"
    );
    assert!(seen.contains("slowest: "), "{seen:?}");
    let plain = at_a_terminal(&place, &[("NO_COLOR", "1")]);
    assert!(
        !plain.contains("\u{1b}[32m") && plain.contains("20 passed, 1 failed"),
        "{plain:?}"
    );
    let ci = at_a_terminal(&place, &[("CI", "true")]);
    assert!(!ci.contains("/21]") && !ci.contains("slowest"), "{ci:?}");
    let piped = place.run(&["run"]);
    assert!(!err(&piped).contains("/21]") && !err(&piped).contains("slowest"));
    assert!(!out(&piped).contains('\u{1b}'));
}
