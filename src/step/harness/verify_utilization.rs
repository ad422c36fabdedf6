//! Expectations of utilization and its trends.

use crate::ipam::IpamError;
use crate::ipam::space::{Utilization, UtilizationStatus};
use crate::ipam::usage::{UsageObject, UtilizationPeriod};
use crate::lab::observation::Observation;
use crate::step::stage::{Stage, StepResult, parameter};

use super::expect::UtilizationExpectation;
use super::verify::compare;

/// Compares what is named with what is.
pub(super) async fn of_utilization(
    wanted: &UtilizationExpectation,
    stage: &mut Stage<'_>,
) -> StepResult {
    let session = stage.direct()?;
    let (ipam, caller) = (&session.ipam, &session.caller);
    let object = if let Some(group) = &wanted.of.group {
        let levels = wanted.of.levels(group, &session).await?;
        let Some(level) = levels.into_iter().next() else {
            return Ok(());
        };
        let (counted, status) = (level.utilization, level.status);
        figures(stage, wanted, &level.level, counted, status);
        UsageObject::Group(level.object)
    } else {
        let object = wanted.of.one(&session).await?;
        let usages = ipam.get_utilization(caller).await?;
        let usage = usages
            .into_iter()
            .find(|usage| usage.object == object)
            .ok_or_else(|| IpamError::not_found(format!("there is no {object}")))?;
        let name = object.to_string();
        figures(stage, wanted, &name, usage.utilization, usage.status);
        object
    };
    let Some(period) = &wanted.trend else {
        return Ok(());
    };
    let period: UtilizationPeriod = parameter(period)?;
    let trend = ipam.get_utilization_trend(caller, object.clone(), period);
    let points = trend.await?.points;
    let average = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.2}"));
    let found: Vec<String> = points
        .iter()
        .map(|point| average(point.average()))
        .collect();
    let points = wanted.points.clone().unwrap_or_default();
    let told = |points: &[String]| match points {
        [] => "none".to_owned(),
        points => points.join(", "),
    };
    // A list in order, unlike those that are compared without.
    stage.note(Observation::Expectation {
        met: points == found,
        subject: format!("{object} over {period}"),
        wanted: told(&points),
        found: told(&found),
    });
    Ok(())
}

/// Compares the figures of now.
fn figures(
    stage: &mut Stage<'_>,
    wanted: &UtilizationExpectation,
    name: &str,
    counted: Utilization,
    status: UtilizationStatus,
) {
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    let rows = [
        (
            "assigned",
            number(wanted.assigned),
            counted.assigned.to_string(),
        ),
        (
            "utilized",
            number(wanted.utilized),
            counted.utilized.to_string(),
        ),
        (
            "percentage-utilized",
            wanted.percentage_utilized.clone(),
            format!("{:.2}", counted.percentage_utilized()),
        ),
        ("status", wanted.status.clone(), status.to_string()),
    ];
    for (key, wanted, found) in rows {
        if let Some(wanted) = wanted {
            compare(stage, format!("{name} {key}"), &wanted, found);
        }
    }
}
