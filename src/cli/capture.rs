//! `run --pcap DIR`: a capture file for each scenario.

use std::io;
use std::path::{Path, PathBuf};

use super::play::SnapshotPlace;
use crate::base::whole_file;
use crate::lab::observation::RunRecord;
use crate::lab::trace::Trace;
use crate::report::case::Verdict;
use crate::report::pcap;

/// Where the capture of a scenario goes: named like its snapshot, `dns__answers.pcapng`.
pub fn path_of(folder: &Path, scenario: &Path) -> PathBuf {
    let name = match SnapshotPlace::of(scenario) {
        Some(place) => place.file,
        None => scenario.to_owned(),
    };
    let stem = name.file_stem().unwrap_or_default().to_owned();
    let mut name = stem;
    name.push(".pcapng");
    folder.join(name)
}

/// Makes the folder before anything runs.
///
/// # Errors
/// When it cannot be made; the text names it.
pub fn prepare(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let text = format!("the folder `{}` cannot be made: {error}", folder.display());
        io::Error::new(error.kind(), text)
    })
}

/// Writes the capture of a run, whole or not at all.
pub fn write(
    folder: &Path,
    scenario: &Path,
    trace: &Trace,
    record: &RunRecord,
    verdict: Verdict,
) -> io::Result<()> {
    let path = path_of(folder, scenario);
    let verdict = match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Accepted => "passed, snapshot written",
    };
    let written = whole_file::replace(&path, |to| pcap::write(trace, record, verdict, to));
    written.map_err(|error| {
        let text = format!("cannot write the capture `{}`: {error}", path.display());
        io::Error::new(error.kind(), text)
    })
}
