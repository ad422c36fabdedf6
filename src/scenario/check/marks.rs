//! Points that `mark` names: each once, and named before it is compared with.

use std::collections::BTreeSet;

use super::Problems;
use crate::scenario::diagnostic::suggestion;
use crate::scenario::place::Place;
use crate::step::Step;

/// Checks the points of a script, step after step.
#[derive(Debug, Default)]
pub(super) struct Marks<'a>(BTreeSet<&'a str>);

impl<'a> Marks<'a> {
    pub(super) fn step(
        &mut self,
        step: &'a Step,
        at: &dyn Fn(&str) -> Place,
        problems: &mut Problems,
    ) {
        match step {
            Step::Mark(mark) => self.mark(&mark.0, at, problems),
            Step::Compare(compare) => match (&compare.with, &compare.servers) {
                (Some(mark), None) => self.known(mark, at(mark), problems),
                (None, Some(_)) => {}
                _ => {
                    problems
                        .error(at("compare"), "the comparison has not two sides".to_owned())
                        .remedy("name a marked point `with`, or two `servers`");
                }
            },
            _ => {}
        }
    }

    fn mark(&mut self, name: &'a str, at: &dyn Fn(&str) -> Place, problems: &mut Problems) {
        // `FILE@12` on the command line is the point after step 12.
        if name.is_empty() || name.parse::<usize>().is_ok() || name.contains('@') {
            problems
                .error(at(name), format!("`{name}` is no name for a point"))
                .remedy("use a word, such as `before`");
        } else if !self.0.insert(name) {
            problems.error(at(name), format!("two points are marked `{name}`"));
        }
    }

    fn known(&self, name: &str, place: Place, problems: &mut Problems) {
        if !self.0.contains(name) {
            let help = suggestion(name, self.0.iter().copied());
            let message = format!("no point is marked `{name}` before this step");
            problems.error(place, message).help = help;
        }
    }
}
