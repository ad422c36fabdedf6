//! What happens out of sight: a scenario is run, a file is written.

use std::cell::Cell;

use crate::lab::observation::RunRecord;
use crate::lab::scene::Film;
use crate::lab::{self, LabError};
use crate::scenario::{Diagnostic, Scenario};
use crate::step::{Play, play};

use super::cast::Cast;

/// Runs scenarios and writes files for a player.
pub trait Backstage {
    /// Runs the first `steps` steps of a scenario.
    ///
    /// # Errors
    /// Whatever stands in the way, in the words of the scenario language.
    fn shoot(&self, scenario: Scenario, text: &str, steps: usize) -> Result<Shot, Vec<Diagnostic>>;

    /// Writes a scenario file; one that is there only with `replace`.
    ///
    /// # Errors
    /// What the system said, with the name of the file.
    fn save(&self, file: &str, text: &str, replace: bool) -> Result<Saved, String>;
}

/// What became of a file that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    Written,
    /// There is one of that name, and nobody said that it may go.
    Exists,
}

/// A run as the player keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    pub record: RunRecord,
    pub film: Film,
    pub cast: Cast,
}

/// Runs the first `steps` steps of a scenario on a simulated network. `stop` is asked before
/// every step.
///
/// # Errors
/// When the laboratory cannot be put together.
pub fn shoot(scenario: Scenario, steps: usize, stop: &dyn Fn() -> bool) -> Result<Shot, LabError> {
    let played = Cell::new(0);
    let mut film = Film::default();
    // A run that is cut short has not reached its end, and is not judged as if it had.
    let enough = || stop() || played.get() >= steps;
    let mut count = |_: &_| played.set(played.get() + 1);
    let script = Play {
        steps: &scenario.steps,
        administrator: scenario.administrator.as_ref().map(ToString::to_string),
        stop: &enough,
        watch: &mut count,
        film: Some(&mut film),
    };
    let (record, cast) = lab::run(scenario.lab, async |lab| {
        let record = play(lab, script).await;
        (record, Cast::of(lab))
    })?;
    Ok(Shot { record, film, cast })
}
