//! `run`: play scenarios, compare their snapshots, tell what happened.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::args::{Format, RunArgs};
use super::exit::Exit;
use super::play::{self, Options, Outcome, Ran, Snapshots};
use super::{interrupt, pool, select};
use crate::lab::observation::StepRecord;
use crate::report::console::{self, Style, Summary};
use crate::report::json::{self, Verdict};
use crate::report::transcript;
use crate::scenario::diagnostic::{self, Rendered};

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
    let interrupted = interrupt::listen();
    let stop = || interrupted.load(Ordering::SeqCst);
    let watch = |path: &Path, step: &StepRecord| {
        let words = transcript::step(step);
        tell!("{}: {}", path.display(), words.trim());
    };
    let options = Options {
        seed: args.seed,
        database: args.database.as_deref(),
        snapshots: if args.accept {
            Snapshots::Accept
        } else {
            Snapshots::Compare
        },
        stop: &stop,
        watch: args.no_capture.then_some(&watch),
    };
    let tags = |tags: &[String]| select::has_tag(&args.selection, tags);
    let mut teller = Teller::new(args.format);
    let work = |path: &PathBuf| play::run(path, &tags, &options);
    pool::in_order(&files, jobs(args), work, |number, outcome| {
        let good = teller.tell(&files[number], outcome);
        !stop() && (good || !args.fail_fast)
    });
    teller.finish(files.len(), stop())
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

/// Tells outcomes as they come, and what they amount to.
struct Teller {
    format: Format,
    style: Style,
    summary: Summary,
    unusable: usize,
    bugs: usize,
    skipped: usize,
    /// The reader closed the pipe and wants no more.
    closed: bool,
}

impl Teller {
    fn new(format: Format) -> Teller {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let style = match std::io::stdout().is_terminal() && !plain {
            true => Style::Coloured,
            false => Style::Plain,
        };
        Teller {
            format,
            style,
            summary: Summary::default(),
            unusable: 0,
            bugs: 0,
            skipped: 0,
            closed: false,
        }
    }

    /// Tells one outcome; false when it is one to stop at under `--fail-fast`.
    fn tell(&mut self, path: &Path, outcome: Outcome) -> bool {
        match outcome {
            Outcome::NotChosen => {
                self.skipped += 1;
                true
            }
            Outcome::Ran(ran) => self.ran(path, &ran),
            Outcome::Unusable { text, diagnostics } => {
                self.unusable += 1;
                let colour = diagnostic::colour_on_stderr();
                let (text, diagnostics) = (&text, &diagnostics);
                super::show(&Rendered {
                    path,
                    text,
                    diagnostics,
                    colour,
                });
                false
            }
            Outcome::SnapshotFailed(error) => {
                self.summary.failed += 1;
                tell!("error: {}: {error}", path.display());
                false
            }
            Outcome::Bug(words) => {
                self.bugs += 1;
                tell!("error: {}: a mistake of ipamlab: {words}", path.display());
                false
            }
        }
    }

    fn ran(&mut self, path: &Path, ran: &Ran) -> bool {
        match ran.verdict {
            Verdict::Passed => self.summary.passed += 1,
            Verdict::Failed => self.summary.failed += 1,
            Verdict::Accepted => self.summary.accepted += 1,
        }
        let file = path.display().to_string();
        match self.format {
            Format::Json => {
                let line = json::line(&file, ran.verdict, &ran.difference, &ran.record);
                self.print(&line);
            }
            Format::Human => {
                let title = &ran.record.title;
                self.print(&console::verdict_line(
                    self.style,
                    ran.verdict,
                    &file,
                    title,
                ));
                for line in console::findings(self.style, &ran.record) {
                    self.print(&line);
                }
                for line in console::difference(self.style, &ran.difference) {
                    self.print(&line);
                }
            }
        }
        ran.verdict != Verdict::Failed
    }

    fn print(&mut self, line: &str) {
        self.closed |= writeln!(std::io::stdout().lock(), "{line}").is_err();
    }

    fn finish(mut self, files: usize, interrupted: bool) -> Exit {
        let told = self.summary.passed + self.summary.failed + self.summary.accepted;
        self.summary.not_run = files - told - self.unusable - self.bugs - self.skipped;
        if self.unusable > 0 {
            tell!("cannot be run: {}", self.unusable);
        }
        if told > 0 && self.format == Format::Human {
            let line = console::summary_line(self.style, self.summary);
            self.print(&line);
        }
        if self.bugs > 0 {
            Exit::Bug
        } else if interrupted {
            tell!("interrupted");
            Exit::Interrupted
        } else if self.unusable > 0 {
            Exit::Usage
        } else if self.summary.failed > 0 {
            Exit::Finding
        } else if told == 0 {
            tell!("error: no scenario was chosen");
            Exit::NothingRan
        } else {
            Exit::AsExpected
        }
    }
}
