//! Every shipped scenario, byte for byte the same over the server as over a file.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ipamlab::ipam::store::Database;
use ipamlab::lab;
use ipamlab::report::transcript;
use ipamlab::scenario::load;
use ipamlab::step::{Play, play};

use super::{cluster, database, skipped};

/// Scenarios whose size, not whose meaning, makes them slow over a server.
const TOO_LARGE: &[&str] = &["scale", "year-of-1000-clients.yaml"];

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    for entry in entries {
        let path = entry.expect("a listed entry is readable").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if TOO_LARGE.contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|found| found == "yaml") {
            files.push(path);
        }
    }
}

fn told(path: &Path, database: Database) -> String {
    let mut scenario = load(path).scenario.expect("a shipped scenario is good");
    scenario.lab.engine.database = database;
    let script = Play {
        steps: &scenario.steps,
        administrator: scenario.administrator.as_ref().map(ToString::to_string),
        stop: &|| false,
        watch: &mut |_| {},
        film: None,
    };
    let record = lab::run(scenario.lab, async |lab| play(lab, script).await);
    match record {
        Ok(record) => transcript::render(&record),
        Err(error) => format!("cannot be run: {error}"),
    }
}

/// The difference that the server makes to a scenario, if any.
fn difference(path: &Path, number: usize) -> Option<String> {
    let folder = std::env::temp_dir().join(format!("ipamlab-{}-{number}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let in_file = told(path, Database::File(folder.join("ipam.db")));
    std::fs::remove_dir_all(&folder).expect("it is this test's own");
    // The engine makes the database; a further IPAM server one beside it.
    let url = cluster::url("tester", &format!("scenario{number}")).expect("the server runs");
    let on_server = told(path, database(&url));
    if in_file == on_server {
        return None;
    }
    let mut lines = in_file.lines().zip(on_server.lines());
    let (one, other) = lines
        .find(|(one, other)| one != other)
        .unwrap_or(("(one is longer)", "(than the other)"));
    let path = path.display();
    Some(format!(
        "{path}:\n  in a file   {one}\n  on a server {other}"
    ))
}

#[test]
fn every_transcript_is_the_same_over_a_server() {
    if cluster::url("tester", "postgres")
        .or_else(skipped)
        .is_none()
    {
        return;
    }
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    below(&root, &mut files);
    files.sort();
    assert!(
        files
            .iter()
            .any(|file| file.ends_with("provisioning/gpo-flow.yaml"))
    );
    let work = Mutex::new(files.iter().enumerate());
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = work.lock().expect("no test panics with it").next();
                    let Some((number, path)) = next else { return };
                    let different = difference(path, number);
                    found
                        .lock()
                        .expect("no test panics with it")
                        .extend(different);
                }
            });
        }
    });
    let found = found.into_inner().expect("no test panics with it");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
