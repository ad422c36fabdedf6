//! `run`: play scenarios, compare their snapshots, tell what happened.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::args::RunArgs;
use super::exit::Exit;
use super::memory::Memory;
use super::play::{self, Options, Outcome, Snapshots};
use super::progress::{self, Progress};
use super::tell::Teller;
use super::{capture, interrupt, pool, select};
use crate::lab::observation::StepRecord;
use crate::report::transcript;

/// Plays the chosen scenarios.
pub fn run(args: &RunArgs) -> Exit {
    let mut files = match select::files(&args.selection) {
        Ok(files) => select::partition(files, args.partition),
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
    if args.rerun_failed {
        let memory = Memory::load();
        if memory.is_empty() {
            tell!("note: no scenario failed when it last ran from this folder");
            return Exit::NothingRan;
        }
        files.retain(|file| memory.has(file));
    }
    if args.database.is_some() && files.len() > 1 {
        tell!(
            "error: `--database` holds what one scenario leaves, and {} are chosen: name one",
            files.len()
        );
        return Exit::Usage;
    }
    if let Some(Err(error)) = args.pcap.as_deref().map(capture::prepare) {
        tell!("error: {error}");
        return Exit::Usage;
    }
    let stop = interrupt::listen();
    these(args, &files, &|| stop.load(Ordering::SeqCst))
}

/// Plays these scenarios until all were, or `stop` says so.
pub fn these(args: &RunArgs, files: &[PathBuf], stop: &(dyn Fn() -> bool + Sync)) -> Exit {
    let mut teller = match Teller::new(args, files.len()) {
        Ok(teller) => teller,
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
    let progress = Progress::new(files.len(), !args.no_capture);
    let watch = |path: &Path, step: &StepRecord| {
        let words = transcript::step(step);
        tell!("{}: {}", path.display(), words.trim());
    };
    let options = Options {
        seed: args.seed,
        database: args.database.as_ref(),
        pcap: args.pcap.as_deref(),
        film: args.report.is_some(),
        snapshots: if args.accept {
            Snapshots::Accept
        } else {
            Snapshots::Compare
        },
        stop,
        watch: args.no_capture.then_some(&watch),
    };
    let tags = |tags: &[String]| select::has_tag(&args.selection, tags);
    let work = |path: &PathBuf| {
        let play = || play::run(path, &tags, &options);
        progress.time(path, play, Outcome::failed)
    };
    let mut memory = Memory::load();
    pool::in_order(files, jobs(args), work, |number, outcome| {
        let file = &files[number];
        if !matches!(outcome, Outcome::NotChosen) {
            memory.note(file, outcome.failed());
        }
        let good = progress.aside(|| teller.tell(file, outcome));
        !stop() && (good || !args.fail_fast)
    });
    // Without the memory the next call cannot be asked for the failed ones; this one is as good.
    let kept = memory.store();
    slowest(progress, args);
    let exit = teller.finish(stop());
    if let Err(error) = kept
        && exit == Exit::Finding
    {
        tell!("note: what failed cannot be kept for `--rerun-failed`: {error}");
    }
    exit
}

/// Names the scenarios that took longest.
fn slowest(progress: Progress, args: &RunArgs) {
    let to_a_person = std::io::stderr().is_terminal() && !progress::in_ci();
    let count = args.slowest.unwrap_or(if to_a_person { 3 } else { 0 });
    let slowest = progress.end(count);
    if !slowest.is_empty() {
        tell!("slowest: {}", slowest.join(", "));
    }
}

/// As many as the machine has, unless something forbids it: steps told as they happen would mix,
/// and two engines cannot share one database.
fn jobs(args: &RunArgs) -> usize {
    if args.no_capture || args.database.is_some() {
        return 1;
    }
    let machine = || std::thread::available_parallelism().map_or(1, usize::from);
    args.jobs.map_or_else(machine, usize::from)
}
