//! House rules that a compiler does not check: who may import whom, how long a file or function
//! may grow, what may not be left behind, and that every scenario has its snapshot.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of the longest file. Some headroom above the 350 that reviews aim for.
const FILE_LINES_MAX: usize = 400;
/// Lines of the longest function, so that one fits on a screen.
const FUNCTION_LINES_MAX: usize = 75;
const COLUMNS_MAX: usize = 100;

/// Each module and what it may import besides itself. The order is the order of the layers.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("addr", &["base"]),
    ("wire", &["base", "addr"]),
    ("net", &["base"]),
    // A firewall rule names a transport; of packets the estate knows nothing.
    ("estate", &["base", "addr", "wire", "net::Transport"]),
    ("server", &["base", "addr", "wire", "net", "estate"]),
    ("ipam", &["base", "addr", "wire", "net"]),
    ("oracle", &["base", "addr", "wire", "estate"]),
    (
        "lab",
        &[
            "base", "addr", "wire", "net", "estate", "server", "ipam", "oracle",
        ],
    ),
    (
        "step",
        &[
            "base", "addr", "wire", "net", "estate", "server", "ipam", "oracle", "lab",
        ],
    ),
    (
        "scenario",
        &[
            "base", "addr", "wire", "net", "estate", "server", "ipam", "lab", "step",
        ],
    ),
    // Reports see observations, which are plain data, and nothing that produced them.
    (
        "report",
        &["base", "lab::observation", "lab::scene", "lab::trace"],
    ),
    // The player shows runs and starts new ones; of engine and estate it sees what a scene tells.
    ("demo", &["base", "lab", "step", "scenario", "report"]),
];

/// Words that mark unfinished work or a channel the architecture forbids.
const BANNED: &[(&str, &str)] = &[
    ("todo!(", "finish it"),
    ("unimplemented!(", "finish it"),
    ("dbg!(", "remove it"),
    ("FIXME", "mend it or describe the limit in a sentence"),
    ("#[ignore", "assert what holds today instead"),
    ("thread_rng", "draw from base::Seed::stream"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("a listed entry is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources(folders: &[&str]) -> Vec<(String, String)> {
    folders
        .iter()
        .flat_map(|folder| files_below(&root().join(folder), "rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8");
            let name = path.strip_prefix(root()).expect("below the root");
            (name.to_string_lossy().replace('\\', "/"), text)
        })
        .collect()
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn modules_import_only_from_the_layers_they_may_see() {
    let mut problems = Vec::new();
    for (module, allowed) in LAYERS {
        let files = sources(&[&format!("src/{module}")]);
        assert!(!files.is_empty(), "src/{module} holds no file");
        for (name, text) in files {
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or("");
                for (at, _) in code.match_indices("crate::") {
                    let path = &code[at + "crate::".len()..];
                    let permitted = path.starts_with(module)
                        || allowed.iter().any(|allowed| path.starts_with(allowed));
                    if !permitted {
                        problems.push(format!(
                            "{name}:{}: `{module}` may not import `{path}`",
                            number + 1
                        ));
                    }
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn only_the_wire_module_names_the_codec_crates() {
    let mut problems = Vec::new();
    for (name, text) in sources(&["src"]) {
        let may_name_hickory = name.starts_with("src/wire/") || name.starts_with("src/server/dns/");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            if (code.contains("hickory_") && !may_name_hickory)
                || (code.contains("dhcproto::") && !name.starts_with("src/wire/"))
            {
                problems.push(format!("{name}:{}: use crate::wire instead", number + 1));
            }
        }
    }
    report(&problems);
}

#[test]
fn nothing_unfinished_is_left_behind() {
    let mut problems = Vec::new();
    for (name, text) in sources(&["src", "tests", "benches"]) {
        if name == "tests/tidy.rs" {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            for (word, remedy) in BANNED {
                if line.contains(word) {
                    problems.push(format!("{name}:{}: `{word}`: {remedy}", number + 1));
                }
            }
            let biased = text
                .lines()
                .nth(number + 1)
                .unwrap_or("")
                .contains("biased;");
            if line.contains("select! {") && !biased && !line.contains("//") {
                problems.push(format!(
                    "{name}:{}: `select!` without `biased;` picks at random",
                    number + 1
                ));
            }
        }
    }
    report(&problems);
}

#[test]
fn steps_ask_the_ipam_server_the_console_is_connected_to() {
    // The laboratory's own accessor is the first server, whichever a scenario is connected to.
    let first = ".ipam()";
    let problems: Vec<String> = sources(&["src/step"])
        .into_iter()
        .filter(|(_, text)| text.lines().any(|line| line.contains(first)))
        .map(|(name, _)| format!("{name}: take `Stage::session` in place of `{first}`"))
        .collect();
    report(&problems);
}

#[test]
fn files_functions_and_lines_stay_readable() {
    let mut problems = Vec::new();
    for (name, text) in sources(&["src", "tests", "benches"]) {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > FILE_LINES_MAX {
            problems.push(format!(
                "{name}: {} lines, {FILE_LINES_MAX} at most",
                lines.len()
            ));
        }
        for (number, line) in lines.iter().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS_MAX {
                problems.push(format!("{name}:{}: {columns} columns", number + 1));
            }
        }
        problems.extend(long_functions(&name, &lines));
    }
    report(&problems);
}

/// Functions as rustfmt lays them out: they end at a closing brace in the column they began.
fn long_functions(name: &str, lines: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let indent = &line[..line.len() - body.len()];
        let mut words = body.split_whitespace();
        let is_function = words.by_ref().find(|word| {
            !matches!(
                *word,
                "pub" | "pub(crate)" | "pub(super)" | "async" | "const"
            )
        }) == Some("fn");
        if !is_function || body.ends_with(';') {
            continue;
        }
        let end = format!("{indent}}}");
        let length = lines[start..]
            .iter()
            .position(|line| *line == end)
            .map_or(0, |offset| offset + 1);
        if length > FUNCTION_LINES_MAX {
            problems.push(format!(
                "{name}:{}: a function of {length} lines, {FUNCTION_LINES_MAX} at most",
                start + 1
            ));
        }
    }
    problems
}

#[test]
fn every_module_says_what_it_is_for() {
    let problems: Vec<String> = sources(&["src"])
        .iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(name, _)| format!("{name}: begins without a `//!` line"))
        .collect();
    report(&problems);
}

#[test]
fn every_scenario_has_a_snapshot_and_every_snapshot_a_scenario() {
    let scenarios = root().join("scenarios");
    let names = |folder: &Path, extension: &str| -> BTreeSet<String> {
        files_below(folder, extension)
            .iter()
            .map(|path| {
                let relative = path.strip_prefix(folder).expect("below the folder");
                let name = relative.with_extension("");
                name.to_string_lossy().replace(['/', '\\'], "__")
            })
            .collect()
    };
    let files = names(&scenarios, "yaml");
    let snapshots = names(&root().join("snapshots"), "snap");
    assert!(
        !files.is_empty(),
        "no scenario was found below {}",
        scenarios.display()
    );
    let lonely: Vec<&String> = files.symmetric_difference(&snapshots).collect();
    assert!(
        lonely.is_empty(),
        "scenario without snapshot, or the reverse: {lonely:?}"
    );
}
