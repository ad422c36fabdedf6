//! What is wanted of the comparison with the servers, and of the lists of the address dialog.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::sync::Candidate;
use crate::step::stage::{Stage, StepError, StepResult};

use super::verify::{compare, compare_lists};

/// What is wanted of a row of `show-record-servers`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordServerExpectation {
    /// `reservation`, `forward-lookup` or `reverse-lookup`.
    pub field: Field,
    pub server: String,
    /// The scope or zone, when the server has several.
    pub place: Option<String>,
    pub can_be_chosen: bool,
}

/// A list of the dialog.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    #[default]
    Reservation,
    ForwardLookup,
    ReverseLookup,
}

pub(super) fn of_orphans(wanted: &[String], stage: &mut Stage<'_>) {
    let Some(report) = &stage.last_orphans else {
        let none = "none was made".to_owned();
        compare(stage, "orphans".to_owned(), "a comparison", none);
        return;
    };
    let found = report.findings.iter().map(|finding| finding.in_words());
    let mut found: Vec<String> = found.collect();
    // What could not be read is no clean bill.
    let unread = report.unread.iter();
    found.extend(unread.map(|unread| format!("{} on {} unread", unread.place, unread.server)));
    compare_lists(stage, "orphans".to_owned(), wanted, found);
}

pub(super) fn of_record_server(
    wanted: &RecordServerExpectation,
    stage: &mut Stage<'_>,
) -> StepResult {
    let server = stage.server(&wanted.server)?;
    let Some(lists) = &stage.last_servers else {
        let message = "nothing was shown: take the step `show-record-servers` first";
        return Err(StepError::Impossible(message.to_owned()));
    };
    let list = match wanted.field {
        Field::Reservation => &lists.reservation,
        Field::ForwardLookup => &lists.forward_lookup,
        Field::ReverseLookup => &lists.reverse_lookup,
    };
    let is_meant = |candidate: &&Candidate| {
        let place = wanted.place.as_ref();
        candidate.server == server && place.is_none_or(|place| candidate.place == *place)
    };
    let words = |is: bool| {
        if is {
            "can be chosen"
        } else {
            "cannot be chosen"
        }
    };
    let found = list.iter().find(is_meant);
    let found = found.map_or("is not listed", |row| words(row.obstacle.is_none()));
    let place = wanted.place.clone().unwrap_or_default();
    let subject = format!("{server} {place}").trim_end().to_owned();
    compare(
        stage,
        subject,
        words(wanted.can_be_chosen),
        found.to_owned(),
    );
    Ok(())
}
