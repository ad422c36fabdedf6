//! Workflow commands of GitHub Actions: each problem becomes an annotation on its line.

use super::case::Case;
use super::format::{Format, Summary};

/// Tells results as annotations, and the counts as a line of the log.
#[derive(Debug, Default)]
pub struct Github;

impl Format for Github {
    fn case(&mut self, case: &Case) -> String {
        let title = match case.title() {
            "" => "the scenario cannot be run",
            title => title,
        };
        let one = |problem: super::case::Problem| {
            let line = problem.line.map(|line| format!(",line={line}"));
            let line = line.unwrap_or_default();
            let (file, title) = (property(&case.file), property(title));
            let mut words = Vec::new();
            words.extend(problem.step);
            words.push(problem.what);
            words.extend(problem.detail);
            let message = data(&words.join("\n"));
            format!("::error file={file}{line},title={title}::{message}\n")
        };
        case.problems().into_iter().map(one).collect()
    }

    fn end(&mut self, summary: &Summary) -> String {
        let all = super::console::summary_line(super::console::Style::Plain, summary);
        format!("{all}\n")
    }
}

/// What a command carries must stay on one line.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// A property ends at a comma, and at a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::case::tests::{failed, passed, unusable};

    #[test]
    fn every_problem_is_one_annotation_on_one_line() {
        let mut github = Github;
        assert_eq!(github.case(&passed()), "");
        let text = github.case(&failed());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("::error file=scenarios/a.yaml,line=12,title="));
        assert!(lines[0].ends_with("%0Adhcp1 dhcp-rpc: wanted Unblocked, found Blocked"));
        assert!(lines[2].ends_with("%0A@ line 1%0A-old%0A+new <&> \u{1}"));
        let text = github.case(&unusable());
        let begins = "::error file=scenarios/c%2C d%3Ae%25.yaml,line=3,title=the scenario cannot";
        assert!(text.starts_with(begins), "{text}");
    }
}
