//! How the access scope of an object is compared with the one wanted.

use crate::step::stage::{Stage, StepResult};

use super::expect::AccessScopeExpectation;
use super::verify::compare;

pub(super) async fn of_access_scope(
    wanted: &AccessScopeExpectation,
    stage: &mut Stage<'_>,
) -> StepResult {
    let session = stage.direct()?;
    let object = wanted.of.object(stage, &session).await?;
    let asked = session
        .ipam
        .get_object_access_scope(&session.caller, &object);
    let found = asked.await?;
    let subject = format!("access scope of {object}");
    let path = found.path.to_string();
    compare(stage, subject.clone(), &wanted.path, path);
    if let Some(inherited) = wanted.inherited {
        let found = found.inherited.to_string();
        compare(
            stage,
            format!("{subject} inherited"),
            &inherited.to_string(),
            found,
        );
    }
    Ok(())
}
