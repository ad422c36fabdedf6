//! From a file to a scenario that can be run, or to everything that is wrong with it.

use std::collections::BTreeSet;
use std::path::Path;

use super::check::{self, Problems};
use super::diagnostic::{Diagnostic, Severity};
use super::model::Scenario;
use super::parse;
use super::source::Source;
use crate::base::{Fqdn, Seed};
use crate::estate::{Estate, EstateError, EstateSpec};

/// What came of a file.
#[derive(Debug)]
pub struct Loaded {
    /// The text, for excerpts; empty when it could not be read.
    pub text: String,
    /// `None` when there is an error among the diagnostics.
    pub scenario: Option<Scenario>,
    /// In the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// The estate as far as it was understood, and its seed.
    estate: Option<(EstateSpec, Seed)>,
}

/// Reads and checks a scenario file.
pub fn load(path: &Path) -> Loaded {
    match parse::read(path) {
        Ok(text) => load_text(text),
        Err(problem) => Loaded {
            text: String::new(),
            scenario: None,
            diagnostics: vec![problem],
            estate: None,
        },
    }
}

/// Checks the text of a scenario.
pub fn load_text(text: String) -> Loaded {
    let mut problems = Problems::default();
    let scenario = match parse::parse(&text) {
        Ok(file) => Some(check::scenario(file, &Source::new(&text), &mut problems)),
        Err(problem) => {
            problems.0.push(problem);
            None
        }
    };
    let mut diagnostics = problems.0;
    diagnostics.sort_by_key(|diagnostic| diagnostic.place);
    diagnostics.dedup();
    let estate = scenario.as_ref();
    let estate = estate.map(|known| (known.lab.estate.clone(), known.lab.seed.child("estate")));
    let sound = diagnostics
        .iter()
        .all(|diagnostic| diagnostic.severity != Severity::Error);
    Loaded {
        text,
        scenario: scenario.filter(|_| sound),
        diagnostics,
        estate,
    }
}

impl Loaded {
    /// Checks what only shows when the estate is put together: accounts that do not exist, groups
    /// that hold each other, roles that do not go together. A run finds the same by itself.
    pub fn build_estate(&mut self) {
        let Some((spec, seed)) = self.estate.take() else {
            return;
        };
        let Err(mut errors) = Estate::build(&spec, seed) else {
            return;
        };
        // These were found before, at the later of the two places.
        errors.retain(|error| {
            !matches!(
                error,
                EstateError::DuplicateAddress { .. }
                    | EstateError::DuplicateHost { .. }
                    | EstateError::DuplicateDomain { .. }
            )
        });
        if errors.is_empty() {
            return;
        }
        // What was found at a place already need not be said there again.
        let known: BTreeSet<u32> = self.diagnostics.iter().filter_map(line).collect();
        let new = estate_problems(&self.text, &errors);
        let new = new
            .into_iter()
            .filter(|problem| line(problem).is_none_or(|line| !known.contains(&line)));
        self.diagnostics.extend(new);
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.place);
        self.scenario = None;
    }

    /// Whether anything stands in the way of a run.
    pub fn has_errors(&self) -> bool {
        self.scenario.is_none()
    }
}

fn line(diagnostic: &Diagnostic) -> Option<u32> {
    diagnostic.place.map(|place| place.line)
}

/// Diagnostics for what the estate refused: each at the first place that has the name it is
/// about.
pub fn estate_problems(text: &str, errors: &[EstateError]) -> Vec<Diagnostic> {
    let source = Source::new(text);
    let estate = source.find_below(1, "estate").map_or(1, |place| place.line);
    let one = |error: &EstateError| {
        let message = error.to_string();
        let names: BTreeSet<&str> = message.split('`').skip(1).step_by(2).collect();
        let first = message.split('`').nth(1).into_iter();
        let circle = match error {
            EstateError::GroupCycle { path } => path.as_slice(),
            _ => &[],
        };
        let place = circle
            .iter()
            .map(String::as_str)
            .chain(first)
            .chain(names)
            .flat_map(spellings)
            .find_map(|name| source.find_below(estate, &name));
        Diagnostic::error(place, message)
    };
    errors.iter().map(one).collect()
}

/// A name as a message has it, and as a file may have it.
fn spellings(name: &str) -> Vec<String> {
    let mut found = vec![name.to_owned()];
    if let Some((_, bare)) = name.split_once('\\') {
        found.push(bare.to_owned());
    }
    if let Ok(full) = name.parse::<Fqdn>() {
        found.push(full.first_label().to_owned());
    }
    found
}
