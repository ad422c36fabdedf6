//! `run`: play scenarios, compare their snapshots, tell what happened.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::args::RunArgs;
use super::exit::Exit;
use super::play::{self, Options, Snapshots};
use super::tell::Teller;
use super::{capture, interrupt, pool, select};
use crate::lab::observation::StepRecord;
use crate::report::transcript;

/// Plays the chosen scenarios.
pub fn run(args: &RunArgs) -> Exit {
    let files = match select::files(&args.selection) {
        Ok(files) => select::partition(files, args.partition),
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
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
    let mut teller = match Teller::new(args.format, args.junit.as_deref(), files.len()) {
        Ok(teller) => teller,
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
    let interrupted = interrupt::listen();
    let stop = || interrupted.load(Ordering::SeqCst);
    let watch = |path: &Path, step: &StepRecord| {
        let words = transcript::step(step);
        tell!("{}: {}", path.display(), words.trim());
    };
    let options = Options {
        seed: args.seed,
        database: args.database.as_ref(),
        pcap: args.pcap.as_deref(),
        snapshots: if args.accept {
            Snapshots::Accept
        } else {
            Snapshots::Compare
        },
        stop: &stop,
        watch: args.no_capture.then_some(&watch),
    };
    let tags = |tags: &[String]| select::has_tag(&args.selection, tags);
    let work = |path: &PathBuf| play::run(path, &tags, &options);
    pool::in_order(&files, jobs(args), work, |number, outcome| {
        let good = teller.tell(&files[number], outcome);
        !stop() && (good || !args.fail_fast)
    });
    teller.finish(stop())
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
