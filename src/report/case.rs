//! What became of one scenario file, as every format tells it.

use serde::Serialize;

use crate::lab::observation::{Observation, RunRecord};

use super::edit;
use super::html::Reel;

/// What became of a scenario that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing was found and the transcript equals its snapshot.
    Passed,
    /// A finding, or a changed or missing snapshot.
    Failed,
    /// The snapshot was written.
    Accepted,
}

/// One scenario file and what became of it.
#[derive(Debug)]
pub struct Case {
    /// As it was chosen: `scenarios/dns/answers.yaml`.
    pub file: String,
    pub ending: Ending,
}

#[derive(Debug)]
pub enum Ending {
    Ran(Box<Finished>),
    /// The file cannot be run, for these reasons.
    Unusable(Vec<Problem>),
    /// A file of its own, snapshot or capture, could not be read or written.
    FileFailed(String),
    /// A panic: a mistake of ipamlab.
    Bug(String),
}

/// A scenario that ran.
#[derive(Debug)]
pub struct Finished {
    pub record: RunRecord,
    pub verdict: Verdict,
    /// The difference from the snapshot, empty when there is none.
    pub difference: Vec<String>,
    /// The line of the file that each step begins on.
    pub lines: Vec<u32>,
    /// The run to be looked at, when a report of it is wanted.
    pub reel: Option<Reel>,
}

/// One thing that is wrong: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// Line of the scenario file, from 1, where one is known.
    pub line: Option<u32>,
    /// The step it was found at: `step 3 at +00:00:05.082: advance: 2h`.
    pub step: Option<String>,
    /// In a sentence.
    pub what: String,
    /// More about it, line by line.
    pub detail: Vec<String>,
}

impl Problem {
    fn of_file(what: String, detail: Vec<String>) -> Problem {
        Problem {
            line: None,
            step: None,
            what,
            detail,
        }
    }
}

impl Case {
    /// What the scenario proves; empty when the file could not be read.
    pub fn title(&self) -> &str {
        match &self.ending {
            Ending::Ran(ran) => &ran.record.title,
            _ => "",
        }
    }

    /// Whether it counts against the run.
    pub fn failed(&self) -> bool {
        match &self.ending {
            Ending::Ran(ran) => ran.verdict == Verdict::Failed,
            _ => true,
        }
    }

    /// Everything that is wrong, in the order of the run.
    pub fn problems(&self) -> Vec<Problem> {
        match &self.ending {
            Ending::Ran(ran) => ran.problems(),
            Ending::Unusable(problems) => problems.clone(),
            Ending::FileFailed(error) => vec![Problem::of_file(error.clone(), Vec::new())],
            Ending::Bug(words) => {
                let what = format!("a mistake of ipamlab: {words}");
                vec![Problem::of_file(what, Vec::new())]
            }
        }
    }
}

impl Finished {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (at, step) in self.record.steps.iter().enumerate() {
            let words = step.words.first().map_or("", String::as_str);
            for (what, detail) in step.observations.iter().filter_map(told) {
                problems.push(Problem {
                    line: self.lines.get(at).copied(),
                    step: Some(format!("step {} at {}: {words}", step.number, step.began)),
                    what,
                    detail,
                });
            }
            let edit = edit::offered(step, self.lines.get(at).copied());
            if let Some(problem) = problems.last_mut().filter(|_| !edit.is_empty()) {
                problem.detail.extend(edit);
            }
        }
        for (what, detail) in self.record.end.iter().filter_map(told) {
            problems.push(Problem::of_file(what, detail));
        }
        if self.verdict == Verdict::Failed && !self.difference.is_empty() {
            let what = "the transcript differs from its snapshot".to_owned();
            problems.push(Problem::of_file(what, self.difference.clone()));
        }
        problems
    }
}

/// A finding as a sentence and more about it; `None` for what is no finding.
pub(super) fn told(seen: &Observation) -> Option<(String, Vec<String>)> {
    let sentence = |text: String| Some((text, Vec::new()));
    match seen {
        _ if !seen.is_finding() => None,
        Observation::Refusal { id, message, .. } => sentence(format!("refused: {id}: {message}")),
        Observation::Expectation {
            subject,
            wanted,
            found,
            ..
        } => sentence(format!("{subject}: wanted {wanted}, found {found}")),
        Observation::Finding { what, detail } => Some((what.clone(), detail.clone())),
        Observation::Line(_) | Observation::Table(_) => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::report::transcript::tests::sample;

    /// A failed case with a finding at a step, one at the end and a difference.
    pub(crate) fn failed() -> Case {
        Case {
            file: "scenarios/a.yaml".into(),
            ending: Ending::Ran(Box::new(Finished {
                record: sample(),
                verdict: Verdict::Failed,
                difference: vec!["@ line 1".into(), "-old".into(), "+new <&> \u{1}".into()],
                lines: vec![12],
                reel: None,
            })),
        }
    }

    pub(crate) fn passed() -> Case {
        let mut case = failed();
        let Ending::Ran(ran) = &mut case.ending else {
            unreachable!("it ran");
        };
        ran.verdict = Verdict::Passed;
        ran.difference.clear();
        ran.record.end.clear();
        ran.record.steps.clear();
        case.file = "scenarios/b.yaml".into();
        case
    }

    pub(crate) fn unusable() -> Case {
        Case {
            file: "scenarios/c, d:e%.yaml".into(),
            ending: Ending::Unusable(vec![Problem {
                line: Some(3),
                step: None,
                what: "unknown key `rolls`".into(),
                detail: vec!["did you mean `roles`?".into()],
            }]),
        }
    }

    #[test]
    fn the_problems_of_a_run_have_the_line_of_their_step_and_end_with_the_difference() {
        let problems = failed().problems();
        let told: Vec<(Option<u32>, &str)> = problems
            .iter()
            .map(|problem| (problem.line, problem.what.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(12), "dhcp1 dhcp-rpc: wanted Unblocked, found Blocked"),
                (None, "fault `loss` never fired"),
                (None, "the transcript differs from its snapshot"),
            ]
        );
        let step = problems[0].step.as_deref();
        assert_eq!(step, Some("step 1 at +00:00:00.000: advance: 2h"));
        assert_eq!(problems[2].detail.len(), 3);
        assert_eq!(passed().problems(), []);
        assert!(failed().failed() && unusable().failed() && !passed().failed());
    }
}
