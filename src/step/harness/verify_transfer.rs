//! What is wanted of the last import.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::stage::{Stage, StepError, StepResult};
use crate::step::transfer::LastImport;

use super::verify::compare;

/// What is wanted of the last import, in rows of its file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportExpectation {
    pub added: Option<u64>,
    pub updated: Option<u64>,
    pub unchanged: Option<u64>,
    /// Objects that import-and-update deleted.
    pub deleted: Option<u64>,
    pub failed: Option<u64>,
    /// The failures of rows, in their order: line of the file and column, `3 Device type`; the
    /// line alone where the row as a whole is wrong.
    pub failures: Option<Vec<String>>,
}

impl ImportExpectation {
    fn counts(&self, last: &LastImport) -> [(&'static str, Option<u64>, u64); 5] {
        let summary = &last.summary;
        [
            ("added", self.added, summary.added),
            ("updated", self.updated, summary.updated),
            ("unchanged", self.unchanged, summary.unchanged),
            ("deleted", self.deleted, summary.deleted),
            ("failed", self.failed, summary.failed),
        ]
    }
}

/// Compares every wanted number, and the failures, with those of the last import.
pub(super) fn of_import(wanted: &ImportExpectation, stage: &mut Stage<'_>) -> StepResult {
    let last = stage.last_import.clone().ok_or_else(|| {
        StepError::Impossible("nothing was imported yet: import a file first".to_owned())
    })?;
    for (what, wanted, found) in wanted.counts(&last) {
        if let Some(wanted) = wanted {
            let subject = format!("import {what}");
            compare(stage, subject, &wanted.to_string(), found.to_string());
        }
    }
    if let Some(wanted) = &wanted.failures {
        let found = last.failures.join(", ");
        compare(
            stage,
            "import failures".to_owned(),
            &wanted.join(", "),
            found,
        );
    }
    Ok(())
}
