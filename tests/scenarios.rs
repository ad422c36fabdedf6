//! One named test a scenario file: it runs as expected and its transcript is the snapshot.
//!
//! The comparison is insta's, so that `cargo insta review` works on what changed. `ipamlab run`
//! reads and writes the same files.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use ipamlab::ipam::store::Database;
use ipamlab::lab;
use ipamlab::report::{console, transcript};
use ipamlab::scenario::{diagnostic::Rendered, load};
use ipamlab::step::{Play, play};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    below(&root.join("scenarios"), &mut files);
    assert!(!files.is_empty(), "no scenario was found");
    let trial = |path: PathBuf| {
        let name = path
            .strip_prefix(root)
            .expect("below the root")
            .with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        Trial::test(name, move || check(&path))
    };
    libtest_mimic::run(&arguments, files.into_iter().map(trial).collect()).exit();
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the scenarios are a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a listed entry is readable").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            files.push(path);
        }
    }
}

fn check(path: &Path) -> Result<(), Failed> {
    let guarded = catch_unwind(AssertUnwindSafe(|| play_and_compare(path)));
    guarded.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(words.unwrap_or("a panic without words").into())
    })
}

/// An empty folder of the scenario's own, for a database that it wants in a file.
fn scratch_for(input: &Path) -> PathBuf {
    let name = input.to_string_lossy().replace(['/', '\\'], "__");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What an aborted run left behind would be somebody else's database.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

fn play_and_compare(path: &Path) -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let input = path.strip_prefix(root).expect("below the root");
    let loaded = load(path);
    let Some(mut scenario) = loaded.scenario else {
        let (text, diagnostics) = (&loaded.text, &loaded.diagnostics);
        return Err(Rendered {
            path: input,
            text,
            diagnostics,
            colour: false,
        }
        .to_string()
        .into());
    };
    let script = Play {
        steps: &scenario.steps,
        administrator: scenario.administrator.as_ref().map(ToString::to_string),
        stop: &|| false,
        watch: &mut |_| {},
        film: None,
    };
    let scratch = scenario.database_in_file.then(|| scratch_for(input));
    scenario.lab.engine.database = scratch.as_ref().map_or(Database::Memory, |folder| {
        Database::File(folder.join("ipam.db"))
    });
    let record = lab::run(scenario.lab, async |lab| play(lab, script).await)?;
    if let Some(folder) = scratch {
        std::fs::remove_dir_all(folder)?;
    }
    let findings = console::findings(console::Style::Plain, &record, &[]);
    if !findings.is_empty() {
        return Err(findings.join("\n").into());
    }
    let below = input
        .strip_prefix("scenarios")
        .expect("below the scenarios")
        .with_extension("");
    let name = below.to_string_lossy().replace(['/', '\\'], "__");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root.join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(input);
    settings.bind(|| insta::assert_snapshot!(name, transcript::render(&record)));
    Ok(())
}
