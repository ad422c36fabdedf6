//! `watch`: run scenarios again when what they are read from changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use clap::Args as ClapArgs;
use notify::{EventKind, RecursiveMode, Watcher as _};

use super::args::{RunArgs, default_folder};
use super::exit::Exit;
use super::play::SnapshotPlace;
use super::{interrupt, run, select};

pub const EXAMPLES: &str = "Examples:
  ipamlab watch                    every scenario below `scenarios/`
  ipamlab watch records            those whose path contains a word
  ipamlab watch mine.yaml --accept the snapshot follows the scenario";

/// How often Ctrl-C is looked for.
const LOOK: Duration = Duration::from_millis(200);
/// An editor saves in several writes; what follows this soon belongs to the same change.
const SETTLE: Duration = Duration::from_millis(100);

#[derive(Debug, ClapArgs)]
pub struct WatchArgs {
    #[command(flatten)]
    pub run: RunArgs,
}

/// Runs the chosen scenarios, then those that a change touches.
pub fn run(args: &WatchArgs) -> Exit {
    let interrupted = interrupt::listen();
    let stop = || interrupted.load(Ordering::SeqCst);
    let (tell, changes) = channel();
    let on_event = move |event: notify::Result<notify::Event>| {
        // Reading a file is an event too; a run would wake itself.
        if let Ok(event) = event
            && !matches!(event.kind, EventKind::Access(_))
        {
            let _ = tell.send(event.paths);
        }
    };
    let mut watcher = match notify::recommended_watcher(on_event) {
        Ok(watcher) => watcher,
        Err(error) => return failed(&error),
    };
    let mut files = match select::files(&args.run.selection) {
        Ok(files) => files,
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
    for folder in folders(args, &files) {
        if let Err(error) = watcher.watch(&folder, RecursiveMode::Recursive) {
            return failed(&error);
        }
    }
    run::these(&args.run, &files, &stop);
    while !stop() {
        let what = match files.len() {
            1 => "1 scenario".to_owned(),
            many => format!("{many} scenarios"),
        };
        tell!("watching {what}; Ctrl-C ends it");
        let Some(changed) = next_change(&changes, &stop) else {
            break;
        };
        // A file may have been added or removed; one that is half-saved comes again.
        files = select::files(&args.run.selection).unwrap_or(files);
        let touched: Vec<PathBuf> = files
            .iter()
            .filter(|file| touches(file, &changed))
            .cloned()
            .collect();
        if !touched.is_empty() {
            run::these(&args.run, &touched, &stop);
            // What the run wrote itself is no reason to run again.
            while changes.recv_timeout(SETTLE).is_ok() {}
        }
    }
    Exit::AsExpected
}

fn failed(error: &notify::Error) -> Exit {
    tell!("error: changes cannot be watched for: {error}");
    Exit::Usage
}

/// The folders that hold what the chosen scenarios are read from. A file's folder is watched in
/// its place: editors replace a file rather than write into it.
fn folders(args: &WatchArgs, files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let named = args.run.selection.which.iter().map(PathBuf::from);
    let mut folders: BTreeSet<PathBuf> = named.filter(|path| path.is_dir()).collect();
    let of_file = |file: &Path| match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    folders.extend(files.iter().map(|file| of_file(file)));
    let snapshots = files.iter().filter_map(|file| SnapshotPlace::of(file));
    folders.extend(
        snapshots
            .map(|place| of_file(&place.file))
            .filter(|folder| folder.is_dir()),
    );
    if args.run.selection.which.is_empty() {
        folders.insert(default_folder());
    }
    folders
}

/// The files that changed next, or `None` when it is time to end.
fn next_change(changes: &Receiver<Vec<PathBuf>>, stop: &impl Fn() -> bool) -> Option<Vec<PathBuf>> {
    loop {
        if stop() {
            return None;
        }
        match changes.recv_timeout(LOOK) {
            Ok(mut paths) => {
                while let Ok(more) = changes.recv_timeout(SETTLE) {
                    paths.extend(more);
                }
                return Some(paths);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Whether a scenario is read from one of the files, which are named as the system names them.
fn touches(scenario: &Path, changed: &[PathBuf]) -> bool {
    let same = |own: &Path| {
        let own = own.canonicalize().unwrap_or_else(|_| own.to_owned());
        changed.iter().any(|path| {
            let path = path.canonicalize().unwrap_or_else(|_| path.clone());
            path == own
        })
    };
    same(scenario) || SnapshotPlace::of(scenario).is_some_and(|place| same(&place.file))
}
