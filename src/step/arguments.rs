//! What every step's arguments have in common.

use super::mention::Mentions;
use super::stage::{Stage, StepResult};

/// What a step's arguments can say about themselves, and do.
pub trait Arguments {
    /// Everything the arguments name that must exist.
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        // Most steps of the harness name nothing.
        let _ = to;
    }

    /// Carries the step out.
    fn apply(&self, stage: &mut Stage<'_>) -> impl Future<Output = StepResult>;
}

impl<A: Arguments> Arguments for Box<A> {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        (**self).mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        (**self).apply(stage).await
    }
}
