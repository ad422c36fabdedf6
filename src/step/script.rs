//! A script and how it is played: step after step, each with its refusal expected or not.

use crate::ipam::ErrorId;
use crate::lab::Lab;
use crate::lab::observation::{Observation, RunRecord, StepRecord};
use crate::lab::scene::{Film, SearchView};

use super::registry::Step;
use super::stage::{Stage, StepError, StepResult};

/// One step of a script.
#[derive(Debug, Clone)]
pub struct ScriptStep {
    /// As its author wrote it.
    pub words: Vec<String>,
    /// Where it begins, from 1.
    pub line: u32,
    /// The refusal it must meet.
    pub fails: Option<ErrorId>,
    pub step: Step,
}

/// How a script is played.
pub struct Play<'a> {
    pub steps: &'a [ScriptStep],
    /// Who is signed in when a step does not say; an administrator of the IPAM server's domain
    /// by default.
    pub administrator: Option<String>,
    /// Asked before every step; the run ends there when it says so.
    pub stop: &'a dyn Fn() -> bool,
    /// Told of every step that has ended.
    pub watch: &'a mut dyn FnMut(&StepRecord),
    /// Filled with how the run looks after each step, when somebody wants to see it.
    pub film: Option<&'a mut Film>,
}

/// Plays a script and ends the run.
pub async fn play(lab: &Lab, play: Play<'_>) -> RunRecord {
    let mut stage = Stage::new(lab, play.administrator);
    let mut interrupted = false;
    let mut film = play.film;
    if let Some(film) = film.as_deref_mut() {
        film.before = lab.scene(None);
    }
    for act in play.steps {
        if (play.stop)() {
            interrupted = true;
            break;
        }
        let mark = || (lab.now().sim, lab.network().packets_sent());
        let began = mark();
        let searched = stage.searches;
        let jobs = stage.jobs.clone();
        let result = jobs.alongside(act.step.apply(&mut stage)).await;
        conclude(&mut stage, &act.step, act.fails, result);
        for violation in lab.check_life() {
            stage.note(violation);
        }
        let (ended, seen) = (mark(), stage.take_seen());
        let mut recorder = lab.recorder();
        (play.watch)(recorder.step(act.words.clone(), began, ended, seen));
        drop(recorder);
        if let Some(film) = film.as_deref_mut() {
            let search = stage.last_search.as_ref();
            let search = search.filter(|_| stage.searches != searched);
            let search = search.map(|last| SearchView::of(&last.range, &last.report));
            film.scenes.push(lab.scene(search));
        }
    }
    if let Some(film) = film {
        film.trace = lab.trace();
    }
    let mut record = lab.finish(interrupted);
    if !interrupted {
        record.end.extend(stage.jobs.forgotten());
    }
    record
}

/// Notes how a step ended: refused as expected, refused, or not refused where that was expected.
pub(super) fn conclude(
    stage: &mut Stage<'_>,
    step: &Step,
    fails: Option<ErrorId>,
    result: StepResult,
) {
    let mut met = false;
    let mut refusals = stage.take_errors();
    match result {
        Ok(()) => {}
        Err(StepError::Refused(error)) => refusals.push(error),
        Err(error) => {
            stage.note(Observation::Finding {
                what: "the step could not be carried out".to_owned(),
                detail: vec![error.to_string()],
            });
            return;
        }
    }
    for error in refusals {
        let expected = fails == Some(error.id);
        met |= expected;
        stage.note(Observation::Refusal {
            id: error.id.to_string(),
            message: error.message,
            expected,
        });
    }
    if let Some(id) = fails.filter(|_| !met) {
        stage.note(Observation::Expectation {
            met: false,
            subject: step.name().to_owned(),
            wanted: format!("refused: {id}"),
            found: "not refused with it".to_owned(),
        });
    }
}
