//! The README told true: its commands are run, its output compared, its names looked up.
#![cfg(unix)] // The tour is a shell session.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ipamlab::cli::Exit;
use ipamlab::net::fault::FAULTS;
use ipamlab::step::STEPS;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced blocks of a language, without their fences.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(opened) = line.strip_prefix("```") else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if opened == language {
            found.push(body.join("\n"));
        }
    }
    found
}

/// What is between single backticks outside of fenced blocks.
fn spans(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    let spans = prose.split('`').skip(1).step_by(2);
    spans.map(|span| span.replace('\n', " ")).collect()
}

fn section(text: &str, heading: &str) -> String {
    let wanted = format!("## {heading}");
    let lines = text.lines().skip_while(|line| *line != wanted).skip(1);
    let body: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    assert!(!body.is_empty(), "the README has no section `{heading}`");
    body.join("\n")
}

/// Scenarios and snapshots of their own, so that the tour may change them.
struct Tour(PathBuf);

impl Tour {
    fn new(name: &str) -> Tour {
        let folder =
            std::env::temp_dir().join(format!("ipamlab-readme-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for part in ["scenarios", "snapshots"] {
            copy(&root().join(part), &folder.join(part));
        }
        Tour(folder)
    }

    /// Standard output and standard error, as a terminal shows them.
    fn shell(&self, command: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_ipamlab"));
        let folder = program.parent().expect("a program is in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .current_dir(&self.0)
            .env("PATH", format!("{}:{path}", folder.display()))
            .env_remove("IPAMLAB_JOBS")
            .env_remove("IPAMLAB_SEED")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Tour {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Not tools that need a server beside them, nor a server that runs until it is stopped, nor a
/// lab, which not every machine allows; `tests/walk_in` has its part of the tour.
fn runs_alone(command: &str) -> bool {
    let program = command.split(' ').next();
    let apart = ["ipamlab serve", "ipamlab lab"];
    matches!(program, Some("ipamlab" | "sed" | "mv"))
        && !apart.iter().any(|with| command.starts_with(with))
}

#[test]
fn every_command_of_the_tour_prints_what_is_shown() {
    let tour = Tour::new("tour");
    let mut ran = 0;
    for block in blocks(&read("README.md"), "console") {
        for session in format!("\n{block}").split("\n$ ").skip(1) {
            let mut lines = session.lines();
            let command = lines.next().unwrap_or_default();
            if !runs_alone(command) {
                continue;
            }
            ran += 1;
            let output = tour.shell(command);
            let mut real = output.lines();
            for shown in lines.filter(|line| !line.contains('…') && !line.is_empty()) {
                assert!(
                    real.any(|line| line == shown),
                    "`{command}` does not print, or not in this order:\n{shown}\nbut:\n{output}"
                );
            }
        }
    }
    assert!(ran >= 8, "only {ran} commands were found");
}

/// A line with its ports taken out: the README's are asked for, a test takes what is free.
fn without_ports(line: &str) -> String {
    let fixed = ["10067", "500000"];
    let mut text = String::new();
    let mut digits = String::new();
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let is_port = digits.len() >= 4 && !fixed.contains(&digits.as_str());
        text.push_str(if is_port { "PORT" } else { &digits });
        digits.clear();
        text.push(c);
    }
    text
}

#[test]
fn serve_prints_what_is_shown() {
    let readme = read("README.md");
    let blocks = blocks(&readme, "console");
    let block = blocks
        .iter()
        .find(|block| block.starts_with("$ ipamlab serve "))
        .expect("the tour serves a scenario");
    let mut lines = block.lines();
    let scenario = lines.next().and_then(|line| line.split(' ').nth(3));
    let mut served = Command::new(env!("CARGO_BIN_EXE_ipamlab"))
        .current_dir(root())
        .args(["serve", scenario.expect("it names one")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(served.stdout.take().unwrap());
    let mut real = Vec::new();
    for line in out.lines() {
        let line = line.unwrap();
        real.push(without_ports(&line));
        if line.starts_with("# ready") {
            break;
        }
    }
    served.kill().unwrap();
    served.wait().unwrap();
    let mut rest = real.iter();
    for shown in lines.filter(|line| !line.contains('…')) {
        let wanted = without_ports(shown);
        assert!(
            rest.any(|line| *line == wanted),
            "serve does not print, or not in this order:\n{shown}\nbut:\n{}",
            real.concat()
        );
    }
}

#[test]
fn the_whole_example_runs() {
    let readme = read("README.md");
    let examples = blocks(&readme, "yaml");
    assert!(!examples.is_empty());
    let tour = Tour::new("example");
    fs::create_dir_all(tour.0.join("scenarios/readme")).unwrap();
    for example in examples {
        fs::write(tour.0.join("scenarios/readme/example.yaml"), example).unwrap();
        let checked = tour.shell("ipamlab check readme/example");
        assert!(
            checked.contains("1 checked, 0 errors, 0 warnings"),
            "{checked}"
        );
        let output = tour.shell("ipamlab run --accept readme/example");
        assert!(output.contains("0 failed, 1 written"), "{output}");
    }
}

#[test]
fn the_library_example_is_the_doc_test() {
    let module = read("src/lab/mod.rs");
    let documented: Vec<&str> = module
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let tests = blocks(&documented.join("\n"), "");
    assert_eq!(blocks(&read("README.md"), "rust"), tests);
}

#[test]
fn every_path_in_backticks_exists() {
    let mut looked_up = 0;
    for span in spans(&read("README.md")) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let below_the_root = [
            "src/",
            "tests/",
            "benches/",
            "scenarios/",
            "snapshots/",
            ".ci/",
        ];
        if !span.chars().all(plain) || !below_the_root.iter().any(|top| span.starts_with(top)) {
            continue;
        }
        looked_up += 1;
        assert!(
            root().join(&span).exists(),
            "the README names `{span}`, which does not exist"
        );
    }
    assert!(looked_up > 30, "only {looked_up} paths were found");
}

#[test]
fn steps_faults_exit_codes_and_deviations_are_all_told() {
    let readme = read("README.md");
    let told: BTreeSet<String> = spans(&readme).into_iter().collect();
    let names = STEPS.iter().map(|step| step.name);
    for name in names.chain(FAULTS.iter().map(|fault| fault.name)) {
        assert!(told.contains(name), "the README does not mention `{name}`");
    }
    for fault in FAULTS {
        assert!(
            readme.contains(fault.does),
            "{}: {}",
            fault.name,
            fault.does
        );
    }
    for (exit, meaning) in Exit::ALL {
        let row = format!("| {} | {meaning} |", exit.code());
        assert!(readme.contains(&row), "the README lacks: {row}");
    }
    let table = section(&readme, "Limits and deviations");
    let listed: BTreeSet<String> = spans(&table)
        .into_iter()
        .filter(|span| span.starts_with("src/"))
        .collect();
    assert_eq!(listed, deviating(&root().join("src")));
}

/// Files that mark a deviation.
fn deviating(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(deviating(&path));
        } else if fs::read_to_string(&path).unwrap().contains("Deviation:") {
            let relative = path.strip_prefix(root()).expect("below the root");
            found.insert(relative.display().to_string());
        }
    }
    found
}

#[test]
fn steps_that_are_told_exist() {
    let readme = read("README.md");
    let table = readme.split("### Steps").nth(1).expect("a section Steps");
    let table = table.split("### ").next().unwrap_or_default();
    let known: BTreeSet<&str> = STEPS.iter().map(|step| step.name).collect();
    for line in table.lines().filter(|line| line.starts_with("| ")) {
        for name in spans(line) {
            assert!(known.contains(name.as_str()), "there is no step `{name}`");
        }
    }
}

#[test]
fn dependencies_and_benchmarks_are_all_told() {
    let (readme, manifest) = (read("README.md"), read("Cargo.toml"));
    let told = section(&readme, "Dependencies");
    let words: BTreeSet<&str> = told
        .split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)))
        .collect();
    let benchmarks = section(&readme, "Benchmarks");
    let (mut heading, mut dependencies) = ("", 0);
    for line in manifest.lines() {
        if line.starts_with('[') {
            heading = line;
        } else if let Some((key, value)) = line.split_once(" = ") {
            let own = key == env!("CARGO_PKG_NAME");
            if matches!(heading, "[dependencies]" | "[dev-dependencies]") && !own {
                dependencies += 1;
                assert!(words.contains(key), "the README does not tell of {key}");
            } else if heading == "[[bench]]" && key == "name" {
                let command = format!("cargo bench --bench {}", value.trim_matches('"'));
                assert!(benchmarks.contains(&command), "{command} is not told");
            }
        }
    }
    assert!(dependencies > 20, "only {dependencies} were found");
}
