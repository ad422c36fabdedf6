//! Runs and files for the player.

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::{Seed, whole_file};
use crate::cli::play;
use crate::demo::{Backstage, Saved, Shot, shoot};
use crate::lab::LabError;
use crate::scenario::load::estate_problems;
use crate::scenario::{Diagnostic, Scenario};

/// Runs scenarios in this process and writes files where the player was started.
pub struct Stage {
    seed: Option<u64>,
    /// Raised when the process is asked to end; a run then ends after the step it is in.
    stop: Arc<AtomicBool>,
    /// A run panicked.
    bug: Cell<bool>,
}

impl Stage {
    /// `stop` ends a run after the step it is in.
    pub fn new(seed: Option<u64>, stop: Arc<AtomicBool>) -> Stage {
        Stage {
            seed,
            stop,
            bug: Cell::new(false),
        }
    }

    /// The flag that ends a run.
    pub fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// Whether a run ended by a mistake of ours.
    pub fn bug(&self) -> bool {
        self.bug.get()
    }
}

impl Backstage for Stage {
    fn shoot(
        &self,
        mut scenario: Scenario,
        text: &str,
        steps: usize,
    ) -> Result<Shot, Vec<Diagnostic>> {
        if let Some(seed) = self.seed {
            scenario.lab.seed = Seed(seed);
        }
        let own_database = play::database(&mut scenario, None);
        let stop = || self.stop.load(Ordering::SeqCst);
        let shot = catch_unwind(AssertUnwindSafe(|| shoot(scenario, steps, &stop)));
        drop(own_database);
        match shot {
            Ok(Ok(shot)) => Ok(shot),
            Ok(Err(LabError::Estate(errors))) => Err(estate_problems(text, &errors)),
            Ok(Err(other)) => Err(vec![Diagnostic::error(None, other.to_string())]),
            Err(panic) => {
                self.bug.set(true);
                let message = format!("a mistake of ipamlab itself: {}", play::words(&*panic));
                Err(vec![Diagnostic::error(None, message)])
            }
        }
    }

    fn save(&self, file: &str, text: &str, replace: bool) -> Result<Saved, String> {
        let path = Path::new(file);
        let written = match replace {
            true => write_over(path, text),
            false => write_new(path, text),
        };
        match written {
            Ok(()) => Ok(Saved::Written),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && !replace => Ok(Saved::Exists),
            Err(error) => Err(format!("cannot write `{file}`: {error}")),
        }
    }
}

/// Makes the file, which nobody may have made meanwhile; half a file does not stay.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    fill(file, text).inspect_err(|_| {
        // What the disk refused is not kept; if it cannot be removed, the first error says more.
        let _ = fs::remove_file(path);
    })
}

/// Replaces the file in one go, so that it is never half of each.
fn write_over(path: &Path, text: &str) -> io::Result<()> {
    whole_file::replace(path, |to| to.write_all(text.as_bytes()))
}

fn fill(mut file: File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_only_when_somebody_says_so() {
        let folder = std::env::temp_dir().join(format!("ipamlab-save-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let stage = Stage::new(None, Arc::default());
        let path = folder.join("branch.yaml");
        let name = path.to_str().unwrap();
        assert_eq!(stage.save(name, "one", false), Ok(Saved::Written));
        assert_eq!(stage.save(name, "two", false), Ok(Saved::Exists));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        assert_eq!(stage.save(name, "two", true), Ok(Saved::Written));
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        let left: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing else stays behind");
        let nowhere = folder.join("no/such/place.yaml");
        let refused = stage
            .save(nowhere.to_str().unwrap(), "x", false)
            .unwrap_err();
        assert!(refused.starts_with("cannot write `"), "{refused}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_told() {
        let stage = Stage::new(None, Arc::default());
        let refused = stage.save("/dev/full", "x", true);
        assert!(refused.is_err(), "{refused:?}");
    }
}
