//! One scenario from file to verdict, on the thread that calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::capture;
use crate::ipam::store::Database;
use crate::lab::observation::{RunRecord, StepRecord};
use crate::lab::scene::Film;
use crate::lab::{self, LabError};
use crate::report::case::{Finished, Verdict};
use crate::report::html::Reel;
use crate::report::snapshot::{self, Comparison};
use crate::report::transcript;
use crate::scenario::load::{Loaded, estate_problems};
use crate::scenario::{self, Diagnostic};
use crate::step::{Play, play};

/// What to do with a transcript that differs from its snapshot, or has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snapshots {
    /// It is a finding.
    Compare,
    /// It is written.
    Accept,
}

/// How scenarios are played.
pub struct Options<'a> {
    pub seed: Option<u64>,
    pub database: Option<&'a Database>,
    pub snapshots: Snapshots,
    /// The folder for a capture of the packets of each run.
    pub pcap: Option<&'a Path>,
    /// Whether how the run looks after each step is kept, for a report.
    pub film: bool,
    /// Asked before every step.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Told of every step as it ends.
    pub watch: Option<&'a Watch<'a>>,
}

/// Is told of a step that has ended, and of the file it is from.
pub type Watch<'a> = dyn Fn(&Path, &StepRecord) + Sync + 'a;

/// What became of a scenario.
pub enum Outcome {
    /// It ran to its end, or was interrupted.
    Ran(Box<Finished>),
    /// It cannot be run.
    Unusable {
        text: String,
        diagnostics: Vec<Diagnostic>,
    },
    /// It has none of the tags that were asked for.
    NotChosen,
    /// A file of its own, snapshot or capture, could not be read or written.
    FileFailed(std::io::Error),
    /// A panic: our mistake.
    Bug(String),
}

impl Outcome {
    /// Whether it counts against the run.
    pub fn failed(&self) -> bool {
        match self {
            Outcome::Ran(ran) => ran.verdict == Verdict::Failed,
            Outcome::NotChosen => false,
            Outcome::Unusable { .. } | Outcome::FileFailed(_) | Outcome::Bug(_) => true,
        }
    }
}

/// Loads a scenario and plays it.
pub fn run(path: &Path, tags: &dyn Fn(&[String]) -> bool, options: &Options<'_>) -> Outcome {
    let guarded = catch_unwind(AssertUnwindSafe(|| run_unguarded(path, tags, options)));
    guarded.unwrap_or_else(|panic| Outcome::Bug(words(&*panic).to_owned()))
}

/// What a panic said.
pub(super) fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words")
}

fn run_unguarded(path: &Path, tags: &dyn Fn(&[String]) -> bool, options: &Options<'_>) -> Outcome {
    let loaded = scenario::load(path);
    let chosen = loaded
        .scenario
        .as_ref()
        .is_none_or(|scenario| tags(&scenario.tags));
    if !chosen {
        return Outcome::NotChosen;
    }
    let steps = loaded.scenario.iter().flat_map(|scenario| &scenario.steps);
    let lines = steps.map(|step| step.line).collect();
    let (record, film) = match record(path, loaded, options) {
        Ok(recorded) => recorded,
        Err(unusable) => return *unusable,
    };
    let judged = judge(path, &record, options.snapshots).and_then(|judged| {
        if let (Some(folder), Some(film)) = (options.pcap, &film) {
            capture::write(folder, path, &film.trace, &record, judged.0)?;
        }
        Ok(judged)
    });
    match judged {
        Ok((verdict, difference)) => Outcome::Ran(Box::new(Finished {
            reel: film
                .filter(|_| options.film)
                .map(|film| Reel::of(&record, &film)),
            record,
            verdict,
            difference,
            lines,
        })),
        Err(error) => Outcome::FileFailed(error),
    }
}

/// Plays a scenario. With it comes its film for a report, or of that the traffic for a capture.
fn record(
    path: &Path,
    loaded: Loaded,
    options: &Options<'_>,
) -> Result<(RunRecord, Option<Film>), Box<Outcome>> {
    let Loaded {
        text,
        scenario,
        diagnostics,
        ..
    } = loaded;
    let Some(mut scenario) = scenario else {
        return Err(Box::new(Outcome::Unusable { text, diagnostics }));
    };
    if let Some(seed) = options.seed {
        scenario.lab.seed = crate::base::Seed(seed);
    }
    let own_database = database(&mut scenario, options.database);
    let mut watch = |step: &StepRecord| {
        if let Some(watch) = options.watch {
            watch(path, step);
        }
    };
    let mut film = Film::default();
    let script = Play {
        steps: &scenario.steps,
        administrator: scenario.administrator.as_ref().map(ToString::to_string),
        stop: options.stop,
        watch: &mut watch,
        film: options.film.then_some(&mut film),
    };
    let captured = options.pcap.is_some() && !options.film;
    let result = lab::run(scenario.lab, async |lab| {
        let record = play(lab, script).await;
        (record, captured.then(|| lab.trace()))
    });
    drop(own_database);
    let recorded = result.map(|(record, trace)| {
        if let Some(trace) = trace {
            film.trace = trace;
        }
        (record, (captured || options.film).then_some(film))
    });
    recorded.map_err(|error| {
        let diagnostics = match &error {
            LabError::Estate(errors) => estate_problems(&text, errors),
            other => vec![Diagnostic::error(None, other.to_string())],
        };
        Box::new(Outcome::Unusable { text, diagnostics })
    })
}

/// A database file made for one run, removed with it.
pub(super) struct OwnDatabase(PathBuf);

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        // SQLite keeps its journal beside the file; what cannot be removed was not there.
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(suffix);
            let _ = std::fs::remove_file(name);
        }
    }
}

/// Decides where the engine's database lives.
pub(super) fn database(
    scenario: &mut scenario::Scenario,
    named: Option<&Database>,
) -> Option<OwnDatabase> {
    if let Some(named) = named {
        scenario.lab.engine.database = named.clone();
        return None;
    }
    if !scenario.database_in_file {
        return None;
    }
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("ipamlab-{}-{number}.db", std::process::id());
    let path = std::env::temp_dir().join(name);
    scenario.lab.engine.database = Database::File(path.clone());
    Some(OwnDatabase(path))
}

/// The verdict on a run: its findings, and its transcript against the snapshot.
fn judge(
    path: &Path,
    record: &RunRecord,
    snapshots: Snapshots,
) -> std::io::Result<(Verdict, Vec<String>)> {
    let findings = record.findings().count();
    if record.interrupted {
        let verdict = if findings == 0 {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        return Ok((verdict, Vec::new()));
    }
    let text = transcript::render(record);
    let Some(place) = SnapshotPlace::of(path) else {
        // A scenario outside of any `scenarios` folder has no snapshot: its findings decide.
        let verdict = if findings == 0 {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        return Ok((verdict, Vec::new()));
    };
    let compared = snapshot::compare(&place.file, &text)
        .map_err(|error| named("cannot read", &place.file, &error))?;
    let is_new = compared == Comparison::New;
    let (changed, difference) = match compared {
        Comparison::Same => (false, Vec::new()),
        Comparison::New => (
            true,
            vec![format!("+ no snapshot {}", place.file.display())],
        ),
        Comparison::Changed(lines) => (true, lines),
    };
    // A run with a finding is never written: the snapshot would say that it is as expected.
    if findings > 0 {
        return Ok((Verdict::Failed, difference));
    }
    match (changed, snapshots) {
        (false, _) => Ok((Verdict::Passed, Vec::new())),
        (true, Snapshots::Compare) => Ok((Verdict::Failed, difference)),
        (true, Snapshots::Accept) => {
            let written = snapshot::write(&place.file, &place.input, &text);
            written.map_err(|error| named("cannot write", &place.file, &error))?;
            // Where there was nothing, there is no difference to show.
            let shown = if is_new { Vec::new() } else { difference };
            Ok((Verdict::Accepted, shown))
        }
    }
}

/// The error with the file it is about, which the system leaves out.
fn named(what: &str, file: &Path, error: &std::io::Error) -> std::io::Error {
    let text = format!("{what} the snapshot `{}`: {error}", file.display());
    std::io::Error::new(error.kind(), text)
}

/// Where the snapshot of a scenario lies: in `snapshots/` beside the folder `scenarios`.
pub struct SnapshotPlace {
    pub file: PathBuf,
    /// The scenario as the snapshot's header names it.
    pub input: PathBuf,
}

impl SnapshotPlace {
    /// `None` for a scenario that lies in no folder called `scenarios`.
    pub fn of(path: &Path) -> Option<SnapshotPlace> {
        let parts: Vec<_> = path.components().collect();
        let at = parts
            .iter()
            .rposition(|part| part.as_os_str() == "scenarios")?;
        let root: PathBuf = parts[..at].iter().collect();
        let below: PathBuf = parts[at + 1..].iter().collect();
        Some(SnapshotPlace {
            file: snapshot::path_of(&root.join("snapshots"), &below),
            input: Path::new("scenarios").join(below),
        })
    }
}
