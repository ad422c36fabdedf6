//! Expectations of the last search for something free.

use crate::ipam::find::{Reason, Verdict};
use crate::step::stage::Stage;

use super::expect::SearchExpectation;
use super::verify::{compare, compare_lists, same};

/// What the last `Find-` cmdlet found.
pub(super) fn of_free(wanted: &[String], stage: &mut Stage<'_>) {
    let subject = "free".to_owned();
    match stage.last_free.clone() {
        Some(found) => compare_lists(stage, subject, wanted, found),
        None => compare(stage, subject, "a search", "none was made".to_owned()),
    }
}

pub(super) fn of_search(wanted: &SearchExpectation, stage: &mut Stage<'_>) {
    let Some(last) = stage.last_search.clone() else {
        compare(
            stage,
            "search".to_owned(),
            "a search",
            "none was made".to_owned(),
        );
        return;
    };
    if let Some(selected) = &wanted.selected {
        let found = last
            .report
            .selected
            .map_or("none".to_owned(), |found| found.to_string());
        compare(stage, "search selected".to_owned(), selected, found);
    }
    if let Some(addresses) = &wanted.found {
        let found = last.report.available().map(|found| found.to_string());
        let found = found.collect();
        compare_lists(stage, "search found".to_owned(), addresses, found);
    }
    if let Some(allocated) = &wanted.allocated {
        let found = last.report.allocated.as_ref();
        let found = found.map_or("none".to_owned(), |key| key.ip_address.to_string());
        compare(stage, "search allocated".to_owned(), allocated, found);
    }
    for (address, wanted) in &wanted.skipped {
        let candidates = &last.report.candidates;
        let found = candidates
            .iter()
            .find(|seen| seen.address.to_string() == *address);
        let words = |reasons: &[Reason], word: fn(&Reason) -> String| {
            let words: Vec<String> = reasons.iter().map(word).collect();
            words.join(", ")
        };
        // A scenario may name the criteria in a word each, or the reasons in the console's words.
        let found = match found.map(|candidate| &candidate.verdict) {
            None => "not looked at".to_owned(),
            Some(Verdict::Available) => "available".to_owned(),
            Some(Verdict::Skipped(reasons)) => {
                let told = words(reasons, ToString::to_string);
                let short = words(reasons, |reason| criterion(*reason).to_owned());
                if same(wanted, &told) { told } else { short }
            }
        };
        compare(stage, format!("search skipped {address}"), wanted, found);
    }
}

/// The criterion behind a reason, in a word.
fn criterion(reason: Reason) -> &'static str {
    match reason {
        Reason::InDatabase => "database",
        Reason::SetAside => "set-aside",
        Reason::ReservedOnServer => "reservation",
        Reason::ExcludedOnServer => "exclusion",
        Reason::LeasedOnServer => "lease",
        Reason::AnswersPing => "ping",
        Reason::HasPtrRecord => "ptr",
        Reason::PtrUnknown => "ptr-unknown",
    }
}
