//! A scenario with steps put into it, and its run.

use crate::lab::observation::StepRecord;
use crate::lab::scene::{Film, Scene};
use crate::lab::trace::TracedPacket;
use crate::scenario::insert::insert_step;
use crate::scenario::{Diagnostic, Scenario, Severity, load_text};

use super::backstage::{Backstage, Shot};

/// A run of the original scenario or of a branch of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The scenario file.
    pub text: String,
    /// Every step, those that have not run too.
    pub steps: Vec<BranchStep>,
    pub shot: Shot,
}

/// A step of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchStep {
    pub words: Vec<String>,
    /// Its number in the original scenario, from 1; `None` for one that was inserted.
    pub origin: Option<usize>,
}

impl Branch {
    /// Runs the original from its first step to its last.
    ///
    /// # Errors
    /// Everything that stands in the way of a run.
    pub fn original(text: String, backstage: &dyn Backstage) -> Result<Branch, Vec<Diagnostic>> {
        let scenario = read(&text)?;
        let words = scenario.steps.iter().map(|step| step.words.clone());
        let steps = words.zip(1..).map(|(words, number)| BranchStep {
            words,
            origin: Some(number),
        });
        let steps = steps.collect();
        let shot = backstage.shoot(scenario, &text, usize::MAX)?;
        Ok(Branch { text, steps, shot })
    }

    /// The branch with a step inserted after number `after`, run up to it.
    ///
    /// # Errors
    /// Everything that is wrong with the step.
    pub fn with_step(
        &self,
        after: usize,
        step: &str,
        backstage: &dyn Backstage,
    ) -> Result<Branch, Vec<Diagnostic>> {
        let text = insert_step(&self.text, after, step).map_err(|problem| vec![problem])?;
        let scenario = read(&text)?;
        let mut steps = self.steps.clone();
        let inserted = scenario.steps.get(after);
        let words = inserted.map(|step| step.words.clone()).unwrap_or_default();
        let origin = None;
        steps.insert(after, BranchStep { words, origin });
        let mut both = steps.iter().zip(&scenario.steps);
        let same = both.all(|(kept, read)| kept.words == read.words);
        // An open quote would take the next lines of the file into the step.
        if !same || steps.len() != scenario.steps.len() {
            let message = "this does not end on its own line";
            let help = "close its quotes and brackets";
            return Err(vec![Diagnostic::error(None, message).help(help)]);
        }
        let shot = backstage.shoot(scenario, &text, after + 1)?;
        Ok(Branch { text, steps, shot })
    }

    /// The same branch, run to its last step.
    ///
    /// # Errors
    /// Whatever stands in the way of a run.
    pub fn run_on(&self, backstage: &dyn Backstage) -> Result<Branch, Vec<Diagnostic>> {
        let shot = backstage.shoot(read(&self.text)?, &self.text, usize::MAX)?;
        Ok(Branch {
            text: self.text.clone(),
            steps: self.steps.clone(),
            shot,
        })
    }

    /// How many steps ran.
    pub fn ran(&self) -> usize {
        self.shot.record.steps.len()
    }

    /// How many steps were inserted.
    pub fn inserted(&self) -> usize {
        let inserted = self.steps.iter().filter(|step| step.origin.is_none());
        inserted.count()
    }

    pub fn film(&self) -> &Film {
        &self.shot.film
    }

    /// What there is to see after step `number`; 0 is before the first.
    pub fn scene(&self, number: usize) -> &Scene {
        let film = self.film();
        let after = number.checked_sub(1).and_then(|at| film.scenes.get(at));
        after.unwrap_or(&film.before)
    }

    /// What was recorded of step `number`, from 1.
    pub fn record(&self, number: usize) -> Option<&StepRecord> {
        self.shot.record.steps.get(number.checked_sub(1)?)
    }

    /// The packets sent in step `number`, from 1.
    pub fn packets(&self, number: usize) -> &[TracedPacket] {
        let Some(step) = self.record(number) else {
            return &[];
        };
        let packets = &self.film().trace.packets;
        let at = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let first = at(step.first_packet).min(packets.len());
        let end = at(step.first_packet + step.packets).min(packets.len());
        &packets[first..end]
    }

    /// The step of the original that had run when step `number` of this branch had: itself, or
    /// the last one before it that was not inserted.
    pub fn origin_of(&self, number: usize) -> usize {
        let until = self.steps[..number.min(self.steps.len())].iter();
        until
            .filter_map(|step| step.origin)
            .next_back()
            .unwrap_or(0)
    }

    /// The number here of a step of the original.
    pub fn number_of(&self, origin: usize) -> usize {
        let here = |step: &BranchStep| step.origin == Some(origin);
        self.steps.iter().position(here).map_or(0, |at| at + 1)
    }
}

fn read(text: &str) -> Result<Scenario, Vec<Diagnostic>> {
    let mut loaded = load_text(text.to_owned());
    loaded.build_estate();
    let mut problems = loaded.diagnostics;
    loaded.scenario.ok_or_else(|| {
        problems.retain(|problem| problem.severity == Severity::Error);
        problems
    })
}
