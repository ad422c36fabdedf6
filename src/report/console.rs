//! What a person at a terminal sees: one line a scenario, differences, a summary.

use crate::lab::observation::{Observation, RunRecord};

use super::case::{self, Case, Ending, Verdict};
use super::edit;
use super::format::{Format, Summary};

/// Whether to colour. Decided once, from the terminal and `NO_COLOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Coloured,
}

#[derive(Debug, Clone, Copy)]
enum Paint {
    Good,
    Bad,
    Note,
    Faint,
}

impl Style {
    fn paint(self, paint: Paint, text: &str) -> String {
        let code = match (self, paint) {
            (Style::Plain, _) => return text.to_owned(),
            (Style::Coloured, Paint::Good) => "32",
            (Style::Coloured, Paint::Bad) => "31",
            (Style::Coloured, Paint::Note) => "36",
            (Style::Coloured, Paint::Faint) => "2",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// The line of one scenario: verdict, file, title.
pub fn verdict_line(style: Style, verdict: Verdict, file: &str, title: &str) -> String {
    let word = match verdict {
        Verdict::Passed => style.paint(Paint::Good, "  ok    "),
        Verdict::Failed => style.paint(Paint::Bad, "  FAIL  "),
        Verdict::Accepted => style.paint(Paint::Note, "  wrote "),
    };
    format!("{word}{file}  {}", style.paint(Paint::Faint, title))
}

/// What went wrong in a run: each finding under the step it belongs to, and the edit under which
/// the step would pass. `lines` are those that the steps begin on, as far as they are known.
pub fn findings(style: Style, run: &RunRecord, lines_of: &[u32]) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, step) in run.steps.iter().enumerate() {
        let found: Vec<&Observation> = step
            .observations
            .iter()
            .filter(|seen| seen.is_finding())
            .collect();
        if found.is_empty() {
            continue;
        }
        let words = step.words.first().map_or("", String::as_str);
        lines.push(format!(
            "        step {} at {}: {words}",
            step.number, step.began
        ));
        for seen in found {
            finding(style, &mut lines, seen);
        }
        let offer = edit::offered(step, lines_of.get(at).copied());
        let offer = difference(style, &offer);
        lines.extend(offer.iter().map(|line| format!("  {line}")));
    }
    for seen in run.end.iter().filter(|seen| seen.is_finding()) {
        finding(style, &mut lines, seen);
    }
    lines
}

fn finding(style: Style, lines: &mut Vec<String>, seen: &Observation) {
    let mut push = |text: String| {
        lines.push(format!("          {}", style.paint(Paint::Bad, &text)));
    };
    if let Some((what, detail)) = case::told(seen) {
        push(what);
        detail.iter().for_each(|line| push(format!("  {line}")));
    }
}

/// A difference, coloured as difference tools do.
pub fn difference(style: Style, lines: &[String]) -> Vec<String> {
    let paint = |line: &String| match line.as_bytes().first() {
        Some(b'-') => style.paint(Paint::Bad, line),
        Some(b'+') => style.paint(Paint::Good, line),
        Some(b'@') => style.paint(Paint::Note, line),
        _ => line.clone(),
    };
    lines
        .iter()
        .map(|line| format!("        {}", paint(line)))
        .collect()
}

/// Tells results to a person. What cannot be run is told on standard error, with an excerpt.
#[derive(Debug)]
pub struct Console(pub Style);

impl Format for Console {
    fn case(&mut self, case: &Case) -> String {
        let Ending::Ran(ran) = &case.ending else {
            return String::new();
        };
        let style = self.0;
        let mut lines = vec![verdict_line(
            style,
            ran.verdict,
            &case.file,
            &ran.record.title,
        )];
        lines.extend(findings(style, &ran.record, &ran.lines));
        lines.extend(difference(style, &ran.difference));
        lines.join("\n") + "\n"
    }

    fn end(&mut self, summary: &Summary) -> String {
        match summary.told() - summary.broken {
            0 => String::new(),
            _ => summary_line(self.0, summary) + "\n",
        }
    }
}

/// The closing line: `23 passed, 1 failed`.
pub fn summary_line(style: Style, summary: &Summary) -> String {
    let mut parts = vec![
        format!("{} passed", summary.passed),
        format!("{} failed", summary.failed),
    ];
    if summary.accepted > 0 {
        parts.push(format!("{} written", summary.accepted));
    }
    if summary.not_run > 0 {
        parts.push(format!("{} not run", summary.not_run));
    }
    let paint = if summary.failed > 0 {
        Paint::Bad
    } else {
        Paint::Good
    };
    style.paint(paint, &parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::case::tests::failed;

    #[test]
    fn plain_output_holds_no_escape_and_names_step_and_values() {
        let Ending::Ran(ran) = failed().ending else {
            unreachable!("it ran");
        };
        let lines = findings(Style::Plain, &ran.record, &ran.lines);
        assert_eq!(
            lines,
            [
                "        step 1 at +00:00:00.000: advance: 2h",
                "          dhcp1 dhcp-rpc: wanted Unblocked, found Blocked",
                "          fault `loss` never fired",
            ]
        );
        let line = verdict_line(Style::Plain, Verdict::Failed, "a.yaml", "A title");
        assert_eq!(line, "  FAIL  a.yaml  A title");
    }

    #[test]
    fn colour_wraps_and_resets() {
        let line = difference(Style::Coloured, &["-gone".into()]);
        assert_eq!(line, ["        \u{1b}[31m-gone\u{1b}[0m"]);
        let summary = Summary {
            passed: 2,
            failed: 0,
            ..Summary::default()
        };
        assert_eq!(summary_line(Style::Plain, &summary), "2 passed, 0 failed");
    }
}
