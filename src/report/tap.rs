//! Test Anything Protocol, version 13, which every reader knows: a line a scenario, problems as
//! YAML below it.

use super::case::Case;
use super::format::{Format, Summary};

/// Tells results as TAP.
#[derive(Debug, Default)]
pub struct Tap {
    told: usize,
}

impl Format for Tap {
    fn begin(&mut self) -> String {
        "TAP version 13\n".to_owned()
    }

    fn case(&mut self, case: &Case) -> String {
        self.told += 1;
        let ok = if case.failed() { "not ok" } else { "ok" };
        let title = match case.title() {
            "" => String::new(),
            title => format!(" {title}"),
        };
        let description = escaped(&format!("{}{title}", case.file));
        let mut text = format!("{ok} {} - {description}\n", self.told);
        let problems = case.problems();
        if !problems.is_empty() {
            text.push_str("  ---\n  problems:\n");
            for problem in &problems {
                text.push_str(&format!("    - what: {}\n", quoted(&problem.what)));
                if let Some(line) = problem.line {
                    text.push_str(&format!("      line: {line}\n"));
                }
                if let Some(step) = &problem.step {
                    text.push_str(&format!("      step: {}\n", quoted(step)));
                }
                if !problem.detail.is_empty() {
                    text.push_str("      detail:\n");
                    for line in &problem.detail {
                        text.push_str(&format!("        - {}\n", quoted(line)));
                    }
                }
            }
            text.push_str("  ...\n");
        }
        text
    }

    /// The plan comes last: how many will have run is known only then.
    fn end(&mut self, summary: &Summary) -> String {
        let skipped = match summary.not_run {
            0 => String::new(),
            more => format!("Bail out! {more} not run\n"),
        };
        format!("1..{}\n{skipped}", self.told)
    }
}

/// A description: `#` would begin a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

/// A YAML text in double quotes, which are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::case::tests::{failed, passed, unusable};

    #[test]
    fn cases_are_numbered_and_their_problems_are_yaml() {
        let mut tap = Tap::default();
        let mut text = tap.begin();
        for case in [passed(), failed(), unusable()] {
            text.push_str(&tap.case(&case));
        }
        text.push_str(&tap.end(&Summary::default()));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "TAP version 13");
        assert!(
            lines[1].starts_with("ok 1 - scenarios/b.yaml "),
            "{}",
            lines[1]
        );
        assert!(lines[2].starts_with("not ok 2 - scenarios/a.yaml "));
        assert_eq!(lines[3..5], ["  ---", "  problems:"]);
        assert!(text.contains("      line: 12\n"));
        assert_eq!(*lines.last().unwrap(), "1..3");
        let block = text
            .split("  ---\n")
            .nth(1)
            .unwrap()
            .split("  ...")
            .next()
            .unwrap();
        #[derive(serde::Deserialize)]
        struct Block {
            problems: Vec<serde_json::Value>,
        }
        let read: Block = serde_saphyr::from_str(block).expect("it is YAML");
        assert_eq!(read.problems.len(), 3);
        assert_eq!(read.problems[2]["detail"][2], "+new <&> \u{1}");
    }

    #[test]
    fn what_was_not_run_ends_the_protocol() {
        let mut tap = Tap::default();
        let end = tap.end(&Summary {
            not_run: 2,
            ..Summary::default()
        });
        assert_eq!(end, "1..0\nBail out! 2 not run\n");
        assert_eq!(escaped("a # b \\"), "a \\# b \\\\");
    }
}
