//! Results as they come, in the format asked for, and what they amount to.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::args::{Format as Chosen, RunArgs};
use super::exit::Exit;
use super::play::Outcome;
use crate::base::whole_file;
use crate::report::case::{Case, Ending, Problem, Verdict};
use crate::report::console::{Console, Style};
use crate::report::format::{Format, Summary};
use crate::report::github::Github;
use crate::report::html::Page;
use crate::report::json::Json;
use crate::report::junit::Junit;
use crate::report::tap::Tap;
use crate::scenario::Diagnostic;
use crate::scenario::diagnostic::{self, Rendered};

/// Tells outcomes as they come, and what they amount to.
pub struct Teller {
    format: Box<dyn Format>,
    /// What is written to files as well.
    beside: Vec<File>,
    summary: Summary,
    files: usize,
    unusable: usize,
    bugs: usize,
    skipped: usize,
    /// Why results could not be told, as on a full disk.
    lost: Option<io::Error>,
}

impl Teller {
    /// Begins to tell of `files` scenarios.
    ///
    /// # Errors
    /// When the file of `--junit` or of `--report` cannot be written.
    pub fn new(args: &RunArgs, files: usize) -> io::Result<Teller> {
        let beside = beside(args)?;
        let mut teller = Teller {
            format: formatter(args.format),
            beside,
            summary: Summary::default(),
            files,
            unusable: 0,
            bugs: 0,
            skipped: 0,
            lost: None,
        };
        let begin = teller.format.begin();
        teller.print(&begin);
        Ok(teller)
    }

    /// Tells one outcome; false when it is one to stop at under `--fail-fast`.
    pub fn tell(&mut self, path: &Path, outcome: Outcome) -> bool {
        let ending = match outcome {
            Outcome::NotChosen => {
                self.skipped += 1;
                return true;
            }
            Outcome::Ran(ran) => {
                match ran.verdict {
                    Verdict::Passed => self.summary.passed += 1,
                    Verdict::Failed => self.summary.failed += 1,
                    Verdict::Accepted => self.summary.accepted += 1,
                }
                Ending::Ran(ran)
            }
            Outcome::Unusable { text, diagnostics } => {
                self.unusable += 1;
                self.summary.broken += 1;
                super::show(&Rendered {
                    path,
                    text: &text,
                    diagnostics: &diagnostics,
                    colour: diagnostic::colour_on_stderr(),
                });
                Ending::Unusable(diagnostics.into_iter().map(problem).collect())
            }
            Outcome::FileFailed(error) => {
                self.summary.failed += 1;
                tell!("error: {}: {error}", path.display());
                Ending::FileFailed(error.to_string())
            }
            Outcome::Bug(words) => {
                self.bugs += 1;
                self.summary.broken += 1;
                tell!("error: {}: a mistake of ipamlab: {words}", path.display());
                Ending::Bug(words)
            }
        };
        let case = Case {
            file: path.display().to_string(),
            ending,
        };
        let text = self.format.case(&case);
        self.print(&text);
        for file in &mut self.beside {
            file.format.case(&case);
        }
        !case.failed()
    }

    fn print(&mut self, text: &str) {
        let mut to = io::stdout().lock();
        match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
            // The reader closed the pipe and wants no more.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(error) => self.lost = self.lost.take().or(Some(error)),
            Ok(()) => {}
        }
    }

    /// Tells the counts, and how the program ends.
    pub fn finish(mut self, interrupted: bool) -> Exit {
        let told = self.summary.told();
        self.summary.not_run = self.files - told - self.skipped;
        if self.unusable > 0 {
            tell!("cannot be run: {}", self.unusable);
        }
        let end = self.format.end(&self.summary);
        self.print(&end);
        let mut unwritten = false;
        for file in std::mem::take(&mut self.beside) {
            if let Err(error) = file.write(&self.summary) {
                tell!("error: {error}");
                unwritten = true;
            }
        }
        if let Some(error) = &self.lost {
            tell!("error: the results could not be told: {error}");
        }
        if self.bugs > 0 {
            Exit::Bug
        } else if interrupted {
            tell!("interrupted");
            Exit::Interrupted
        } else if self.unusable > 0 || unwritten || self.lost.is_some() {
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

fn formatter(chosen: Chosen) -> Box<dyn Format> {
    match chosen {
        Chosen::Human => {
            let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            Box::new(Console(match io::stdout().is_terminal() && !plain {
                true => Style::Coloured,
                false => Style::Plain,
            }))
        }
        Chosen::Json => Box::new(Json),
        Chosen::Junit => Box::new(Junit::default()),
        Chosen::Tap => Box::new(Tap::default()),
        Chosen::Github => Box::new(Github),
    }
}

/// The files that are wanted beside what is told.
fn beside(args: &RunArgs) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    if let Some(path) = &args.junit {
        files.push(File::prepare(path, Box::new(Junit::default()))?);
    }
    if let Some(path) = &args.report {
        let database = args.database.iter();
        let given = database.map(|one| format!("--database={one}")).collect();
        files.push(File::prepare(path, Box::new(Page::new(given)))?);
    }
    Ok(files)
}

/// A diagnostic of a file as formats tell it.
fn problem(found: Diagnostic) -> Problem {
    Problem {
        line: found.place.map(|place| place.line),
        step: None,
        what: found.message,
        detail: found.help.into_iter().collect(),
    }
}

/// A file of results beside what is told: whole, or not there.
struct File {
    path: PathBuf,
    format: Box<dyn Format>,
}

impl File {
    /// Makes sure the file can be written before anything is run.
    fn prepare(path: &Path, format: Box<dyn Format>) -> io::Result<File> {
        let file = File {
            path: path.to_owned(),
            format,
        };
        whole_file::prepare(path).map_err(|error| file.named(&error))?;
        Ok(file)
    }

    fn write(mut self, summary: &Summary) -> io::Result<()> {
        let text = self.format.end(summary);
        whole_file::replace(&self.path, |to| to.write_all(text.as_bytes()))
            .map_err(|error| self.named(&error))
    }

    fn named(&self, error: &io::Error) -> io::Error {
        let text = format!("`{}` cannot be written: {error}", self.path.display());
        io::Error::new(error.kind(), text)
    }
}
