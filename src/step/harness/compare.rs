//! Points of a run by name, and two of them held against each other: what each grants.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::lab::observation::Observation;
use crate::oracle::{Difference, Grants, Pairs};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};

/// A name for this point of the run, for `compare` and for `ipamlab compare FILE@NAME`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Mark(pub String);

impl Arguments for Mark {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let grants = granted(stage)?;
        stage.marks.insert(self.0.clone(), grants);
        Ok(())
    }
}

/// What a marked point grants and what is granted now, or what two servers grant now. It tells
/// the settings that differ, each with the command that closes it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Compare {
    /// The point of a `mark`, as A; now is B.
    pub with: Option<String>,
    /// Two servers, as A and as B.
    pub servers: Option<[String; 2]>,
    /// Names of the settings that must differ, in any order; none for two that are equivalent.
    pub differs: Option<Vec<String>>,
}

impl Arguments for Compare {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(self.servers.iter().flatten());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let now = granted(stage)?;
        let difference = match (&self.with, &self.servers) {
            (Some(mark), None) => {
                let then = stage.marks.get(mark);
                let none = || StepError::Impossible(format!("no point is marked `{mark}` so far"));
                Difference::between(then.ok_or_else(none)?, &now, &Pairs::new())
            }
            (None, Some([first, second])) => {
                let (first, second) = (stage.host(first)?, stage.host(second)?);
                Difference::of_servers(&now, &first, &second)
            }
            _ => {
                let message = "compare `with` a marked point, or two `servers`: one of both";
                return Err(StepError::Impossible(message.to_owned()));
            }
        };
        for line in difference.lines() {
            stage.say(line);
        }
        if let Some(wanted) = &self.differs {
            stage.note(judged(wanted, &difference));
        }
        Ok(())
    }
}

fn granted(stage: &Stage<'_>) -> Result<Grants, StepError> {
    let none = || {
        let message = "the IPAM server is in no domain, so that nothing is granted to it";
        StepError::Impossible(message.to_owned())
    };
    stage.lab.grants().ok_or_else(none)
}

/// Whether exactly the wanted settings differ, and nothing else.
fn judged(wanted: &[String], difference: &Difference) -> Observation {
    let found: BTreeSet<&str> = difference.gaps().map(|gap| gap.id.as_str()).collect();
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    let told = |ids: &BTreeSet<&str>, equivalent: bool| match (ids.len(), equivalent) {
        (0, true) => "equivalent".to_owned(),
        (0, false) => "other roles or servers".to_owned(),
        _ => ids.iter().copied().collect::<Vec<_>>().join(", "),
    };
    Observation::Expectation {
        met: found == wanted && (difference.equivalent || !wanted.is_empty()),
        subject: "what differs".to_owned(),
        wanted: told(&wanted, true),
        found: told(&found, difference.equivalent),
    }
}
