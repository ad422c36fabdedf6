//! One JSON object a run, on one line, for programs that read results.

use serde::Serialize;

use crate::lab::observation::RunRecord;

/// What became of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing was found and the transcript equals its snapshot.
    Passed,
    /// A finding, or a changed or missing snapshot.
    Failed,
    /// The snapshot was written.
    Accepted,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    verdict: Verdict,
    findings: usize,
    /// The difference from the snapshot, empty when there is none.
    difference: &'a [String],
    run: &'a RunRecord,
}

/// The line for one run, without the newline.
pub fn line(file: &str, verdict: Verdict, difference: &[String], run: &RunRecord) -> String {
    let findings = run.findings().count();
    let line = Line {
        file,
        verdict,
        findings,
        difference,
        run,
    };
    serde_json::to_string(&line).expect("a run record holds nothing JSON cannot write")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::transcript::tests::sample;

    #[test]
    fn a_line_holds_the_verdict_and_the_whole_run() {
        let text = line(
            "scenarios/a.yaml",
            Verdict::Failed,
            &["-a".into()],
            &sample(),
        );
        assert!(!text.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["verdict"], "failed");
        assert_eq!(value["findings"], 2);
        assert_eq!(value["difference"][0], "-a");
        assert_eq!(value["run"]["steps"][0]["ended"], 7_200_000);
        assert_eq!(
            value["run"]["steps"][0]["observations"][0]["line"],
            "policy applied"
        );
    }
}
