//! JUnit XML, as Jenkins, GitLab and most dashboards read it: a suite for each folder, a test case
//! for each scenario.
//!
//! There are no times: a run knows simulated time only, and equal runs give equal bytes.

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::case::{Case, Ending, Problem};
use super::format::{Format, Summary};

/// Collects results and tells them at the end: the counts stand before the cases.
#[derive(Debug, Default)]
pub struct Junit {
    /// By folder, in the order of the files.
    suites: BTreeMap<String, Vec<TestCase>>,
    not_run: usize,
}

#[derive(Debug)]
struct TestCase {
    name: String,
    title: String,
    /// The kind of element, and what it says.
    problem: Option<(Kind, Vec<Problem>)>,
}

/// JUnit tells a test that failed from one that could not be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Failure,
    Error,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Failure => "failure",
            Kind::Error => "error",
        }
    }
}

impl Format for Junit {
    fn case(&mut self, case: &Case) -> String {
        let (folder, name) = case
            .file
            .rsplit_once(['/', '\\'])
            .unwrap_or(("", &case.file));
        let kind = match &case.ending {
            Ending::Ran(_) => Kind::Failure,
            _ => Kind::Error,
        };
        let problems = case.problems();
        let told = TestCase {
            name: name.to_owned(),
            title: case.title().to_owned(),
            problem: case.failed().then_some((kind, problems)),
        };
        self.suites.entry(folder.to_owned()).or_default().push(told);
        String::new()
    }

    fn end(&mut self, summary: &Summary) -> String {
        self.not_run = summary.not_run;
        let bytes = self.document().expect("writing to memory does not fail");
        String::from_utf8(bytes).expect("only text was written")
    }
}

/// Failures and errors among test cases.
fn counts<'a>(cases: impl IntoIterator<Item = &'a TestCase>) -> [(&'static str, String); 3] {
    let (mut tests, mut failures, mut errors) = (0_usize, 0_usize, 0_usize);
    for case in cases {
        tests += 1;
        match &case.problem {
            Some((Kind::Failure, _)) => failures += 1,
            Some((Kind::Error, _)) => errors += 1,
            None => {}
        }
    }
    [
        ("tests", tests.to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
    ]
}

impl Junit {
    fn document(&self) -> io::Result<Vec<u8>> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut root = writer
            .create_element("testsuites")
            .with_attribute(("name", "ipamlab"));
        for (name, count) in &counts(self.suites.values().flatten()) {
            root = root.with_attribute((*name, count.as_str()));
        }
        root.write_inner_content(|writer| {
            for (folder, cases) in &self.suites {
                suite(writer, folder, cases)?;
            }
            Ok(())
        })?;
        let mut bytes = writer.into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn suite(writer: &mut Writer<Vec<u8>>, folder: &str, cases: &[TestCase]) -> io::Result<()> {
    let name = allowed(if folder.is_empty() { "." } else { folder });
    let mut element = writer
        .create_element("testsuite")
        .with_attribute(("name", name.as_str()));
    for (name, count) in &counts(cases) {
        element = element.with_attribute((*name, count.as_str()));
    }
    element.write_inner_content(|writer| {
        for case in cases {
            test_case(writer, &name, case)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn test_case(writer: &mut Writer<Vec<u8>>, suite: &str, case: &TestCase) -> io::Result<()> {
    let shown = match case.title.as_str() {
        "" => case.name.clone(),
        title => format!("{}: {title}", case.name),
    };
    let shown = allowed(&shown);
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", suite))
        .with_attribute(("name", shown.as_str()));
    let Some((kind, problems)) = &case.problem else {
        element.write_empty()?;
        return Ok(());
    };
    let first = problems.first().map_or("", |problem| problem.what.as_str());
    let message = allowed(first);
    let text = allowed(&words(problems));
    element.write_inner_content(|writer| {
        writer
            .create_element(kind.name())
            .with_attribute(("message", message.as_str()))
            .write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

fn words(problems: &[Problem]) -> String {
    let mut lines = Vec::new();
    for problem in problems {
        if let Some(step) = &problem.step {
            lines.push(step.clone());
        }
        match problem.line {
            Some(line) => lines.push(format!("{} (line {line})", problem.what)),
            None => lines.push(problem.what.clone()),
        }
        lines.extend(problem.detail.iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

/// The text without the characters that XML cannot hold (XML 1.0, section 2.2).
fn allowed(text: &str) -> String {
    let white = |c: char| matches!(c, '\t' | '\n' | '\r');
    let good = |c: char| white(c) || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.chars()
        .map(|c| if good(c) { c } else { '\u{fffd}' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::case::tests::{failed, passed, unusable};
    use quick_xml::Reader;

    #[test]
    fn the_document_is_xml_with_a_case_each_and_the_right_counts() {
        let mut junit = Junit::default();
        for case in [failed(), passed(), unusable()] {
            assert_eq!(junit.case(&case), "");
        }
        let text = junit.end(&Summary::default());
        let mut reader = Reader::from_str(&text);
        let mut names = Vec::new();
        loop {
            match reader.read_event().expect("it is well-formed") {
                Event::Start(tag) | Event::Empty(tag) => {
                    names.push(tag.name().as_ref().to_owned());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let wanted = [
            "testsuites",
            "testsuite",
            "testcase",
            "failure",
            "testcase",
            "testcase",
            "error",
        ];
        assert_eq!(names, wanted, "{text}");
        let head = r#"<testsuites name="ipamlab" tests="3" failures="1" errors="1">"#;
        assert!(text.contains(head), "{text}");
        assert!(text.contains("+new &lt;&amp;&gt; \u{fffd}"), "{text}");
        assert!(text.contains("found Blocked (line 12)"), "{text}");
    }
}
