//! One JSON object a scenario, on one line, for programs that read results.
//!
//! The shape is published: `result.schema.json`. A field may be added; one that is there keeps its
//! name and meaning until `version` changes.

use schemars::JsonSchema;
use serde::Serialize;

use super::case::{Case, Ending, Problem, Verdict};
use super::format::{Format, Summary};
use crate::lab::observation::RunRecord;

/// Version of the shape.
const VERSION: u32 = 1;

/// What became of one scenario.
#[derive(Serialize, JsonSchema)]
pub struct Line<'a> {
    /// Version of this shape.
    version: u32,
    /// The scenario as it was chosen.
    file: &'a str,
    verdict: Word,
    /// How many findings the run had.
    findings: usize,
    /// Everything that is wrong, each with its line where one is known.
    problems: Vec<Problem>,
    /// The difference from the snapshot, empty when there is none.
    difference: &'a [String],
    /// The whole run; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'a RunRecord>,
}

/// A verdict, or why there is none.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Word {
    /// Nothing was found and the transcript equals its snapshot.
    Passed,
    /// A finding, or a changed or missing snapshot.
    Failed,
    /// The snapshot was written.
    Accepted,
    /// The file cannot be run.
    Unusable,
    /// Snapshot or capture could not be read or written.
    FileFailed,
    /// A mistake of ipamlab.
    Bug,
}

/// The line for one case, without the newline.
pub fn line(case: &Case) -> String {
    let (verdict, difference, run) = match &case.ending {
        Ending::Ran(ran) => {
            let word = match ran.verdict {
                Verdict::Passed => Word::Passed,
                Verdict::Failed => Word::Failed,
                Verdict::Accepted => Word::Accepted,
            };
            (word, ran.difference.as_slice(), Some(&ran.record))
        }
        Ending::Unusable(_) => (Word::Unusable, &[][..], None),
        Ending::FileFailed(_) => (Word::FileFailed, &[][..], None),
        Ending::Bug(_) => (Word::Bug, &[][..], None),
    };
    let line = Line {
        version: VERSION,
        file: &case.file,
        verdict,
        findings: run.map_or(0, |run| run.findings().count()),
        problems: case.problems(),
        difference,
        run,
    };
    serde_json::to_string(&line).expect("a run record holds nothing JSON cannot write")
}

/// The schema of a line, as it is kept in `result.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Line<'static>);
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    format!("{text}\n")
}

/// Tells results as JSON lines.
#[derive(Debug, Default)]
pub struct Json;

impl Format for Json {
    fn case(&mut self, case: &Case) -> String {
        format!("{}\n", line(case))
    }

    fn end(&mut self, _summary: &Summary) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::case::tests::{failed, unusable};

    #[test]
    fn a_line_holds_the_verdict_and_the_whole_run() {
        let text = line(&failed());
        assert!(!text.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["version"], 1);
        assert_eq!(value["verdict"], "failed");
        assert_eq!(value["findings"], 2);
        assert_eq!(value["problems"][0]["line"], 12);
        assert_eq!(value["difference"][1], "-old");
        assert_eq!(value["run"]["steps"][0]["ended"], 7_200_000);
        assert_eq!(
            value["run"]["steps"][0]["observations"][0]["line"],
            "policy applied"
        );
    }

    #[test]
    fn a_file_that_cannot_be_run_has_a_line_too() {
        let value: serde_json::Value = serde_json::from_str(&line(&unusable())).unwrap();
        assert_eq!(value["verdict"], "unusable");
        assert_eq!(value["problems"][0]["what"], "unknown key `rolls`");
        assert!(value.get("run").is_none());
    }

    /// `ipamlab schema --results > result.schema.json` after a change of the shape.
    #[test]
    fn the_schema_in_the_repository_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/result.schema.json");
        let kept = std::fs::read_to_string(path).expect("the schema is in the repository");
        assert!(
            kept == schema(),
            "run `ipamlab schema --results > result.schema.json`"
        );
    }
}
